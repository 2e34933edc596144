"""Form fields that read what people write: decimal commas, days, money."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trato.ui import formats
from trato.ui.widgets import DayInput, DropInput, MomentInput, MoneyInput, MonthInput, NumberText

# A year that is still being typed is none.
FIRST_YEAR, LAST_YEAR = 1800, 2200
_IGNORED = re.compile(r"[\s\u00a0\u202f€$£¥'’]")


def plain_number(text: str) -> str:
    """``1.234,56`` and ``1,234.56`` as ``1234.56``; the language decides what is doubtful."""
    text = _IGNORED.sub("", text)
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        decimal = "." if dot > comma else ","
    else:
        decimal = _only_sign(text, "." if dot >= 0 else ",")
    group = "," if decimal == "." else "."
    return text.replace(group, "").replace(decimal, ".")


def _only_sign(text: str, sign: str) -> str:
    """With one kind of sign: is it the decimal one? Returns the decimal sign."""
    other = "," if sign == "." else "."
    group = formats.separators()[0]
    looks_grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(\{sign}\d{{3}})+", text) is not None
    if text.count(sign) > 1:
        return other
    return other if sign == group and looks_grouped else sign


class NumberField(forms.DecimalField):
    widget = NumberText

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(plain_number(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class MoneyField(NumberField):
    """An amount of one currency, with cents."""

    def __init__(self, *, currency: str = "EUR", **given: Any) -> None:
        given.setdefault("decimal_places", 2)
        given.setdefault("max_digits", 14)
        super().__init__(widget=MoneyInput(currency), **given)


class DayField(forms.DateField):
    widget = DayInput


class MonthField(forms.DateField):
    """A month, as its first day."""

    widget = MonthInput
    input_formats = ("%Y-%m", "%m/%Y", "%m-%Y")

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day and day.replace(day=1)


class MomentField(forms.DateTimeField):
    widget = MomentInput


class FileField(forms.FileField):
    """A file with a known ending and a greatest size."""

    widget = DropInput

    def __init__(self, *, endings: tuple[str, ...] = (), **given: Any) -> None:
        self.endings = endings
        super().__init__(**given)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return attrs | ({"accept": ",".join(self.endings)} if self.endings else {})

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        name = getattr(file, "name", "") or ""
        if file and self.endings and not name.lower().endswith(self.endings):
            raise ValidationError(
                _("This kind of file cannot be read. Choose one of: %(endings)s."),
                params={"endings": ", ".join(self.endings)},
            )
        return file
