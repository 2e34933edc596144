"""A field of several words."""

import csv
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def _quoted(word: str) -> str:
    """A word from a file may have a comma of its own."""
    return '"{}"'.format(word.replace('"', '""')) if "," in word or word.startswith('"') else word


def _apart(text: str) -> list[str]:
    return next(csv.reader([text], skipinitialspace=True), []) if '"' in text else text.split(",")


class WordsField(forms.CharField):
    """Words apart by commas: tags."""

    def __init__(self, *, longest: int = 60, **given: Any) -> None:
        self.longest = longest
        super().__init__(**given)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(_quoted, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        words = [" ".join(word.split()) for word in _apart(super().clean(value))]
        for word in words:
            if len(word) > self.longest:
                raise ValidationError(
                    _("“%(word)s” is longer than %(limit)s characters."),
                    params={"word": word, "limit": self.longest},
                )
        return list(dict.fromkeys(filter(None, words)))
