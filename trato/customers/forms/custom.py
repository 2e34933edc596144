"""The form field of each type of custom field, and what is kept of its value."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.customers.models import CustomField
from trato.ui.fields import DayField, MoneyField, NumberField
from trato.ui.widgets import ChipSelect

PREFIX = "custom_"
type Make = Callable[[CustomField, str], forms.Field]


def _text(field: CustomField, currency: str) -> forms.Field:
    return forms.CharField(required=False, max_length=500)


def _number(field: CustomField, currency: str) -> forms.Field:
    return NumberField(required=False, max_digits=18, decimal_places=6)


def _money(field: CustomField, currency: str) -> forms.Field:
    return MoneyField(required=False, currency=currency)


def _date(field: CustomField, currency: str) -> forms.Field:
    return DayField(required=False)


def _options(field: CustomField) -> list[tuple[str, str]]:
    return [(option, option) for option in field.options]


def _choice(field: CustomField, currency: str) -> forms.Field:
    return forms.ChoiceField(required=False, choices=[("", "—"), *_options(field)])


def _choices(field: CustomField, currency: str) -> forms.Field:
    return forms.MultipleChoiceField(required=False, choices=_options(field), widget=ChipSelect)


def _flag(field: CustomField, currency: str) -> forms.Field:
    answers = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
    return forms.TypedChoiceField(
        required=False, choices=answers, coerce=lambda word: word == "yes", empty_value=None
    )


FIELDS: dict[str, Make] = {
    CustomField.Type.TEXT: _text,
    CustomField.Type.NUMBER: _number,
    CustomField.Type.MONEY: _money,
    CustomField.Type.DATE: _date,
    CustomField.Type.CHOICE: _choice,
    CustomField.Type.CHOICES: _choices,
    CustomField.Type.FLAG: _flag,
}


def form_field(field: CustomField, *, currency: str) -> forms.Field:
    made = FIELDS[field.type](field, currency)
    made.label = field.label
    return made


def initial(field: CustomField, kept: Any) -> Any:
    """The value as its form field shows it."""
    if kept is None:
        return None
    if field.type in {CustomField.Type.NUMBER, CustomField.Type.MONEY}:
        return Decimal(str(kept))
    if field.type == CustomField.Type.FLAG:
        return "yes" if kept else "no"
    return kept


def plain(value: Any) -> Any:
    """The value as it is kept; nothing for nothing."""
    if value in ("", None, []):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def with_value(custom: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The custom fields of a customer with one of them set, or taken out when empty."""
    kept = plain(value)
    rest = {name: old for name, old in custom.items() if name != key}
    return rest if kept is None else rest | {key: kept}
