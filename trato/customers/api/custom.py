"""Values of custom fields as programs send them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from trato.customers.models import CustomField
from trato.kit.rest.refusals import Invalid, Place

_TYPE = CustomField.Type


def _is_number(value: Any, field: CustomField) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _is_date(value: Any, field: CustomField) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_choice(value: Any, field: CustomField) -> bool:
    return isinstance(value, str) and value in field.options


def _are_choices(value: Any, field: CustomField) -> bool:
    return isinstance(value, list) and all(_is_choice(one, field) for one in value)


def _is_text(value: Any, field: CustomField) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any, field: CustomField) -> bool:
    return isinstance(value, bool)


_CHECKS: dict[str, Callable[[Any, CustomField], bool]] = {
    _TYPE.TEXT: _is_text,
    _TYPE.NUMBER: _is_number,
    _TYPE.MONEY: _is_number,
    _TYPE.DATE: _is_date,
    _TYPE.CHOICE: _is_choice,
    _TYPE.CHOICES: _are_choices,
    _TYPE.FLAG: _is_flag,
}


def checked(
    values: Mapping[str, Any], fields: Mapping[str, CustomField], place: Place
) -> dict[str, Any]:
    """The values as they are kept; null stays null. Raises Invalid."""
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            raise Invalid.body(*place, key, code="custom_field_unknown")
        if value is not None and not _CHECKS[field.type](value, field):
            raise Invalid.body(*place, key, code="custom_field_value", type=field.type)
        if field.type == _TYPE.TEXT and len(value or "") > CustomField.LONGEST_TEXT:
            most = CustomField.LONGEST_TEXT
            raise Invalid.body(*place, key, code="string_too_long", max_length=most)
    return dict(values)
