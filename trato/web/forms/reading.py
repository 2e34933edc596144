"""Form fields for what identifies a customer, brought to the form in which it is kept."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trato.imports.problems import MESSAGES
from trato.kit.email import parse_email, split_emails
from trato.kit.telephone import parse_telephone, split_telephones
from trato.kit.text import Unreadable
from trato.ui import formats


def _read(text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except Unreadable as error:
        words = str(MESSAGES[error.code]) % error.params
        raise ValidationError(
            _("“%(text)s”: %(problem)s"), params={"text": text, "problem": words}
        ) from error


class EmailsField(forms.CharField):
    """One e-mail or several, apart by commas."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return tuple(dict.fromkeys(_read(part, parse_email) for part in split_emails(text)))


class TelephonesField(forms.CharField):
    """One number or several; without a prefix they belong to ``country``."""

    def __init__(self, *, country: str, **given: Any) -> None:
        self.country = country
        super().__init__(**given)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return tuple(dict.fromkeys(_read(part, self._e164) for part in split_telephones(text)))

    def _e164(self, text: str) -> str:
        return parse_telephone(text, self.country).e164


def country_choices() -> list[tuple[str, str]]:
    """Every country under its name in the active language, in its order."""
    names = formats.locale().territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return [("", "—"), *sorted(known, key=lambda pair: str(pair[1]))]
