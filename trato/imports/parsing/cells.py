"""From the text of a cell to a value that JSON can hold, or Unreadable."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from trato.customers.models import CustomField
from trato.imports.mapping import Column, Field, ValueKind
from trato.imports.parsing import words
from trato.imports.parsing.settings import ParseSettings
from trato.kit import dates
from trato.kit.country import parse_country
from trato.kit.exporting import MARKED, unguarded
from trato.kit.money import currency_code, is_percentage, parse_decimal, parse_money
from trato.kit.text import (
    Unreadable,
    clean,
    is_blank,
    lost_digits,
    normalise_tax_id,
    parse_bool,
)

type Value = Any
type Parse = Callable[[str], Value]
type Maker = Callable[[Column, int, ParseSettings], Parse]

PERCENT = "%"
_REMEMBERED = 50_000
_LONGEST_WORD = 12
_MOST_UNITS = 10**11
# A hundred times less than columns hold, so that sums fit, too.
MOST_MONEY = 10**12
_UNIT_PLACES = 3
_MONEY_PLACES = 4
_FLOAT_CODE = re.compile(r"([0-9]{3,15})\.0")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,11}(?:\.[0-9]{1,2})?")


def parser(column: Column, field: Field | None, kind: ValueKind, settings: ParseSettings) -> Parse:
    """Reads the cells of a column; gives None for a cell that says nothing."""
    longest = field.longest if field else CustomField.LONGEST_TEXT
    read = _MAKERS[kind](column, longest, settings)
    if kind in _SELDOM_REPEATED:
        return _not_blank(read)
    return _remembering(_not_blank(read))


def _not_blank(read: Parse) -> Parse:
    def parse(text: str) -> Value:
        if len(text) <= _LONGEST_WORD and not text.isdigit() and is_blank(text):
            return None
        return read(text)

    return parse


def _remembering(read: Parse) -> Parse:
    """Dates, amounts and countries repeat: the first reading serves the others."""
    known: dict[str, Value] = {}

    def parse(text: str) -> Value:
        if text in known:
            return known[text]
        value = read(text)
        if len(known) < _REMEMBERED:
            known[text] = value
        return value

    return parse


def _limited(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable("text_too_long", limit=longest)
    return text


def code(text: str, longest: int) -> str:
    """An id with all its digits, freed from what spreadsheets and programs wrap it in."""
    given = clean(text)
    plain = unguarded(given)
    if plain.startswith('="') and plain.endswith('"'):
        plain = plain[2:-1]
    elif plain == given and MARKED.fullmatch(given):
        plain = plain[1:]
    if lost_digits(plain):
        raise Unreadable("digits_lost")
    number = _FLOAT_CODE.fullmatch(plain)
    return _limited(number[1] if number else plain, longest)


def _code(_column: Column, longest: int, _settings: ParseSettings) -> Parse:
    def parse(text: str) -> str:
        if text.isdigit() and len(text) <= longest:
            return text
        return code(text, longest)

    return parse


def _text(column: Column, longest: int, _settings: ParseSettings) -> Parse:
    if column.target == "street":
        return lambda text: _limited(", ".join(_lines(text)), longest)
    return lambda text: _limited(" ".join(unguarded(clean(text)).split()), longest)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in unguarded(clean(text)).splitlines() if line.strip()]


def _long_text(_column: Column, longest: int, _settings: ParseSettings) -> Parse:
    return lambda text: _limited(unguarded(clean(text)), longest)


def _tax_id(_column: Column, longest: int, _settings: ParseSettings) -> Parse:
    return lambda text: _limited(normalise_tax_id(code(text, 1000)), longest)


def _number(column: Column, _longest: int, settings: ParseSettings) -> Parse:
    comma = settings.decimal_comma

    def parse(text: str) -> str:
        if _PLAIN_NUMBER.fullmatch(text):
            return text
        number = parse_decimal(text, comma)
        if column.custom_key:
            return f"{number:f}"
        if abs(number) >= _MOST_UNITS:
            raise Unreadable("number_too_large")
        return _digits(number, _UNIT_PLACES)

    return parse


def _digits(number: Decimal, places: int) -> str:
    """Not more decimals than are kept, or the same file would change its rows each time."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:f}"


def _money(_column: Column, _longest: int, settings: ParseSettings) -> Parse:
    """The amount, or the amount and its currency where the cell names one."""
    comma = settings.decimal_comma

    def parse(text: str) -> str | tuple[str, str]:
        if _PLAIN_NUMBER.fullmatch(text):
            return text
        amount, currency = parse_money(text, comma)
        if abs(amount) >= MOST_MONEY:
            raise Unreadable("number_too_large")
        digits = _digits(amount, _MONEY_PLACES)
        return (digits, currency) if currency else digits

    return parse


