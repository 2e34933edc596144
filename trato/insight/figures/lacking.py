"""What a company lacks before its analysis can say something, and what is to be done about it."""

from enum import StrEnum

import duckdb

from trato.customers.models import Customer
from trato.identity.models import User
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import row
from trato.sales.models import Order


class Lack(StrEnum):
    """``NOT_READ``: there are customers or purchases that no refresh has read yet."""

    CUSTOMERS = "customers"
    PURCHASES = "purchases"
    NOT_READ = "not_read"


def read(connection: duckdb.DuckDBPyConnection, _chosen: Filter) -> tuple[int, int]:
    """How many customers and how many buyers the marts know."""
    known, buyers = row(connection, "SELECT count(*), count(cohort) FROM scores")
    return int(known), int(buyers)


def lack(user: User, found: tuple[int, int] = (0, 0)) -> Lack | None:
    """Of the customers whom the user may see; nothing where somebody has bought."""
    known, buyers = found
    if buyers:
        return None
    visible = Customer.objects.visible_to(user)
    purchases = Order.objects.filter(
        customer__in=visible, status__in=(Order.Status.PENDING, Order.Status.COMPLETED), total__gt=0
    )
    if purchases.exists():
        return Lack.NOT_READ
    if known:
        return Lack.PURCHASES
    return Lack.NOT_READ if visible.exists() else Lack.CUSTOMERS
