"""Scores as a file for other programs: a row a customer, stages and groups by name."""

from collections.abc import Callable, Iterator, Mapping
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from trato.customers.models import PHASE_OF, CustomerScore, ExternalId, MicroSegment, Stage
from trato.identity.queries import company
from trato.insight.queries.runs import tested
from trato.insight.tested import factor, money_factor
from trato.kit.exporting import Heading
from trato.kit.listing import Kind, Row
from trato.kit.money import as_paid

BATCH = 5_000

# By the name that files and programs know it by: its kind, and what it is called in the database.
FIGURES: dict[str, tuple[Kind, str]] = {
    "as_of": (Kind.DATE, "as_of"),
    "stage": (Kind.TEXT, "stage"),
    "phase": (Kind.TEXT, "stage"),
    "stage_since": (Kind.DATE, "stage_since"),
    "stage_cause": (Kind.TEXT, "stage_cause"),
    "purchases": (Kind.NUMBER, "purchases"),
    "frequency": (Kind.NUMBER, "frequency"),
    "recency": (Kind.NUMBER, "recency"),
    "age": (Kind.NUMBER, "age"),
    "monetary": (Kind.NUMBER, "monetary"),
    "margin": (Kind.NUMBER, "margin"),
    "recency_score": (Kind.NUMBER, "recency_score"),
    "frequency_score": (Kind.NUMBER, "frequency_score"),
    "monetary_score": (Kind.NUMBER, "monetary_score"),
    "rfm_group": (Kind.TEXT, "rfm_group"),
    "p_alive": (Kind.NUMBER, "p_alive"),
    "expected_purchases_365d": (Kind.NUMBER, "expected_purchases"),
    "lifetime_value_365d": (Kind.NUMBER, "lifetime_value"),
    "lifetime_value_low": (Kind.NUMBER, "lifetime_value_low"),
    "lifetime_value_high": (Kind.NUMBER, "lifetime_value_high"),
    "value_decile": (Kind.NUMBER, "value_decile"),
    "rhythm_days": (Kind.NUMBER, "rhythm_days"),
    "rhythm_low": (Kind.NUMBER, "rhythm_low"),
    "rhythm_high": (Kind.NUMBER, "rhythm_high"),
    "next_due": (Kind.DATE, "next_due"),
    "lapse_on": (Kind.DATE, "lapse_on"),
    "habit": (Kind.NUMBER, "habit"),
    "habit_broken": (Kind.FLAG, "habit_broken"),
    "risk": (Kind.NUMBER, "risk"),
    "usual_weekday": (Kind.NUMBER, "usual_weekday"),
    "usual_hour": (Kind.NUMBER, "usual_hour"),
    "usual_channel": (Kind.TEXT, "usual_channel"),
    "usual_store": (Kind.TEXT, "usual_store"),
    "segment": (Kind.NUMBER, "segment_id"),
    "segment_name": (Kind.TEXT, "segment_id"),
}
# By column of a file: its kind, and what it is seen from the score.
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
    **{name: (kind, F(path)) for name, (kind, path) in FIGURES.items()},
}
# In a file as it is paid: nobody needs the rest.
_MONEY = (
    "monetary",
    "margin",
    "lifetime_value_365d",
    "lifetime_value_low",
    "lifetime_value_high",
)
# Of all customers the same: how the forecasts of purchases and money came true when last tested.
FACTORS: dict[str, Callable[[Mapping[str, Any]], float | None]] = {
    "backtest_factor": factor,
    "backtest_money_factor": money_factor,
}
SCORE_HEADINGS = [
    *(Heading(key, key, kind) for key, (kind, _value) in _COLUMNS.items()),
    *(Heading(key, key, Kind.NUMBER) for key in FACTORS),
]


def factors() -> Row:
    """What came of what was expected, by the names of `FACTORS`."""
    found = tested()
    return {name: told(found) for name, told in FACTORS.items()}


def score_rows(customers: QuerySet[Any]) -> Iterator[list[Row]]:
    """The scores of these customers, in their order, in batches; one question a batch."""
    groups = {group.pk: str(group) for group in MicroSegment.objects.all()}
    came, currency = factors(), company().currency
    with transaction.atomic():
        pks = customers.values_list("pk", flat=True).iterator(BATCH)
        for chunk in batched(pks, BATCH, strict=False):
            scores = CustomerScore.objects.filter(customer__in=chunk)
            values = {f"_{key}": value for key, (_kind, value) in _COLUMNS.items()}
            rows = {
                pk: _told(dict(zip(_COLUMNS, cells, strict=True)), groups, currency) | came
                for pk, *cells in scores.annotate(**values).values_list("pk", *values)
            }
            yield [rows[pk] for pk in chunk if pk in rows]


def _told(row: Row, groups: Mapping[int, str], currency: str) -> Row:
    stage, group = Stage(row["stage"]), row["segment_name"]
    money = {name: row[name] for name in _MONEY if row[name] is not None}
    return row | {
        **{name: as_paid(amount, currency) for name, amount in money.items()},
        "stage": stage.name.lower(),
        "phase": PHASE_OF[stage].value,
        "segment_name": groups.get(group, ""),
    }
