"""What a customer buys and when, in the company's currency; their orders, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from trato.customers.models import Customer, Event
from trato.customers.queries.profile import Entry
from trato.identity.models import User
from trato.sales.models import Order
from trato.sales.queries.months import months_back

MONTHS = 24
FAVOURITES = 5
type Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Favourite:
    """A product or category that the customer buys: for how much, in how many purchases."""

    name: str
    amount: Decimal
    purchases: int
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """What a customer buys and when, in the company's currency."""

    products: list[Favourite] = field(default_factory=list)
    categories: list[Favourite] = field(default_factory=list)
    months: list[Decimal] = field(default_factory=list)


# One pass over the customer's lines, added up by product, by category and by month.
_HABITS = """
WITH bought AS (
    SELECT o.id AS order_id, l.product_id,
           date_trunc('month', o.ordered_at AT TIME ZONE %(zone)s)::date AS month,
           CASE WHEN o.company_total = o.total THEN l.total
                ELSE l.total * o.company_total / nullif(o.total, 0) END AS amount
    FROM sales_order o JOIN sales_orderline l ON l.order_id = o.id
    WHERE o.customer_id = %(customer)s AND o.status IN ('pending', 'completed')
      AND o.ordered_at <= %(at)s
), sums AS (
    SELECT p.id AS product_id, p.name, c.name AS category, b.month,
           sum(b.amount) AS amount, count(DISTINCT b.order_id) AS purchases,
           GROUPING(p.id, c.id, b.month) AS kind
    FROM bought b
    JOIN catalog_product p ON p.id = b.product_id
    LEFT JOIN catalog_category c ON c.id = p.category_id
    GROUP BY GROUPING SETS ((p.id, p.name), (c.id, c.name), (b.month))
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY amount DESC, purchases DESC) AS place
    FROM sums WHERE amount IS NOT NULL
)
SELECT kind, product_id, coalesce(name, category), month, amount, purchases
FROM ranked
WHERE kind = 6 AND month >= %(first)s
   OR kind <> 6 AND place <= %(limit)s AND amount > 0 AND coalesce(name, category) IS NOT NULL
ORDER BY kind, place
"""
_PRODUCT, _CATEGORY, _MONTH = 0b011, 0b101, 0b110


def habits(customer: Customer, *, at: datetime) -> Habits:
    first = months_back(timezone.localtime(at).date(), MONTHS - 1)
    parameters: dict[str, Any] = {
        "zone": timezone.get_current_timezone_name(),
        "customer": customer.pk,
        "at": at,
        "first": first,
        "limit": FAVOURITES,
    }
    found = Habits()
    by_month: dict[date, Decimal] = {}
    with connection.cursor() as sql:
        sql.execute(_HABITS, parameters)
        for kind, product, name, month, amount, purchases in sql.fetchall():
            if kind == _MONTH:
                by_month[month] = amount
            elif kind == _PRODUCT:
                found.products.append(Favourite(name, amount, purchases, product))
            else:
                found.categories.append(Favourite(name, amount, purchases))
    found.months.extend(
        by_month.get(months_back(first, -number), Decimal(0)) for number in range(MONTHS)
    )
    return found


@dataclass(frozen=True, slots=True)
class Bought:
    """An order as the time line tells it."""

    pk: int
    status: str
    products: int


def orders_of(events: Sequence[Event | Entry], *, user: User) -> dict[int, Bought]:
    """What the purchases on a page of the time line consisted of; gone orders are left out."""
    ids = {pk for event in events if isinstance(pk := event.payload.get("order"), int)}
    if not ids:
        return {}
    rows = Order.objects.visible_to(user).filter(pk__in=ids)
    counted = rows.annotate(products=Count("lines__product", distinct=True))
    return {
        pk: Bought(pk, status, products)
        for pk, status, products in counted.values_list("pk", "status", "products")
    }


def orders(customer: Customer, *, user: User, before: Place | None, limit: int) -> list[Order]:
    """A page of the customer's orders, newest first."""
    rows = Order.objects.visible_to(user).filter(customer=customer)
    if before is not None:
        at, pk = before
        rows = rows.filter(ordered_at__lte=at).filter(Q(ordered_at__lt=at) | Q(pk__lt=pk))
    page = rows.order_by("-ordered_at", "-pk")[:limit]
    return list(page.annotate(products=Count("lines__product", distinct=True)))
