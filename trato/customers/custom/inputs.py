"""The form field of each type of custom field, and what is kept of its value."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trato.customers.custom.numbers import json_number, own_number
from trato.customers.models import CustomField
from trato.kit.text import Unreadable
from trato.ui.fields import DayField, MoneyField, NumberField
from trato.ui.widgets import ChipSelect

PREFIX = "custom_"
# Beyond it, a line is longer than its input.
LONGEST_LINE = 60
WORDS = {
    "number_too_large": _("The number is too large."),
    "number_too_precise": _("It has more digits than can be kept."),
    "decimal_max_places": _("Write %(decimal_places)s decimals at most."),
}
type Make = Callable[[CustomField, str, Any], forms.Field]


class TextField(forms.CharField):
    """A text of any number of lines; browsers send their ends as two characters."""

    def to_python(self, value: Any) -> str:
        return "\n".join((super().to_python(value) or "").splitlines())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


def _text(field: CustomField, currency: str, kept: Any) -> forms.Field:
    return TextField(
        required=False,
        max_length=CustomField.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}) if needs_lines(kept) else forms.TextInput,
    )


def needs_lines(kept: Any) -> bool:
    """A single line would lose the ends of lines, and hide most of a long text."""
    return isinstance(kept, str) and (len(kept) > LONGEST_LINE or len(kept.splitlines()) > 1)


def _number(field: CustomField, currency: str, kept: Any) -> forms.Field:
    return NumberField(required=False, validators=[_exact(field.type, kept)])


def _money(field: CustomField, currency: str, kept: Any) -> forms.Field:
    limits: dict[str, Any] = {"max_digits": None, "decimal_places": None}
    exact = _exact(field.type, kept)
    return MoneyField(required=False, currency=currency, validators=[exact], **limits)


def _exact(type_: str, kept: Any) -> Callable[[Decimal], None]:
    """What is there already can stay, whatever the rule was when it came."""

    def check(value: Decimal) -> None:
        if kept is not None and value == Decimal(str(kept)):
            return
        try:
            own_number(value, type_)
        except Unreadable as error:
            raise ValidationError(WORDS[error.code], error.code, error.params) from None

    return check


def _date(field: CustomField, currency: str, kept: Any) -> forms.Field:
    return DayField(required=False)


def _options(field: CustomField, kept: list[str]) -> list[tuple[str, str]]:
    """An option that was taken away stays with the records that have it."""
    return [(option, option) for option in dict.fromkeys([*field.options, *kept])]


def _choice(field: CustomField, currency: str, kept: Any) -> forms.Field:
    options = _options(field, [kept] if kept else [])
    return forms.ChoiceField(required=False, choices=[("", "—"), *options])


def _choices(field: CustomField, currency: str, kept: Any) -> forms.Field:
    options = _options(field, kept or [])
    return forms.MultipleChoiceField(required=False, choices=options, widget=ChipSelect)


def _flag(field: CustomField, currency: str, kept: Any) -> forms.Field:
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


def form_field(field: CustomField, *, currency: str, kept: Any = None) -> forms.Field:
    """``kept`` is the record's value, which the form must be able to give back."""
    made = FIELDS[field.type](field, currency, kept)
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
        return json_number(value)
    return value.isoformat() if isinstance(value, date) else value


def with_value(custom: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The custom fields of a record with one of them set, or taken out when empty."""
    kept = plain(value)
    rest = {name: old for name, old in custom.items() if name != key}
    return rest if kept is None else rest | {key: kept}


class WithCustomFields(forms.Form):
    """The part of a form that has the company's own fields."""

    custom_fields: Sequence[CustomField] = ()

    def ask(
        self, fields: Sequence[CustomField], *, currency: str, kept: Mapping[str, Any] | None = None
    ) -> None:
        """Have a field for each; ``kept`` is what the record has, ``currency`` the company's."""
        kept = kept or {}
        self.custom_fields = fields
        for field in fields:
            name, value = PREFIX + field.key, kept.get(field.key)
            self.fields[name] = form_field(field, currency=currency, kept=value)
            self.initial.setdefault(name, initial(field, value))

    @property
    def custom_bound(self) -> list[forms.BoundField]:
        return [self[PREFIX + field.key] for field in self.custom_fields]

    @property
    def has_custom_written(self) -> bool:
        """Whether any was filled in, or filled in wrongly: then they must be seen."""
        names = [PREFIX + field.key for field in self.custom_fields]
        return self.is_bound and bool({*names} & {*self.changed_data, *self.errors})

    @property
    def custom_told(self) -> dict[str, Any]:
        """Those that were touched, and None for what was emptied: what nobody touched may have been
        changed meanwhile."""
        now = self.custom_values()
        keys = [field.key for field in self.custom_fields]
        return {key: now.get(key) for key in keys if PREFIX + key in self.changed_data}

    def custom_values(self, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The own fields of a record; what was not touched stays to the letter."""
        values = dict(kept or {})
        for field in self.custom_fields:
            name = PREFIX + field.key
            if name in self.changed_data:
                values = with_value(values, field.key, self.cleaned_data[name])
        return values
