"""A refresh as tests ask for it, and a shop that has something to offer."""

from datetime import date, timedelta

from django.db import connection

from tests import make
from trato.customers.models import Customer
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
from trato.sales.models import Order

NOW = make.NOW


def refreshed(*, as_of: date | None = None, days: int = 0, full: bool = False) -> Run:
    at = NOW + timedelta(days=days)
    run = begin_refresh(at=at, as_of=as_of, full=full, user=None)
    refresh(run, at=at)
    run.refresh_from_db()
    return run


def rows_of(run: Run, step: str) -> int:
    return next(int(told["rows"]) for told in run.steps if told["name"] == step)


def shop() -> list[Customer]:
    """Thirty who buy coffee and filters again and again; half of them a grinder, too."""
    people = [make.customer(f"Buyer {number}") for number in range(30)]
    bought = []
    for number, who in enumerate(people):
        for turn in range(5):
            at = NOW - timedelta(days=20 + 25 * turn + number % 7)
            bought.append(make.ordered(who, "10", at=at, product="coffee"))
            bought.append(make.ordered(who, "3", at=at, product="filters"))
        if number % 2:
            at = NOW - timedelta(days=15)
            bought.append(make.ordered(who, "50", at=at, product="grinder"))
    make.orders(*bought)
    return people


def make_old() -> None:
    """As if all that is there had been written long before."""
    with connection.cursor() as sql:
        sql.execute("SET LOCAL trato.rewrite_events = 'on'")
        sql.execute("UPDATE customers_event SET transaction = 1")
    Order.objects.update(updated_at=NOW - timedelta(days=9))
