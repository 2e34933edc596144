"""Scores as a file for other programs: a row a customer, stages and groups by name."""

from collections.abc import Iterator, Mapping
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from trato.customers.models import PHASE_OF, CustomerScore, ExternalId, MicroSegment, Stage
from trato.insight.queries.runs import tested
from trato.kit.exporting import Heading
from trato.kit.listing import Kind, Row

BATCH = 5_000

# By column: its kind, and what it is seen from the score.
_COLUMNS: dict[str, tuple[Kind, Any]] = {
    "customer_id": (
        Kind.TEXT,
        Subquery(
            # The company's own number comes first, then what another system calls them.
            ExternalId.objects.filter(customer=OuterRef("customer"))
            .order_by("system", "pk")
            .values("value")[:1]
        ),
    ),
    "id": (Kind.NUMBER, F("customer_id")),
    "name": (Kind.TEXT, F("customer__name")),
    "as_of": (Kind.DATE, F("as_of")),
    "stage": (Kind.TEXT, F("stage")),
    "phase": (Kind.TEXT, F("stage")),
    "stage_since": (Kind.DATE, F("stage_since")),
    "stage_cause": (Kind.TEXT, F("stage_cause")),
    "purchases": (Kind.NUMBER, F("purchases")),
    "frequency": (Kind.NUMBER, F("frequency")),
    "recency": (Kind.NUMBER, F("recency")),
    "age": (Kind.NUMBER, F("age")),
    "monetary": (Kind.NUMBER, F("monetary")),
    "margin": (Kind.NUMBER, F("margin")),
    "recency_score": (Kind.NUMBER, F("recency_score")),
    "frequency_score": (Kind.NUMBER, F("frequency_score")),
    "monetary_score": (Kind.NUMBER, F("monetary_score")),
    "rfm_group": (Kind.TEXT, F("rfm_group")),
    "p_alive": (Kind.NUMBER, F("p_alive")),
    "expected_purchases_365d": (Kind.NUMBER, F("expected_purchases")),
    "lifetime_value_365d": (Kind.NUMBER, F("lifetime_value")),
    "lifetime_value_low": (Kind.NUMBER, F("lifetime_value_low")),
    "lifetime_value_high": (Kind.NUMBER, F("lifetime_value_high")),
    "value_decile": (Kind.NUMBER, F("value_decile")),
    "rhythm_days": (Kind.NUMBER, F("rhythm_days")),
    "rhythm_low": (Kind.NUMBER, F("rhythm_low")),
    "rhythm_high": (Kind.NUMBER, F("rhythm_high")),
    "next_due": (Kind.DATE, F("next_due")),
    "lapse_on": (Kind.DATE, F("lapse_on")),
    "habit": (Kind.NUMBER, F("habit")),
    "habit_broken": (Kind.FLAG, F("habit_broken")),
    "risk": (Kind.NUMBER, F("risk")),
    "usual_weekday": (Kind.NUMBER, F("usual_weekday")),
    "usual_hour": (Kind.NUMBER, F("usual_hour")),
    "usual_channel": (Kind.TEXT, F("usual_channel")),
    "usual_store": (Kind.TEXT, F("usual_store")),
    "segment": (Kind.NUMBER, F("segment_id")),
    "segment_name": (Kind.TEXT, F("segment_id")),
}
# Of all customers the same: how the forecast came true when it was last tested.
FACTOR = "backtest_factor"
SCORE_HEADINGS = [
    *(Heading(key, key, kind) for key, (kind, _value) in _COLUMNS.items()),
    Heading(FACTOR, FACTOR, Kind.NUMBER),
]


def score_rows(customers: QuerySet[Any]) -> Iterator[list[Row]]:
    """The scores of these customers, in their order, in batches; one question a batch."""
    groups = {group.pk: str(group) for group in MicroSegment.objects.all()}
    factor = {FACTOR: tested().get("factor")}
    with transaction.atomic():
        pks = customers.values_list("pk", flat=True).iterator(BATCH)
        for chunk in batched(pks, BATCH, strict=False):
            scores = CustomerScore.objects.filter(customer__in=chunk)
            values = {f"_{key}": value for key, (_kind, value) in _COLUMNS.items()}
            rows = {
                pk: _named(dict(zip(_COLUMNS, cells, strict=True)), groups) | factor
                for pk, *cells in scores.annotate(**values).values_list("pk", *values)
            }
            yield [rows[pk] for pk in chunk if pk in rows]


def _named(row: Row, groups: Mapping[int, str]) -> Row:
    stage, group = Stage(row["stage"]), row["segment_name"]
    return row | {
        "stage": stage.name.lower(),
        "phase": PHASE_OF[stage].value,
        "segment_name": groups.get(group, ""),
    }
