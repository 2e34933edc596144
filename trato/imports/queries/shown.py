"""The values of staged rows as people write them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.acquisition.models import Cost
from trato.customers.models import Channel, Customer, CustomField, EventKind
from trato.imports.mapping import (
    CUSTOM,
    EXTERNAL,
    FIELDS,
    Field,
    ValueKind,
    field_of,
    system_name,
)
from trato.imports.mapping import (
    Mapping as ColumnMapping,
)
from trato.imports.models import Import
from trato.imports.queries.own import own_fields
from trato.sales.models import Order
from trato.ui import formats

LONGEST = 200
SHORT = {
    "organisation": gettext_lazy("Organisation"),
    "consent_email": gettext_lazy("Offers by e-mail"),
    "consent_email_at": gettext_lazy("Offers by e-mail since"),
    "consent_email_how": gettext_lazy("Offers by e-mail, how"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """``place`` sorts the values of a row as the fields are sorted."""

    key: str
    label: str
    text: str
    place: int


def short_label(field: Field) -> str:
    """Without what explains it: «Relationship», not «Relationship (potential, …)»."""
    return str(SHORT.get(field.key) or field.label).partition(" (")[0]


def id_label(system: str) -> str:
    return _("Id in %(program)s") % {"program": system_name(system)}


class Writer:
    """Writes the values of an import's rows."""

    def __init__(self, run: Import) -> None:
        parsing = run.options.get("parsing", {})
        self._kind = run.kind
        self._currency = parsing.get("currency", "")
        self._region = parsing.get("region", "")
        self._places = {field.key: place for place, field in enumerate(FIELDS[run.kind])}
        self._custom = _custom_fields(run)

    def values(self, values: Mapping[str, Any]) -> list[Value]:
        """In the order of the fields; what says nothing to people is left out."""
        found = [*self._own(values), *self._customs(values), *self._ids(values)]
        return sorted((value for value in found if value.text), key=lambda value: value.place)

    def text(self, key: str, value: Any, currency: str = "") -> str:
        """One value of a field."""
        field = field_of(self._kind, key)
        if field is None or value in (None, "", []):
            return ""
        if isinstance(value, list):
            return ", ".join(self._word(field, one, currency) for one in value)
        return self._word(field, value, currency)

    def custom(self, key: str, value: Any) -> tuple[str, str]:
        """The name of a field of the company's own, and its value."""
        field = self._custom.get(key)
        if value in (None, "", []):
            return field.label if field else key, ""
        text = custom_word(field.type if field else "", value, self._currency)
        return field.label if field else key, text

    def _own(self, values: Mapping[str, Any]) -> Iterator[Value]:
        told = _told_twice(values)
        for field in FIELDS[self._kind]:
            if field.key in told:
                continue
            text = self.text(field.key, values.get(field.key), values.get("currency", ""))
            yield Value(field.key, short_label(field), text[:LONGEST], self._places[field.key])

    def _customs(self, values: Mapping[str, Any]) -> Iterator[Value]:
        for place, (key, value) in enumerate(values.get("custom", {}).items(), 1000):
            label, text = self.custom(key, value)
            yield Value(f"{CUSTOM}{key}", label, text, place)

    def _ids(self, values: Mapping[str, Any]) -> Iterator[Value]:
        for place, (system, value) in enumerate(values.get("external_ids", ()), 900):
            yield Value(f"{EXTERNAL}{system}", id_label(system), value, place)

    def _word(self, field: Field, value: Any, currency: str) -> str:
        if field.kind in {ValueKind.MONEY, ValueKind.SHARE}:
            return _amount(value, currency or self._currency)
        if field.kind == ValueKind.PHONE:
            return telephone(value, self._region)
        write = _WRITERS.get(field.kind)
        return write(value) if write else str(value)


def _told_twice(values: Mapping[str, Any]) -> set[str]:
    """Fields that only repeat what another says: the parts of a name, a name as a code."""
    whole = " ".join(filter(None, [values.get("given_name"), values.get("family_name")]))
    found = {"given_name", "family_name"} if whole and whole == values.get("name") else set()
    if values.get("product_id") == values.get("product_name"):
        found.add("product_id")
    return found


def _custom_fields(run: Import) -> dict[str, CustomField]:
    """Those that the file fills; also those that are not defined before it is imported."""
    columns = ColumnMapping.from_json(run.mapping).custom_columns
    known = own_fields(run, switched_off=True) if columns else []
    new = [
        CustomField(key=column.custom_key, label=column.header, type=column.type)
        for column in columns
    ]
    return {field.key: field for field in (*new, *known)}


def custom_word(type_: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if type_ == CustomField.Type.MONEY:
        return _amount(value, currency)
    if type_ == CustomField.Type.DATE:
        return _day(value)
    return formats.number(value) if isinstance(value, int | float) else str(value)


def telephone(e164: str, region: str) -> str:
    """600 12 34 56 at home, +33 6 00 … of another country."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    styles = phonenumbers.PhoneNumberFormat
    is_home = phonenumbers.region_code_for_number(number) == region
    style = styles.NATIONAL if is_home else styles.INTERNATIONAL
    return str(phonenumbers.format_number(number, style))


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _amount(value: Any, currency: str) -> str:
    amount = _decimal(value)
    if amount is None:
        return str(value)
    return formats.money(amount, currency) if currency else formats.number(amount)


def _number(value: Any) -> str:
    amount = _decimal(value)
    return str(value) if amount is None else formats.number(amount)


def _day(value: str) -> str:
    return formats.day(date.fromisoformat(value[:10]))


def _moment(value: str) -> str:
    """The day alone where the file had no hour."""
    at = datetime.fromisoformat(value)
    return formats.day(at) if formats.local(at).time() == time() else formats.moment(at)


def _yes_no(value: Any) -> str:
    return _("Yes") if value else _("No")


def _consent(value: Any) -> str:
    if not isinstance(value, dict):
        return _yes_no(value)
    parts = [_yes_no(value.get("granted"))]
    if value.get("at"):
        parts.append(_moment(value["at"]))
    return " · ".join([*parts, *filter(None, [value.get("how")])])


def _choice(choices: Callable[[], list[tuple[str, Any]]]) -> Callable[[Any], str]:
    return lambda value: str(dict(choices()).get(value, value))


_WRITERS: dict[ValueKind, Callable[[Any], str]] = {
    ValueKind.BIRTH_DATE: _day,
    ValueKind.DATE: _day,
    ValueKind.MONTH: lambda value: formats.month(date.fromisoformat(value)),
    ValueKind.MOMENT: _moment,
    ValueKind.NUMBER: _number,
    ValueKind.FLAG: _consent,
    ValueKind.COUNTRY: lambda code: str(formats.locale().territories.get(code, code)),
    ValueKind.LANGUAGE: lambda code: str(formats.locale().languages.get(code, code)),
    ValueKind.CUSTOMER_KIND: _choice(lambda: Customer.Kind.choices),
    ValueKind.STATUS: _choice(lambda: Customer.Status.choices),
    ValueKind.ORDER_STATUS: _choice(lambda: Order.Status.choices),
    ValueKind.COST_PURPOSE: _choice(lambda: Cost.Purpose.choices),
    ValueKind.CONTACT_KIND: _choice(lambda: EventKind.choices),
    ValueKind.CONTACT_CHANNEL: _choice(lambda: Channel.choices),
}
