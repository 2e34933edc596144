"""What a field is, and how the text of its cells becomes a value."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

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


# Which read differently in another order of day and month, and with another decimal sign.
DATES = frozenset({ValueKind.DATE, ValueKind.MOMENT, ValueKind.BIRTH_DATE, ValueKind.MONTH})
NUMBERS = frozenset({ValueKind.NUMBER, ValueKind.MONEY, ValueKind.SHARE})


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
