"""Of a product."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.imports.mapping.fields.field import Field, ValueKind

PRODUCTS = (
    Field(
        key="product_id",
        label=_("Product code"),
        kind=ValueKind.CODE,
        required=True,
        longest=100,
        example="SKU-1",
    ),
    Field(key="name", label=pgettext_lazy("of a product", "Name"), example="Café molido 250 g"),
    Field(
        key="category",
        label=_("Category"),
        join=" > ",
        longest=600,
        example="Alimentación > Café",
    ),
    Field(key="brand", label=_("Brand"), longest=150, example="Sol"),
    Field(key="price", label=_("Price"), kind=ValueKind.MONEY, example="4,95"),
    Field(key="cost", label=_("Cost"), kind=ValueKind.MONEY, example="2,10"),
    Field(key="unit", label=_("Unit"), longest=40, canonical=False, example="kg"),
    Field(
        key="quality_tier",
        label=_("Quality, from 1 to 5"),
        kind=ValueKind.TIER,
        canonical=False,
        example="3",
    ),
    Field(key="active", label=_("On sale"), kind=ValueKind.FLAG, canonical=False, example="yes"),
    Field(
        key="currency",
        label=_("Currency"),
        kind=ValueKind.CURRENCY,
        canonical=False,
        example="EUR",
    ),
    Field(
        key="description",
        label=_("Description"),
        kind=ValueKind.LONG_TEXT,
        join="\n",
        longest=100_000,
        canonical=False,
    ),
)
