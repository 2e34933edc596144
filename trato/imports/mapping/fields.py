"""What a column can become: the fields of customers, products, orders, contacts and costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS = ("customers", "products", "orders", "interactions", "costs")

type Words = str | Promise


class ValueKind(StrEnum):
    """How the text of a cell becomes a value."""

    CODE = "code"
    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    BIRTH_DATE = "birth_date"
    DATE = "date"
    MOMENT = "moment"
    MONTH = "month"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    FLAG = "flag"
    COUNTRY = "country"
    LANGUAGE = "language"
    CURRENCY = "currency"
    TAX_ID = "tax_id"
    POSTAL_CODE = "postal_code"
    WORDS = "words"
    TIER = "tier"
    CUSTOMER_KIND = "customer_kind"
    STATUS = "status"
    ORDER_STATUS = "order_status"
    CONTACT_KIND = "contact_kind"
    CONTACT_CHANNEL = "contact_channel"
    COST_PURPOSE = "cost_purpose"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``repeatable``: several columns, and several values in a cell, are a list.

    ``join``: several columns are one text, with this between them. Of any other field with
    several columns the first that is not empty counts. ``longest`` is what the database holds.
    """

    key: str
    label: Words
    kind: ValueKind = ValueKind.TEXT
    required: bool = False
    repeatable: bool = False
    join: str = ""
    longest: int = 300
    example: str = ""
    canonical: bool = True


_CUSTOMER_REF = (
    Field(
        key="customer_id",
        label=_("Customer id"),
        kind=ValueKind.CODE,
        longest=200,
        example="C-1001",
    ),
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

CUSTOMERS = (
    Field(
        key="customer_id",
        label=_("Customer id"),
        kind=ValueKind.CODE,
        longest=200,
        example="C-1001",
    ),
    Field(
        key="kind",
        label=_("Person or organisation"),
        kind=ValueKind.CUSTOMER_KIND,
        example="person",
    ),
    Field(key="name", label=pgettext_lazy("of a customer", "Name"), example="Ana García"),
    Field(key="given_name", label=_("Given name"), longest=150, canonical=False, example="Ana"),
    Field(key="middle_name", label=_("Middle name"), longest=150, canonical=False, example="María"),
    Field(
        key="family_name",
        label=_("Family name"),
        join=" ",
        longest=150,
        canonical=False,
        example="García Ruiz",
    ),
    Field(
        key="email",
        label=_("E-mail"),
        kind=ValueKind.EMAIL,
        repeatable=True,
        example="ana@example.com",
    ),
    Field(
        key="phone",
        label=_("Telephone"),
        kind=ValueKind.PHONE,
        repeatable=True,
        example="600 123 456",
    ),
    Field(
        key="birth_date",
        label=_("Date of birth"),
        kind=ValueKind.BIRTH_DATE,
        example="1980-02-29",
    ),
    Field(key="street", label=_("Street and number"), join=", ", example="Rúa do Príncipe 12"),
    Field(key="city", label=_("City"), longest=150, example="Vigo"),
    Field(
        key="postal_code",
        label=_("Postal code"),
        kind=ValueKind.POSTAL_CODE,
        longest=20,
        example="36202",
    ),
    Field(key="region", label=_("Province or region"), longest=150, example="Pontevedra"),
    Field(key="country", label=_("Country"), kind=ValueKind.COUNTRY, example="España"),
    Field(
        key="tax_id", label=_("Tax number"), kind=ValueKind.TAX_ID, longest=40, example="B12345678"
    ),
    Field(key="created_at", label=_("Customer since"), kind=ValueKind.MOMENT, example="2021-05-03"),
    Field(
        key="organisation",
        label=_("Organisation where the person works"),
        canonical=False,
        example="Panadería Sol",
    ),
    Field(
        key="job_title",
        label=_("Position"),
        longest=150,
        canonical=False,
        example="Gerente",
    ),
    Field(
        key="languages",
        label=_("Languages"),
        kind=ValueKind.LANGUAGE,
        repeatable=True,
        canonical=False,
        example="es",
    ),
    Field(
        key="tags",
        label=_("Tags"),
        kind=ValueKind.WORDS,
        repeatable=True,
        longest=60,
        canonical=False,
        example="VIP, mayorista",
    ),
    Field(key="owner", label=_("Owner (name or e-mail)"), canonical=False, example="Inés Moreau"),
    Field(key="origin", label=_("Origin"), longest=100, canonical=False, example="Recomendación"),
    Field(
        key="status",
        label=_("Relationship (potential, current, lost)"),
        kind=ValueKind.STATUS,
        canonical=False,
        example="current",
    ),
    Field(
        key="notes",
        label=_("Notes"),
        kind=ValueKind.LONG_TEXT,
        join="\n",
        longest=100_000,
        canonical=False,
    ),
    Field(
        key="consent_email",
        label=_("Accepts offers by e-mail"),
        kind=ValueKind.FLAG,
        canonical=False,
        example="yes",
    ),
    Field(
        key="consent_email_at",
        label=_("Accepted offers by e-mail on"),
        kind=ValueKind.MOMENT,
        canonical=False,
        example="2024-03-14 09:12",
    ),
    Field(
        key="consent_email_how",
        label=_("How offers by e-mail were accepted"),
        join=" ",
        longest=200,
        canonical=False,
        example="Formulario de la web",
    ),
)

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

ORDERS = (
    Field(
        key="order_id",
        label=_("Order number"),
        kind=ValueKind.CODE,
        required=True,
        longest=100,
        example="P-2024-17",
    ),
    *_CUSTOMER_REF,
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

INTERACTIONS = (
    *_CUSTOMER_REF,
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

COSTS = (
    Field(
        key="month",
        label=_("Month"),
        kind=ValueKind.MONTH,
        required=True,
        example="2024-03",
    ),
    Field(key="source", label=_("Source"), longest=100, example="Instagram"),
    Field(key="campaign", label=_("Campaign"), longest=200, example="Semana del filtro"),
    Field(
        key="amount",
        label=_("Amount spent"),
        kind=ValueKind.MONEY,
        required=True,
        example="350,00",
    ),
    Field(
        key="purpose",
        label=_("What for: to win customers or to keep them"),
        kind=ValueKind.COST_PURPOSE,
        example="acquire",
    ),
    Field(key="currency", label=_("Currency"), kind=ValueKind.CURRENCY, example="EUR"),
    Field(key="note", label=_("Note"), join=" ", canonical=False, example="Anuncios"),
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "customers": CUSTOMERS,
    "products": PRODUCTS,
    "orders": ORDERS,
    "interactions": INTERACTIONS,
    "costs": COSTS,
}


def field_of(kind: str, key: str) -> Field | None:
    return next((field for field in FIELDS[kind] if field.key == key), None)
