"""What analysis says of customers, as fields of their list: figures elsewhere lead to these."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import DateTimeField, F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.models import PHASE_OF, MicroSegment, Phase, RfmGroup, Stage
from trato.kit.listing import Column, Field, Kind, Order, Worked

TIE = "score__customer"


@dataclass(frozen=True, slots=True)
class PhaseOfStage(Column):
    """The phase is not kept: it follows from the stage."""

    def matches(self, lookup: str, value: Any) -> Q:
        stages = [stage for stage, phase in PHASE_OF.items() if phase in value]
        return Q(**{f"{self.path}__in": stages})

    def read(self, value: Any) -> Any:
        return None if value is None else PHASE_OF[value].value


class BoughtSince(Column):
    """Of a score: whether the customer has bought from its day on and it does not know it."""

    def matches(self, lookup: str, value: Any) -> Q:
        day = Midnight(F(f"{self.path}__as_of"))
        is_since = Q(
            **{f"{self.path}__age__gt": F(f"{self.path}__recency")},
            summary__last_purchase_at__gte=day,
        )
        return is_since if value else ~is_since


class Midnight(Func):
    """When a day begins in the time zone in force."""

    template = "(%(expressions)s)"
    arg_joiner = "::timestamp AT TIME ZONE "
    output_field = DateTimeField()

    def __init__(self, day: Any) -> None:
        super().__init__(day, Value(timezone.get_current_timezone_name()))


def score_fields(currency: str) -> Iterable[Field]:
    yield from _journey_fields()
    yield from _value_fields(currency)
    yield from _rhythm_fields()
    yield from _group_fields()


def _journey_fields() -> Iterable[Field]:
    yield Field(
        "stage",
        _("Stage"),
        Kind.CHOICE,
        Column("score__stage"),
        order=Order("score__stage", tie=TIE, nullable=True),
        options=lambda: Stage.choices,
    )
    yield Field(
        "phase",
        _("Phase"),
        Kind.CHOICE,
        PhaseOfStage("score__stage"),
        options=lambda: Phase.choices,
    )
    yield Field("stage_since", _("In the stage since"), Kind.DATE, Column("score__stage_since"))


def _value_fields(currency: str) -> Iterable[Field]:
    yield Field(
        "value",
        _("Value of the next year"),
        Kind.MONEY,
        Worked("score__lifetime_value", currency=currency),
        order=Order("score__lifetime_value", tie=TIE, nullable=True),
        short=_("Next year"),
        unit=currency,
    )
    yield Field(
        "value_tenth", _("Tenth of value (10 is the highest)"), Kind.NUMBER, _score("value_decile")
    )
    yield Field("expected", _("Purchases expected"), Kind.NUMBER, _score("expected_purchases"))
    yield Field("p_alive", _("Probability of buying again"), Kind.NUMBER, _score("p_alive"))


def _rhythm_fields() -> Iterable[Field]:
    yield Field(
        "risk",
        _("Risk of leaving"),
        Kind.NUMBER,
        Column("score__risk"),
        order=Order("score__risk", tie=TIE, nullable=True),
    )
    yield Field(
        "next_due",
        _("Next purchase due"),
        Kind.DATE,
        Column("score__next_due"),
        order=Order("score__next_due", tie=TIE, nullable=True),
        short=_("Due"),
    )
    yield Field("rhythm", _("Days between purchases"), Kind.NUMBER, _score("rhythm_days"))
    yield Field("habit", _("Strength of the habit"), Kind.NUMBER, _score("habit"))
    yield Field("habit_broken", _("Habit broken"), Kind.FLAG, _score("habit_broken"))
    yield Field(
        "bought_since",
        _("Bought since the last analysis"),
        Kind.FLAG,
        BoughtSince("score"),
        is_column=False,
        optional=False,
    )


def _group_fields() -> Iterable[Field]:
    yield Field(
        "rfm",
        _("Group by recency, frequency and money"),
        Kind.CHOICE,
        Column("score__rfm_group", blank=""),
        order=Order("score__rfm_group", tie=TIE, nullable=True),
        options=lambda: RfmGroup.choices,
        short=pgettext_lazy("RFM", "Group"),
    )
    for key, label in (
        ("recency_score", _("Recency, 1 to 5")),
        ("frequency_score", _("Frequency, 1 to 5")),
        ("monetary_score", _("Money, 1 to 5")),
    ):
        yield Field(key, label, Kind.NUMBER, _score(key))
    yield Field(
        "segment",
        _("Micro-segment"),
        Kind.CHOICE,
        Column("score__segment"),
        options=cache(_segments),
    )


def _score(name: str) -> Column:
    return Column(f"score__{name}")


def _segments() -> list[tuple[int, str]]:
    return [(segment.pk, str(segment)) for segment in MicroSegment.objects.order_by("pk")]
