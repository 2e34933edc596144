"""Where the customers of somebody are on their way, and whom to call today."""

from collections import Counter
from datetime import date, timedelta
from time import monotonic

from django.core.cache import caches
from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from trato.customers.models import PHASE_OF, CustomerScore, Phase
from trato.customers.queries.score_fields import Midnight
from trato.identity.models import User
from trato.sales.models import Order, OrderQuerySet

AHEAD = timedelta(days=7)
SHOWN = 5


# Below, everybody sees what is so at this moment.
SECONDS_WORTH_KEEPING = 0.05
SECONDS_FRESH = 300


def phases(*, user: User, version: str) -> dict[Phase, int]:
    """How many customers are in each; nothing while nothing was worked out of any of theirs.

    Counting a million takes a moment: then the answer is kept for some minutes, until a refresh
    makes another ``version``.
    """
    who = "all" if user.sees_everybody else str(user.pk)
    key = f"phases:{version}:{who}"
    cache = caches["shared"]
    kept: dict[Phase, int] | None = cache.get(key)
    if kept is not None:
        return kept
    start = monotonic()
    found = _phases(user)
    if monotonic() - start > SECONDS_WORTH_KEEPING:
        cache.set(key, found, SECONDS_FRESH)
    return found


def _phases(user: User) -> dict[Phase, int]:
    counted = CustomerScore.objects.visible_to(user).values_list("stage").order_by("stage")
    found = Counter[Phase]()
    for stage, customers in counted.annotate(customers=Count("pk")):
        found[PHASE_OF[stage]] += customers
    return {phase: found[phase] for phase in Phase} if found else {}


def due(*, user: User, today: date) -> list[CustomerScore]:
    """Whose next purchase is due about now, the most valuable first."""
    about_now = (today - AHEAD, today + AHEAD)
    rows = CustomerScore.objects.visible_to(user).filter(next_due__range=about_now)
    return _best(rows.filter(habit_broken=False))


def broken(*, user: User) -> list[CustomerScore]:
    """Who had a habit and did not come, the most valuable first."""
    return _best(CustomerScore.objects.visible_to(user).filter(habit_broken=True))


def _best(rows: QuerySet[CustomerScore]) -> list[CustomerScore]:
    """Without those who have bought since the refresh: their page takes back the same. Asked of
    one after the other, until there are enough."""
    rows = rows.exclude(Q(age__gt=F("recency")) & Exists(_bought_since()))
    order = F("lifetime_value").desc(nulls_last=True)
    return list(rows.select_related("customer").order_by(order, "pk")[:SHOWN])


def _bought_since() -> OrderQuerySet:
    """Of a score: what the customer has bought from its day on."""
    return Order.objects.filter(
        customer=OuterRef("customer"),
        status__in=Order.COUNTED,
        total__gt=0,
        ordered_at__gte=Midnight(OuterRef("as_of")),
    )
