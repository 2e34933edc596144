"""Numbers and amounts as people write them, read without guessing more than one has to."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from trato.kit.text import Unreadable, clean, lost_digits

MOST_DIGITS = 14
_PLAIN = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,2})?")
# Programs write what is left of nothing so; 1e3 may as well be a code.
_TINY = re.compile(r"-?[0-9](?:\.[0-9]+)?[eE]-[0-9]{1,3}")
_MARK = (
    r"[A-Za-z]{3}\s*\$|[A-Za-z]{1,4}\.?\$?|[A-Za-z]{0,2}[$€£¥₡₲₱₹₺₽₩₪₫₦₴₸]"
    r"|[Ss]/\.?|euros?|pesos?|zł|Kč"
)
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+])?\s*(?P<before>{_MARK})?\s*(?P<inner>[-+])?\s*"
    rf"(?P<body>[0-9.,][0-9., ']*?)\s*"
    rf"(?P<minus>-)?\s*(?P<after>{_MARK}|%)?\s*(?P<late>-)?\s*(?P<close>\))?"
)
_GROUPED = re.compile(
    r"[0-9]{1,3}(?:([., '])[0-9]{3})(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
)
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₡": "CRC",
    "₲": "PYG",
    "₱": "PHP",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "₦": "NGN",
    "₴": "UAH",
    "₸": "KZT",
    "US$": "USD",
    "U$S": "USD",
    "U$": "USD",
    "R$": "BRL",
    "MX$": "MXN",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "S/": "PEN",
    "S/.": "PEN",
    "EURO": "EUR",
    "EUROS": "EUR",
    "ZŁ": "PLN",
    "KČ": "CZK",
}
_UNNAMED = frozenset({"$", "PESO", "PESOS"})
# Where these circulate a comma parts thousands, so "USD 2,000" is two thousand in any file.
_COMMA_PARTS_THOUSANDS = frozenset({"USD", "GBP", "MXN", "CAD", "AUD", "NZD", "INR", "CNY", "PHP"})


def parse_decimal(text: str, decimal_comma: bool | None = None) -> Decimal:
    """The number in ``1.234,56``, ``1,234.56``, ``€ 5-`` or ``(5.00)``, or Unreadable.

    ``decimal_comma`` settles what alone is open: ``1.234`` and ``1,234``. None takes the point for
    a decimal sign and the comma for a thousands sign. A percent sign is dropped.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    return _read(text, decimal_comma)[0]


def parse_money(text: str, decimal_comma: bool | None = None) -> tuple[Decimal, str | None]:
    """The amount and the ISO code of its currency where the text names one."""
    if _PLAIN.fullmatch(text):
        return Decimal(text), None
    return _read(text, decimal_comma)


def is_percentage(text: str) -> bool:
    return text.rstrip().endswith("%")


@lru_cache(512)
def currency_code(mark: str) -> str | None:
    """``€``, ``US$``, ``eur`` as an ISO code; None for a bare ``$``; Unreadable otherwise."""
    name = mark.strip().upper()
    known = _SIGNS.get(name) or _SIGNS.get(name.rstrip("."))
    if known:
        return known
    if name in _UNNAMED:
        return None
    code = name.rstrip("$ ")
    if is_currency(code):
        return code
    raise Unreadable("currency_unknown", mark=mark)


# “No currency” and “for tests” have codes, too.
_NO_MONEY = frozenset({"XXX", "XTS"})


def is_currency(code: str) -> bool:
    """Whether it is an ISO code that is, or was, money somewhere."""
    return code in list_currencies() and code not in _NO_MONEY


def as_paid(amount: Decimal, currency: str) -> Decimal:
    """Rounded to what the currency has: nobody pays half a cent."""
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    # Plus nothing takes the minus off what is rounded to nothing.
    return amount.quantize(unit, ROUND_HALF_UP) + 0


def _read(text: str, decimal_comma: bool | None) -> tuple[Decimal, str | None]:
    plain = clean(text) if text.isascii() else _plain_signs(text)
    if _TINY.fullmatch(plain):
        return Decimal(plain), None
    found = _NUMBER.fullmatch(plain)
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise Unreadable("digits_lost" if lost_digits(plain) else "not_a_number")
    currency = _currency(found)
    whole, fraction = _parts(found["body"], _convention(found["body"], currency, decimal_comma))
    if len(whole) > MOST_DIGITS:
        raise Unreadable("number_too_large")
    return Decimal(f"{_sign(found)}{whole or 0}.{fraction}".rstrip(".")), currency


def _plain_signs(text: str) -> str:
    composed = unicodedata.normalize("NFKC", clean(text))
    return composed.replace("−", "-").replace("’", "'").replace("´", "'")


def _currency(found: re.Match[str]) -> str | None:
    marks = [mark for mark in (found["before"], found["after"]) if mark and mark != "%"]
    if len(marks) > 1:
        codes = {code for code in map(currency_code, marks) if code}
        if len(codes) > 1:
            raise Unreadable("not_a_number")
        return codes.pop() if codes else None
    return currency_code(marks[0]) if marks else None


def _sign(found: re.Match[str]) -> str:
    minuses = [found["sign"], found["inner"], found["minus"], found["late"]].count("-")
    if minuses + bool(found["open"]) > 1:
        raise Unreadable("not_a_number")
    return "-" if minuses or found["open"] else ""


def _convention(body: str, currency: str | None, decimal_comma: bool | None) -> bool | None:
    """A currency can say more about an open ``2,000`` than the column it stands in."""
    if currency is None:
        return decimal_comma
    if "," in body and currency in _COMMA_PARTS_THOUSANDS:
        return False
    if get_currency_precision(currency) == 0:
        return "." in body
    return decimal_comma


def _parts(body: str, decimal_comma: bool | None) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    sign = _decimal_sign(body, decimal_comma)
    whole, _, fraction = body.rpartition(sign) if sign else (body, "", "")
    if not (whole or fraction) or not (fraction.isdigit() or not fraction):
        raise Unreadable("not_a_number")
    if whole.isdigit() or not whole:
        return whole.lstrip("0"), fraction
    if not _GROUPED.fullmatch(whole):
        raise Unreadable("not_a_number")
    return re.sub(r"[., ']", "", whole).lstrip("0"), fraction


def _decimal_sign(body: str, decimal_comma: bool | None) -> str:
    """Which of ``.`` and ``,`` parts the decimals in this text; empty when neither does."""
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    if points + commas != 1:
        return ""
    sign = "." if points else ","
    if not is_open(body):
        return sign
    return sign if (sign == ",") == bool(decimal_comma) else ""


def is_open(body: str) -> bool:
    """Whether ``1.234`` is meant: three digits after a lone sign that may part thousands."""
    return re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", body) is not None
