"""A field of several words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class WordsField(forms.CharField):
    """Words apart by commas: tags."""

    def __init__(self, *, longest: int = 60, **given: Any) -> None:
        self.longest = longest
        super().__init__(**given)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        words = [" ".join(word.split()) for word in super().clean(value).split(",")]
        for word in words:
            if len(word) > self.longest:
                raise ValidationError(
                    _("“%(word)s” is longer than %(limit)s characters."),
                    params={"word": word, "limit": self.longest},
                )
        return list(dict.fromkeys(filter(None, words)))
