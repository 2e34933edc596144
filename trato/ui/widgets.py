"""Inputs that Django does not have."""

from decimal import Decimal
from typing import Any

from django import forms

from trato.ui import formats


class NumberText(forms.TextInput):
    """A number as the language writes it; phones show the digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, Decimal | int | float):
            return None if value in (None, "") else str(value)
        return f"{value:f}".replace(".", formats.separators()[1])


class MoneyInput(NumberText):
    """An amount with its currency beside it."""

    def __init__(self, currency: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.currency = currency


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The browser's own list of months; where it has none, ``2026-03`` is typed."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "2026-03"} | (attrs or {}), format="%Y-%m")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class SwitchInput(forms.CheckboxInput):
    """On or off, for settings that act at once."""


class ChipSelect(forms.SelectMultiple):
    """Several of many: typed to find, shown as chips. Without JavaScript, a list."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-chips": True} | (attrs or {}), choices)


class DropInput(forms.ClearableFileInput):
    """A place to drop a file, or to choose one."""

    template_name = "django/forms/widgets/file.html"
