"""Values of custom fields as programs send them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from trato.customers.custom.inputs import plain
from trato.customers.custom.numbers import own_number
from trato.customers.models import CustomField
from trato.kit.rest.refusals import Invalid, Place
from trato.kit.text import Unreadable

_TYPE = CustomField.Type
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def _number(value: Any, field: CustomField) -> Any:
    """Text keeps its digits on the way; a number of JSON is taken, too."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return own_number(Decimal(value), field.type)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return own_number(Decimal(str(value)), field.type)
    raise Unreadable("custom_field_value")


def _date(value: Any, field: CustomField) -> Any:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise Unreadable("custom_field_value")


def _choice(value: Any, field: CustomField) -> Any:
    if isinstance(value, str) and value in field.options:
        return value
    raise Unreadable("custom_field_value")


def _choices(value: Any, field: CustomField) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(_choice(one, field) for one in value))
    raise Unreadable("custom_field_value")


def _text(value: Any, field: CustomField) -> Any:
    if not isinstance(value, str):
        raise Unreadable("custom_field_value")
    if len(value) > CustomField.LONGEST_TEXT:
        raise Unreadable("string_too_long", max_length=CustomField.LONGEST_TEXT)
    return value


def _flag(value: Any, field: CustomField) -> Any:
    if isinstance(value, bool):
        return value
    raise Unreadable("custom_field_value")


_READERS: dict[str, Callable[[Any, CustomField], Any]] = {
    _TYPE.TEXT: _text,
    _TYPE.NUMBER: _number,
    _TYPE.MONEY: _number,
    _TYPE.DATE: _date,
    _TYPE.CHOICE: _choice,
    _TYPE.CHOICES: _choices,
    _TYPE.FLAG: _flag,
}


def checked(
    values: Mapping[str, Any], fields: Mapping[str, CustomField], place: Place
) -> dict[str, Any]:
    """The values as they are kept; what is empty is null. Raises Invalid."""
    return {key: _kept(key, value, fields, place) for key, value in values.items()}


def _kept(key: str, value: Any, fields: Mapping[str, CustomField], place: Place) -> Any:
    field = fields.get(key)
    if field is None:
        raise Invalid.body(*place, key, code="custom_field_unknown")
    if value is None:
        return None
    try:
        return plain(_READERS[field.type](value, field))
    except Unreadable as error:
        params = {"type": field.type, **error.params}
        raise Invalid.body(*place, key, code=error.code, **params) from None