def _share(column: Column, longest: int, settings: ParseSettings) -> Parse:
    """An amount, or a percentage marked as such."""
    amount = _money(column, longest, settings)

    def parse(text: str) -> str | tuple[str, str]:
        if column.percent or is_percentage(text):
            return _digits(parse_decimal(text, settings.decimal_comma), _MONEY_PLACES), PERCENT
        found: str | tuple[str, str] = amount(text)
        return found

    return parse


def _moment(column: Column, _longest: int, settings: ParseSettings) -> Parse:
    order, zone = settings.order, settings.zone
    if column.header in settings.serial_columns:
        return lambda text: dates.parse_serial(clean(text), zone).isoformat()

    def parse(text: str) -> str | None:
        found = dates.parse_datetime(text, order, zone)
        return found.isoformat() if found else None

    return parse


def _date(column: Column, _longest: int, settings: ParseSettings) -> Parse:
    return _day(column, settings, birth=False)


def _month(column: Column, _longest: int, settings: ParseSettings) -> Parse:
    if column.header in settings.serial_columns:
        return _day(column, settings, birth=False)
    return lambda text: dates.parse_month(text, settings.order).isoformat()


def _birth_date(column: Column, _longest: int, settings: ParseSettings) -> Parse:
    return _day(column, settings, birth=True)


def _day(column: Column, settings: ParseSettings, *, birth: bool) -> Parse:
    if column.header in settings.serial_columns:
        return lambda text: dates.parse_serial(clean(text)).date().isoformat()

    def parse(text: str) -> str | None:
        found = dates.parse_date(text, settings.order, birth=birth)
        return found.isoformat() if found else None

    return parse


def _currency(_column: Column, _longest: int, _settings: ParseSettings) -> Parse:
    return currency_code


def _flag(column: Column, _longest: int, _settings: ParseSettings) -> Parse:
    return words.consent if column.target == "consent_email" else parse_bool


def _tier(_column: Column, _longest: int, settings: ParseSettings) -> Parse:
    def parse(text: str) -> int:
        tier = parse_decimal(text, settings.decimal_comma)
        if tier not in range(1, 6):
            raise Unreadable("not_a_choice")
        return int(tier)

    return parse


def _choice(column: Column, _longest: int, _settings: ParseSettings) -> Parse:
    return lambda text: words.choice(text, column.options)


def _choices(column: Column, _longest: int, _settings: ParseSettings) -> Parse:
    return lambda text: [words.choice(word, column.options) for word in words.words(text)]


def _words(_column: Column, longest: int, _settings: ParseSettings) -> Parse:
    return lambda text: [_limited(word, longest) for word in words.words(text)]


def _plainly(read: Parse) -> Maker:
    return lambda _column, _longest, _settings: read


def _languages(text: str) -> list[str]:
    return list(dict.fromkeys(map(words.language, words.words(text))))


_SELDOM_REPEATED = frozenset(
    {ValueKind.CODE, ValueKind.TEXT, ValueKind.LONG_TEXT, ValueKind.TAX_ID, ValueKind.BIRTH_DATE}
)
_MAKERS: dict[ValueKind, Maker] = {
    ValueKind.CODE: _code,
    ValueKind.TEXT: _text,
    ValueKind.LONG_TEXT: _long_text,
    ValueKind.TAX_ID: _tax_id,
    ValueKind.POSTAL_CODE: _code,
    ValueKind.NUMBER: _number,
    ValueKind.MONEY: _money,
    ValueKind.SHARE: _share,
    ValueKind.MOMENT: _moment,
    ValueKind.DATE: _date,
    ValueKind.BIRTH_DATE: _birth_date,
    ValueKind.MONTH: _month,
    ValueKind.CURRENCY: _currency,
    ValueKind.FLAG: _flag,
    ValueKind.TIER: _tier,
    ValueKind.CHOICE: _choice,
    ValueKind.CHOICES: _choices,
    ValueKind.WORDS: _words,
    ValueKind.LANGUAGE: _plainly(_languages),
    ValueKind.COUNTRY: _plainly(parse_country),
    ValueKind.CUSTOMER_KIND: _plainly(words.customer_kind),
    ValueKind.STATUS: _plainly(words.status),
    ValueKind.ORDER_STATUS: _plainly(words.order_status),
    ValueKind.COST_PURPOSE: _plainly(words.cost_purpose),
    ValueKind.CONTACT_KIND: _plainly(words.contact_kind),
    ValueKind.CONTACT_CHANNEL: _plainly(words.channel),
}
