"""The state of the customer base: how many customers are of each type, by the company's rules.

- *Relationship* (all customers): potential, current or lost, as ``Customer.status`` says.
- *Activity* (who has ever bought): active with a last purchase within ``active_days``, counted in
  whole days of the time zone of ``as_of``, as the list counts them; inactive otherwise.
- *Frequency* (who has bought within a year): by the purchases of that year. Frequent from
  ``frequent_purchases`` on, regular from ``regular_purchases`` on, else occasional.
- *Volume* (who has bought within a year): by the rank of the year's amount. Customers of equal
  amounts share one rank, the middle of their places, and therefore one class: high above
  ``100 - high_volume_percent``, low below ``low_volume_percent``, else average. Where everybody
  bought for the same amount, everybody is average.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DecimalField, Max, Min, Q, QuerySet

from trato.customers.models import BaseRules, Customer, Summary
from trato.identity.models import User


@dataclass(frozen=True, slots=True)
class Volume:
    """``low_to`` is the greatest amount of the low class, ``high_from`` the least of the high."""

    high: int = 0
    average: int = 0
    low: int = 0
    high_from: Decimal | None = None
    low_to: Decimal | None = None

    def of(self, amount: Decimal) -> str:
        """The class of who has bought for so much within a year."""
        if self.high_from is not None and amount >= self.high_from:
            return "high"
        if self.low_to is not None and amount <= self.low_to:
            return "low"
        return "average"


@dataclass(frozen=True, slots=True)
class Base:
    potential: int
    current: int
    lost: int
    active: int
    inactive: int
    frequent: int
    regular: int
    occasional: int
    volume: Volume = field(default_factory=Volume)

    @property
    def customers(self) -> int:
        return self.potential + self.current + self.lost

    @property
    def buyers(self) -> int:
        return self.active + self.inactive


class Cut(Aggregate):
    """The amount at a percentage of the ranks, one that occurs."""

    function = "percentile_disc"
    template = "%(function)s(%(percent)s / 100.0) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    output_field = DecimalField(max_digits=18, decimal_places=4)


def base(*, user: User, rules: BaseRules, as_of: datetime) -> Base:
    """The customers that this user sees, by type."""
    summaries = _summaries(user)
    figures = summaries.aggregate(**_figures(rules, as_of))
    cuts = {name: figures.pop(name) for name in ("least", "most", "low_cut", "high_cut")}
    buyers, active = figures["buyers"], figures["active"]
    frequent, regular, in_year = figures["frequent"], figures["regular"], figures["in_year"]
    return Base(
        **_relationships(user),
        active=active,
        inactive=buyers - active,
        frequent=frequent,
        regular=regular,
        occasional=in_year - frequent - regular,
        volume=_volume(summaries.filter(purchases_last_year__gt=0), rules, **cuts),
    )


def _summaries(user: User) -> QuerySet[Summary]:
    """All of them without asking for each customer, where the user sees everybody."""
    if user.sees_everybody:
        return Summary.objects.all()
    return Summary.objects.filter(customer__in=Customer.objects.visible_to(user))


def _relationships(user: User) -> dict[str, int]:
    rows = Customer.objects.visible_to(user).order_by().values_list("status")
    found = dict(rows.annotate(number=Count("pk")))
    return {status: found.get(status, 0) for status in Customer.Status.values}


def first_active_moment(rules: BaseRules, as_of: datetime) -> datetime:
    """From when on a last purchase makes its customer active."""
    day = as_of.date() - timedelta(days=rules.active_days)
    return datetime.combine(day, time.min, tzinfo=as_of.tzinfo)


def _figures(rules: BaseRules, as_of: datetime) -> dict[str, Any]:
    bought, in_year = Q(purchases__gt=0), Q(purchases_last_year__gt=0)
    often, now_and_then = rules.frequent_purchases, rules.regular_purchases
    is_active = Q(last_purchase_at__gte=first_active_moment(rules, as_of))
    regular = Q(purchases_last_year__gte=now_and_then, purchases_last_year__lt=often)
    low, high = rules.low_volume_percent, 100 - rules.high_volume_percent
    return {
        "buyers": Count("pk", filter=bought),
        "active": Count("pk", filter=bought & is_active),
        "in_year": Count("pk", filter=in_year),
        "frequent": Count("pk", filter=in_year & Q(purchases_last_year__gte=often)),
        "regular": Count("pk", filter=in_year & regular),
        "least": Min("amount_last_year", filter=in_year),
        "most": Max("amount_last_year", filter=in_year),
        "low_cut": Cut("amount_last_year", percent=low, filter=in_year),
        "high_cut": Cut("amount_last_year", percent=high, filter=in_year),
    }


def _volume(
    rows: QuerySet[Summary],
    rules: BaseRules,
    *,
    least: Decimal | None,
    most: Decimal | None,
    low_cut: Decimal,
    high_cut: Decimal,
) -> Volume:
    """The classes around two amounts: only those who bought for exactly that are in doubt."""
    if least == most:
        return Volume(average=rows.count() if least is not None else 0)
    under, at_low = Q(amount_last_year__lt=low_cut), Q(amount_last_year=low_cut)
    over, at_high = Q(amount_last_year__gt=high_cut), Q(amount_last_year=high_cut)
    found = rows.aggregate(
        everybody=Count("pk"),
        under=Count("pk", filter=under),
        at_low=Count("pk", filter=at_low),
        below=Max("amount_last_year", filter=under),
        over=Count("pk", filter=over),
        at_high=Count("pk", filter=at_high),
        above=Min("amount_last_year", filter=over),
    )
    everybody, low, high = found["everybody"], found["under"], found["over"]
    low_to, high_from = found["below"], found["above"]
    # Twice the middle rank, so that it is a whole number: nothing is lost to rounding.
    if (2 * low + found["at_low"]) * 100 < 2 * everybody * rules.low_volume_percent:
        low, low_to = low + found["at_low"], low_cut
    if (2 * high + found["at_high"]) * 100 < 2 * everybody * rules.high_volume_percent:
        high, high_from = high + found["at_high"], high_cut
    return Volume(high, everybody - high - low, low, high_from, low_to)
