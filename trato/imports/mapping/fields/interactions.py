"""Of a contact with a customer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.imports.mapping.fields.field import Field, ValueKind
from trato.imports.mapping.fields.whose import CUSTOMER_REF

INTERACTIONS = (
    *CUSTOMER_REF,
    Field(
        key="customer_phone",
        label=_("Customer's telephone"),
        kind=ValueKind.PHONE,
        repeatable=True,
        canonical=False,
        example="600 123 456",
    ),
    Field(
        key="at",
        label=_("When"),
        kind=ValueKind.MOMENT,
        required=True,
        example="2024-03-12 09:14",
    ),
    Field(
        key="kind",
        label=_("Kind of contact (call, visit, meeting, e-mail, message, note)"),
        kind=ValueKind.CONTACT_KIND,
        example="call",
    ),
    Field(
        key="channel",
        label=_("Channel"),
        kind=ValueKind.CONTACT_CHANNEL,
        longest=40,
        example="telephone",
    ),
    Field(key="subject", label=_("Subject"), example="Pide presupuesto"),
    Field(
        key="body",
        label=pgettext_lazy("of a message", "Text"),
        kind=ValueKind.LONG_TEXT,
        join="\n",
        longest=100_000,
        canonical=False,
    ),
    Field(
        key="author", label=_("Who of us (name or e-mail)"), canonical=False, example="Inés Moreau"
    ),
)
