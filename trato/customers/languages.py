"""The languages that customers speak."""

from collections.abc import Iterable

from trato.ui import formats

SPOKEN: tuple[str, ...] = (
    "es",
    "ca",
    "eu",
    "gl",
    "en",
    "pt",
    "fr",
    "it",
    "de",
    "nl",
    "pl",
    "ro",
    "bg",
    "ru",
    "uk",
)
SPOKEN += ("ar", "zh", "ja", "ko", "hi", "tr", "el", "sv", "da", "nb", "fi", "cs", "hu", "he")


def language_choices(current: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The languages that people here are likely to speak, and those that somebody does."""
    return [(code, formats.language(code)) for code in dict.fromkeys([*SPOKEN, *current])]
