"""Orders as their lines, in the columns that ``trato import orders`` reads back."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from trato.customers.models import EmailAddress, ExternalId
from trato.kit.exporting import Heading
from trato.kit.listing import Kind, Row
from trato.sales.models import OrderLine

BATCH = 2_000
# The system of the ids of files without a named one, as imports keep them.
SYSTEM = ""

# By column: its kind, and what it is seen from the line.
_COLUMNS: dict[str, tuple[Kind, Any]] = {
    "order_id": (Kind.TEXT, F("order__number")),
    "customer_id": (
        Kind.TEXT,
        Subquery(
            ExternalId.objects.filter(customer=OuterRef("order__customer"), system=SYSTEM)
            .order_by("pk")
            .values("value")[:1]
        ),
    ),
    "customer_email": (
        Kind.TEXT,
        Subquery(
            EmailAddress.objects.filter(customer=OuterRef("order__customer"))
            .order_by("-is_primary", "pk")
            .values("address")[:1]
        ),
    ),
    "customer_name": (Kind.TEXT, F("order__customer__name")),
    "ordered_at": (Kind.DATETIME, F("order__ordered_at")),
    "product_id": (Kind.TEXT, F("product__code")),
    "quantity": (Kind.NUMBER, F("quantity")),
    "unit_price": (Kind.MONEY, F("unit_price")),
    "discount": (Kind.MONEY, F("discount")),
    "tax": (Kind.MONEY, F("tax")),
    "channel": (Kind.TEXT, F("order__channel")),
    "store": (Kind.TEXT, F("order__store")),
    "currency": (Kind.TEXT, F("order__currency")),
    "status": (Kind.TEXT, F("order__status")),
    "seller": (Kind.TEXT, F("order__seller__email")),
}
HEADINGS = [Heading(key, key, kind) for key, (kind, _value) in _COLUMNS.items()]


def line_rows(orders: QuerySet[Any]) -> Iterator[list[Row]]:
    """The lines of these orders, in their order, in batches; one question a batch."""
    with transaction.atomic():
        pks = orders.values_list("pk", flat=True).iterator(BATCH)
        for chunk in batched(pks, BATCH, strict=False):
            yield _rows(chunk)


def _rows(orders: Sequence[int]) -> list[Row]:
    values = {f"_{key}": value for key, (_kind, value) in _COLUMNS.items()}
    lines = OrderLine.objects.filter(order__in=orders).annotate(**values)
    found: dict[int, list[Row]] = {pk: [] for pk in orders}
    for order, *cells in lines.order_by("position").values_list("order_id", *values):
        found[order].append(_named(dict(zip(_COLUMNS, cells, strict=True))))
    return [row for rows in found.values() for row in rows]


def _named(row: Row) -> Row:
    """Who has a number needs neither name nor e-mail, which may be others by the next import."""
    if row["customer_id"]:
        return row | {"customer_email": None, "customer_name": None}
    return row
