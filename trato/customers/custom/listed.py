"""The company's own fields in lists: filtered, sorted, shown and exported like any other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trato.customers.models import CustomField
from trato.customers.queries.profile import custom_fields
from trato.kit.exporting import Heading
from trato.kit.listing import Aside, Field, JsonKey, Kind, Order, Row

CUSTOM = "custom."
_KINDS = {
    CustomField.Type.TEXT: ("text", Kind.TEXT, Kind.TEXT),
    CustomField.Type.NUMBER: ("number", Kind.NUMBER, Kind.NUMBER),
    CustomField.Type.MONEY: ("number", Kind.MONEY, Kind.MONEY),
    CustomField.Type.DATE: ("date", Kind.DATE, Kind.TEXT),
    CustomField.Type.CHOICE: ("choice", Kind.CHOICE, Kind.TEXT),
    CustomField.Type.CHOICES: ("choices", Kind.CHOICES, None),
    CustomField.Type.FLAG: ("flag", Kind.FLAG, Kind.TEXT),
}


def listed(
    about: str, *, currency: str, aside: Callable[[JsonKey], Aside | None] = lambda _source: None
) -> list[Field]:
    """A field of a list for each that is shown; ``currency`` is that of amounts, the company's."""
    return [_field(field, currency, aside) for field in custom_fields(about)]


def source(field: CustomField) -> JsonKey:
    """Where its values are. Most customers have some; most products and orders none at all."""
    kept, _kind, _sorted_as = _KINDS[CustomField.Type(field.type)]
    return JsonKey("custom", field.key, kept, sparse=field.about != CustomField.About.CUSTOMER)


def headings(fields: Sequence[CustomField]) -> list[Heading]:
    """Their columns in files to import again."""
    kinds = [_KINDS[CustomField.Type(field.type)][1] for field in fields]
    return [Heading(field.key, field.key, kind) for field, kind in zip(fields, kinds, strict=True)]


def cells(fields: Sequence[CustomField], values: Mapping[str, Any] | None) -> Row:
    """What a record has in these columns."""
    kept = values or {}
    return {field.key: source(field).read(kept.get(field.key)) for field in fields}


def _field(field: CustomField, currency: str, aside: Callable[[JsonKey], Aside | None]) -> Field:
    _kept, kind, sorted_as = _KINDS[CustomField.Type(field.type)]
    values = source(field)
    order = Order(values.compared, kind=sorted_as, nullable=True, indexed=False)
    return Field(
        CUSTOM + field.key,
        field.label,
        kind,
        values,
        order=order if sorted_as else None,
        options=(lambda: [(option, option) for option in field.options]) if field.options else None,
        unit=currency if kind == Kind.MONEY else "",
        canonical=field.key,
        aside=aside(values),
    )
