"""Inputs that Django does not have."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from trato.ui import formats


class NumberText(forms.TextInput):
    """A number as the language writes it; phones show the digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, Decimal | int | float):
            return None if value in (None, "") else str(value)
        # Of a whole number, "f" alone would write six decimals.
        return f"{Decimal(str(value)):f}".replace(".", formats.separators()[1])


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


class KnownInput(forms.TextInput):
    """A text that may be one of those in use, which are offered while one types."""

    def __init__(
        self, known: Callable[[], Iterable[str]], attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.known = known

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        place = f"{name}-known"
        shown = super().render(name, value, (attrs or {}) | {"list": place}, renderer)
        known = format_html_join("", '<option value="{}"></option>', ((o,) for o in self.known()))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, place, known)


class WordsInput(KnownInput):
    """Several texts as chips. Without JavaScript, apart by commas."""

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        super().__init__(known, {"data-words": _("Type to find or to add")})


class DropInput(forms.ClearableFileInput):
    """A place to drop a file, or to choose one."""

    template_name = "django/forms/widgets/file.html"
