"""Countries as two letters (ISO 3166), from the names by which people and programs call them."""

from functools import lru_cache

from babel import Locale
from babel.core import get_global

from trato.kit.text import Unreadable, clean, normalise_header

_LANGUAGES = ("es", "en", "fr", "pt", "de", "it", "ca")
_OTHER_NAMES = {
    "GB": "uk,great britain,england,scotland,wales,northern ireland,inglaterra,gran bretana",
    "IE": "eire,republic of ireland,republica de irlanda",
    "US": "usa,us,eeuu,ee uu,eua,united states of america,estados unidos de america,america",
    "ZA": "rsa",
    "NL": "holland,holanda",
    "KR": "south korea,korea,corea,republic of korea",
    "KP": "north korea",
    "RU": "russian federation,federacion rusa",
    "CZ": "czech republic,czechia,republica checa,chequia",
    "AE": "uae,emiratos arabes,eau",
    "CI": "ivory coast",
    "CN": "peoples republic of china,prc,china",
    "TW": "taiwan",
    "HK": "hong kong",
    "MO": "macau,macao",
    "VE": "venezuela bolivarian republic of,republica bolivariana de venezuela",
    "BO": "bolivia plurinational state of,estado plurinacional de bolivia",
    "DO": "rep dominicana,dominican rep,republica dominicana",
    "MX": "mejico",
    "ES": "espana,reino de espana",
    "TR": "turkey,turkiye,turquia",
    "MK": "macedonia",
    "PS": "palestine,palestina",
    "BA": "bosnia",
    "VA": "vatican,vaticano",
}
_LINKS = frozenset({"and", "y", "e", "et", "und", "i", "the"})
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def parse_country(text: str) -> str:
    """``España``, ``Spain``, ``ESP`` and ``es`` are all ``ES``."""
    code = _names().get(_key(clean(text)))
    if code is None:
        raise Unreadable("country_unknown")
    return code


def _key(name: str) -> str:
    """``Bosnia & Herzegovina`` and ``Bosnia and Herzegovina`` are the same."""
    return " ".join(word for word in normalise_header(name).split() if word not in _LINKS)


@lru_cache(1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code not in _NOT_COUNTRIES:
                names.setdefault(_key(name), code)
                names[code.lower()] = code
    for code, others in _OTHER_NAMES.items():
        names |= dict.fromkeys(others.split(","), code)
    return _three_letters(set(names.values())) | names


def _three_letters(codes: set[str]) -> dict[str, str]:
    aliases = get_global("territory_aliases")
    return {
        alias.lower(): new[0]
        for alias, new in aliases.items()
        if len(alias) == 3 and alias.isalpha() and len(new) == 1 and new[0] in codes
    }
