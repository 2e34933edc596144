"""Prices and quality in words."""

from decimal import Decimal

from django.utils.translation import gettext, pgettext_lazy

from trato.customers.models import CustomField
from trato.ui import formats

TIERS = {
    1: pgettext_lazy("quality", "basic"),
    2: pgettext_lazy("quality", "simple"),
    3: pgettext_lazy("quality", "good"),
    4: pgettext_lazy("quality", "very good"),
    5: pgettext_lazy("quality", "the best"),
}
OWN_ICONS = {
    CustomField.Type.TEXT: "file-text",
    CustomField.Type.NUMBER: "hash",
    CustomField.Type.MONEY: "coins",
    CustomField.Type.DATE: "calendar",
    CustomField.Type.CHOICE: "circle-check",
    CustomField.Type.CHOICES: "list",
    CustomField.Type.FLAG: "square-check",
}


def price(amount: Decimal | None, currency: str) -> str:
    """With cents; with up to four decimals where cents would lie."""
    if amount is None:
        return ""
    if amount == amount.quantize(Decimal("0.01")):
        return formats.money(amount, currency)
    return gettext("%(amount)s %(currency)s") % {
        "amount": formats.number(amount, 4).rstrip("0"),
        "currency": currency,
    }


def tier(number: int | None) -> str:
    """«4 of 5, very good»."""
    if number is None:
        return ""
    return gettext("%(number)s of 5, %(words)s") % {"number": number, "words": TIERS[number]}


def tier_of_five(number: int | None) -> str:
    """«4 of 5», where a column has no room for the word."""
    return "" if number is None else gettext("%(number)s of 5") % {"number": number}


def tier_choices() -> list[tuple[str, str]]:
    return [("", "—"), *((str(number), tier(number)) for number in TIERS)]


def plain(amount: Decimal | None) -> Decimal | None:
    """Without the zeros that the database keeps: 9.9000 is 9.90."""
    if amount is None:
        return None
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount.normalize()
