"""Texts as people and programs write them, brought to one form so that they compare."""

import re
import unicodedata

from django.utils.text import slugify

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "º": "o",
        "ª": "a",
        "°": "o",
    }
)
_AROUND = " \t\r\n\f\v\x1a\x85\xa0\u2007\u2009\u200a\u2028\u2029\u202f\u3000"
_AROUND += "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\xad"
_NULL_WORDS = frozenset(
    {"", "-", "--", "—", "–", "null", "none", "nan", "n/a", "n.a.", "na/", "#n/a", "#n/d", "\\n"}
    | {"(null)", "<null>", "nil", "undefined", "sin datos", "s/d", "(blank)", "(en blanco)"}
)
_NOT_TAX_ID = re.compile(r"[\s.\-/·]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_NOT_WORD = re.compile(r"[\W_]+")
_SINGLE_LETTERS = re.compile(r"\b\w(?: \w)+\b")
_LOST_DIGITS = re.compile(r"-?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}")
_YES = frozenset(
    {"1", "x", "✓", "✔", "y", "yes", "true", "t", "on", "s", "si", "verdadero", "v"}
) | {
    "vrai",
    "oui",
    "o",
    "sim",
    "ja",
    "wahr",
    "vero",
    "activo",
    "active",
    "subscribed",
    "suscrito",
}
_NO = frozenset({"0", "✗", "✘", "n", "no", "false", "f", "off", "falso", "faux", "non", "nao"}) | {
    "nein",
    "falsch",
    "inactivo",
    "inactive",
    "unsubscribed",
    "no suscrito",
}


class Unreadable(ValueError):
    """A text cannot be read as the value it should be: ``code`` says why."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def clean(text: str) -> str:
    """Without the spaces around it, nor the invisible characters that programs leave in cells."""
    return text.strip(_AROUND)


def is_blank(text: str) -> bool:
    """Empty, or one of the words by which programs say that nothing is known."""
    return clean(text).casefold() in _NULL_WORDS


def lost_digits(text: str) -> bool:
    """A spreadsheet has put ``1,23E+15`` in the place of a long number."""
    return _LOST_DIGITS.fullmatch(text) is not None


def fold(text: str) -> str:
    """Lower case without accents: ``Ñandú`` is ``nandu``, ``Weiß`` is ``weiss``."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def sort_key(text: str) -> str:
    """What names are sorted and searched by."""
    return " ".join(fold(clean(text)).split())


def normalise_email(text: str) -> str:
    """The form in which two addresses are compared; says nothing about whether it is one."""
    return unicodedata.normalize("NFC", clean(text)).lower()


def normalise_tax_id(text: str) -> str:
    """``b-12.345.678`` is ``B12345678``."""
    return _NOT_TAX_ID.sub("", clean(text)).upper()


def normalise_header(text: str) -> str:
    """A column's title in plain words: ``InvoiceNo`` is ``invoice no``, ``C.I.F.`` is ``cif``."""
    words = _CAMEL.sub(" ", clean(text))
    plain = _NOT_WORD.sub(" ", fold(words)).strip()
    joined = _SINGLE_LETTERS.sub(lambda found: found[0].replace(" ", ""), plain)
    return re.sub(r"\be mail", "email", joined)


def slug(text: str, length: int = 60) -> str:
    """A key made of a title: ``Color favorito`` is ``color_favorito``."""
    return slugify(clean(text)).replace("-", "_")[:length]


def parse_bool(text: str) -> bool:
    """Yes or no in the words of Spanish, English and their neighbours."""
    word = fold(clean(text))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("not_yes_or_no")
