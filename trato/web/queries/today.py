"""Where the customers of somebody are on their way, and whom to call today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from trato.customers.models import PHASE_OF, Customer, CustomerScore, Phase
from trato.identity.models import User

LATELY = timedelta(days=30)
AHEAD = timedelta(days=7)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class PhaseCount:
    """``arrived`` came to their stage within the last thirty days."""

    phase: Phase
    customers: int
    arrived: int


def journey(*, user: User) -> list[PhaseCount]:
    """Nothing while nothing was worked out of any customer of theirs."""
    lately = Q(stage_since__gt=F("as_of") - LATELY)
    counted = _scores(user).values("stage").order_by("stage")
    rows = counted.annotate(customers=Count("pk"), arrived=Count("pk", filter=lately))
    found = {phase: [0, 0] for phase in Phase}
    for row in rows:
        of_phase = found[PHASE_OF[row["stage"]]]
        of_phase[0] += row["customers"]
        of_phase[1] += row["arrived"]
    if not any(customers for customers, _arrived in found.values()):
        return []
    return [PhaseCount(phase, *counts) for phase, counts in found.items()]


def due(*, user: User, today: date) -> list[CustomerScore]:
    """Whose next purchase is due about now, the most valuable first."""
    rows = _scores(user).filter(next_due__range=(today - AHEAD, today + AHEAD), habit_broken=False)
    return _best(rows)


def broken(*, user: User) -> list[CustomerScore]:
    """Who had a habit and did not come, the most valuable first."""
    return _best(_scores(user).filter(habit_broken=True))


def _best(rows: QuerySet[CustomerScore]) -> list[CustomerScore]:
    order = F("lifetime_value").desc(nulls_last=True)
    return list(rows.select_related("customer").order_by(order, "pk")[:SHOWN])


def _scores(user: User) -> QuerySet[CustomerScore]:
    if user.sees_everybody:
        return CustomerScore.objects.all()
    return CustomerScore.objects.filter(customer__in=Customer.objects.visible_to(user))
