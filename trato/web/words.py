"""The fields of a customer in words: their names and their values."""

from collections.abc import Callable
from typing import Any

import phonenumbers
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from trato.customers.custom.words import day_word
from trato.customers.drafts import AddressDraft
from trato.customers.models import Category, Channel, Customer, PostalAddress
from trato.ui import formats


def field_label(name: str) -> str:
    """What a field is called, in lower case as the model has it."""
    field: Any = Customer._meta.get_field(name)
    return str(field.verbose_name)


SHORT_LABELS = {
    "given_name": pgettext_lazy("person", "First name"),
    "family_name": pgettext_lazy("person", "Surname"),
    "birth_date": pgettext_lazy("date of birth", "Born"),
    "tax_id": gettext_lazy("Tax number"),
    "since": pgettext_lazy("customer", "Since"),
}
SHORT_CATEGORIES = {Category.RESPONSE: gettext_lazy("Responses")}


def short_label(name: str) -> str:
    """What a field is called where there is little room."""
    return str(SHORT_LABELS.get(name) or capfirst(field_label(name)))


def category_label(category: Category) -> str:
    return str(SHORT_CATEGORIES.get(category, category.label))


_CHANNELS = frozenset(Channel.values)


def channel_word(channel: str) -> str:
    return str(Channel(channel).label) if channel in _CHANNELS else channel


def _languages(codes: list[str]) -> str:
    return ", ".join(formats.language(code) for code in codes)


WRITERS: dict[str, Callable[[Any], str]] = {
    "languages": _languages,
    "tags": ", ".join,
    "birth_date": day_word,
    "since": day_word,
    "status": lambda value: str(dict(Customer.Status.choices).get(value, value)).lower(),
    "kind": lambda value: str(dict(Customer.Kind.choices).get(value, value)).lower(),
}


def field_word(name: str, value: Any) -> str:
    """The value of a customer's own field as people write it; nothing for nothing."""
    if value in (None, "", []):
        return ""
    return str(WRITERS.get(name, str)(value))


def telephone(e164: str, country: str) -> str:
    """``+34600123456`` as it is read: 600 12 34 56 at home, +34 600 12 34 56 elsewhere."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    home = phonenumbers.region_code_for_number(number) == country
    formats_ = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(number, formats_.NATIONAL if home else formats_.INTERNATIONAL)
    )


def address_words(address: AddressDraft | PostalAddress) -> str:
    """An address in one line."""
    town = " ".join(filter(None, [address.postal_code, address.city]))
    country = country_name(address.country)
    return ", ".join(filter(None, [address.street, town, address.region, country]))


def country_name(code: str) -> str:
    return str(formats.locale().territories.get(code, code))
