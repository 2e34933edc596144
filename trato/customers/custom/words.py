"""The values of the company's own fields as people read them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from trato.customers.models import CustomField
from trato.ui import formats


def custom_word(value: Any, field: CustomField | None = None, currency: str = "") -> str:
    """The value of a custom field as people write it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(word) for word in value)
    if isinstance(value, int | float):
        is_money = field is not None and field.type == CustomField.Type.MONEY
        return formats.exact_money(value, currency) if is_money else formats.exact(value)
    if field is not None and field.type == CustomField.Type.DATE:
        return day_word(value)
    return str(value)


def day_word(value: Any) -> str:
    """A date as it comes from a row, or from the JSON of an event."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return formats.day(value)
