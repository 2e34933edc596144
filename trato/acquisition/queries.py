"""Costs in the company's currency, and the names that sources and campaigns have."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trato.acquisition.models import Cost
from trato.catalog.queries import Rates
from trato.customers.models import Customer, Event
from trato.customers.models.event import RESPONSES
from trato.identity.models import User

# Sources and campaigns are offered from so many of the latest: all of them take too long.
_LATEST = 5_000


@dataclass(frozen=True, slots=True)
class Spent:
    """In the company's currency; an empty source or campaign is whichever."""

    month: date
    purpose: str
    source: str
    campaign: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Spending:
    """``unrated`` currencies have no rate for the month of some cost, which is left out."""

    spent: tuple[Spent, ...] = ()
    unrated: tuple[str, ...] = ()


def spending(user: User, *, currency: str) -> Spending:
    """Every cost this user may see, at the rate of the last day of its month that has one."""
    rates, spent, unrated = Rates(currency), [], set()
    for cost in Cost.objects.visible_to(user).order_by("month", "purpose", "source", "campaign"):
        amount = rates.convert(cost.amount, cost.currency, _last_day(cost.month))
        if amount is None:
            unrated.add(cost.currency)
        else:
            spent.append(Spent(cost.month, cost.purpose, cost.source, cost.campaign, amount))
    return Spending(tuple(spent), tuple(sorted(unrated)))


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def sources() -> list[str]:
    latest = Customer.objects.order_by("-pk").values_list("origin", flat=True)[:_LATEST]
    return _names(latest, Cost.objects.values_list("source", flat=True).distinct())


def campaigns() -> list[str]:
    latest = Event.objects.order_by("-pk").values_list("kind", "payload__campaign")[:_LATEST]
    answered = [name for kind, name in latest if kind in RESPONSES and isinstance(name, str)]
    return _names(answered, Cost.objects.values_list("campaign", flat=True).distinct())


def _names(*found: Iterable[str]) -> list[str]:
    return sorted({name for names in found for name in names if name}, key=str.casefold)
