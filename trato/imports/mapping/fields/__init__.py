"""What a column can become: the fields of customers, products, orders, contacts and costs."""

from collections.abc import Mapping

from trato.imports.mapping.fields.costs import COSTS
from trato.imports.mapping.fields.customers import CUSTOMERS
from trato.imports.mapping.fields.field import DATES, NUMBERS, Field, ValueKind, Words
from trato.imports.mapping.fields.interactions import INTERACTIONS
from trato.imports.mapping.fields.orders import ORDERS
from trato.imports.mapping.fields.products import PRODUCTS

__all__ = ["DATES", "FIELDS", "KINDS", "NUMBERS", "Field", "ValueKind", "Words", "field_of"]

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "orders": ORDERS,
    "interactions": INTERACTIONS,
    "costs": COSTS,
}
KINDS = tuple(FIELDS)


def field_of(kind: str, key: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.key == key), None)
