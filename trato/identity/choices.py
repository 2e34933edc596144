"""What people choose from: languages, currencies, countries, time zones, in their own words."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.utils.translation import get_language, gettext

from trato.kit.text import fold

type Choices = list[tuple[str, str]]

LANGUAGES: Choices = [("es", "Español"), ("en", "English")]
_AREAS = (
    "Africa/",
    "America/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def own_languages() -> Choices:
    """A user may leave it to the browser."""
    return [("", gettext("As the browser")), *LANGUAGES]


def currencies() -> Choices:
    return _currencies(get_language() or "en")


def countries() -> Choices:
    return _countries(get_language() or "en")


@lru_cache
def time_zones() -> Choices:
    names = (name for name in available_timezones() if name.startswith(_AREAS))
    return [(name, name.replace("_", " ")) for name in sorted(names)] + [("UTC", "UTC")]


@lru_cache
def _territories() -> tuple[str, ...]:
    return tuple(sorted(get_global("territory_currencies")))


@lru_cache
def _currencies(language: str) -> Choices:
    names = Locale.parse(language, sep="-").currencies
    codes = {code for place in _territories() for code in get_territory_currencies(place)}
    return [(code, f"{code} · {names[code]}") for code in sorted(codes & names.keys())]


@lru_cache
def _countries(language: str) -> Choices:
    names = Locale.parse(language, sep="-").territories
    known = [(code, names[code]) for code in _territories() if len(code) == 2 and code in names]
    return sorted(known, key=lambda pair: fold(pair[1]))
