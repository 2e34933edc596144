"""Of an order, a line each."""

from django.utils.translation import gettext_lazy as _

from trato.imports.mapping.fields.field import Field, ValueKind
from trato.imports.mapping.fields.whose import CUSTOMER_REF

ORDERS = (
    Field(
        key="order_id",
        label=_("Order number"),
        kind=ValueKind.CODE,
        required=True,
        longest=100,
        example="P-2024-17",
    ),
    *CUSTOMER_REF,
    Field(
        key="ordered_at",
        label=_("Date of the order"),
        kind=ValueKind.MOMENT,
        required=True,
        example="2024-03-12 09:14",
    ),
    Field(
        key="product_id",
        label=_("Product code"),
        kind=ValueKind.CODE,
        longest=100,
        example="SKU-1",
    ),
    Field(
        key="product_name",
        label=_("Product name"),
        canonical=False,
        example="Café molido 250 g",
    ),
    Field(
        key="category",
        label=_("Category"),
        join=" > ",
        longest=600,
        canonical=False,
        example="Café",
    ),
    Field(key="quantity", label=_("Quantity"), kind=ValueKind.NUMBER, required=True, example="2"),
    Field(key="unit_price", label=_("Unit price"), kind=ValueKind.MONEY, example="4,95"),
    Field(
        key="line_total",
        label=_("Total of the line"),
        kind=ValueKind.MONEY,
        canonical=False,
        example="9,90",
    ),
    Field(
        key="discount",
        label=_("Discount of the line"),
        kind=ValueKind.SHARE,
        example="0,50",
    ),
    Field(
        key="tax",
        label=_("Tax of the line"),
        kind=ValueKind.SHARE,
        canonical=False,
        example="1,04",
    ),
    Field(key="channel", label=_("Channel"), longest=40, example="web"),
    Field(key="store", label=_("Shop"), longest=100, example="Vigo"),
    Field(key="currency", label=_("Currency"), kind=ValueKind.CURRENCY, example="EUR"),
    Field(
        key="status",
        label=_("State of the order"),
        kind=ValueKind.ORDER_STATUS,
        example="completed",
    ),
    Field(key="seller", label=_("Seller (name or e-mail)"), canonical=False, example="Inés"),
    Field(
        key="country",
        label=_("Customer's country"),
        kind=ValueKind.COUNTRY,
        canonical=False,
        example="España",
    ),
)
