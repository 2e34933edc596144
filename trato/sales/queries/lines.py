"""Orders as their lines, in the columns that ``trato import orders`` reads back."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from trato.customers.custom.listed import cells, headings
from trato.customers.models import CustomField, EmailAddress, ExternalId
from trato.customers.queries.profile import custom_fields
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


def line_headings() -> list[Heading]:
    own = custom_fields(CustomField.About.ORDER)
    return [*(Heading(key, key, kind) for key, (kind, _value) in _COLUMNS.items()), *headings(own)]


def line_rows(orders: QuerySet[Any]) -> Iterator[list[Row]]:
    """The lines of these orders, in their order, in batches; one question a batch."""
    own = custom_fields(CustomField.About.ORDER)
    with transaction.atomic():
        pks = orders.values_list("pk", flat=True).iterator(BATCH)
        for chunk in batched(pks, BATCH, strict=False):
            yield _rows(chunk, own)


def _rows(orders: Sequence[int], own: Sequence[CustomField]) -> list[Row]:
    values = {f"_{key}": value for key, (_kind, value) in _COLUMNS.items()}
    values["_own"] = F("order__custom")
    lines = OrderLine.objects.filter(order__in=orders).annotate(**values)
    found: dict[int, list[Row]] = {pk: [] for pk in orders}
    rows = lines.order_by("position").values_list("order_id", *values)
    for order, *line, custom in rows:
        row = _named(dict(zip(_COLUMNS, line, strict=True)))
        found[order].append(row | cells(own, custom))
    return [row for of_order in found.values() for row in of_order]


def _named(row: Row) -> Row:
    """Who has a number needs neither name nor e-mail, which may be others by the next import."""
    if row["customer_id"]:
        return row | {"customer_email": None, "customer_name": None}
    return row
