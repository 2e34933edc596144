"""Which customer a row of orders or contacts is about."""

from django.utils.translation import gettext_lazy as _

from trato.imports.mapping.fields.field import Field, ValueKind

CUSTOMER_ID = Field(
    key="customer_id",
    label=_("Customer id"),
    kind=ValueKind.CODE,
    longest=200,
    example="C-1001",
)
CUSTOMER_REF = (
    CUSTOMER_ID,
    Field(
        key="customer_email",
        label=_("Customer's e-mail"),
        kind=ValueKind.EMAIL,
        repeatable=True,
        canonical=False,
        example="ana@example.com",
    ),
    Field(key="customer_name", label=_("Customer's name"), canonical=False, example="Ana García"),
)
