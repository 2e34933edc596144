"""Numbers, money and dates as people of the active language write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import inf
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext

type Number = Decimal | int | float

_FIGURE = re.compile("[1-9]")


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def locale() -> Locale:
    """Babel's locale of the language that Django has active."""
    return _locale(get_language() or "en")


@lru_cache
def _places(digits: int) -> str:
    return "#,##0." + "0" * digits if digits else "#,##0"


def number(value: Number | None, digits: int | None = None) -> str:
    """``1.234,5``; with ``digits`` exactly that many decimals."""
    return "" if value is None else _number(value or 0, digits, get_language() or "en")


# A page has hundreds of numbers, amounts and days, and the next page has most of them again. What
# is kept is found by equality: a zero below zero comes as any other.
@lru_cache(8192)
def _number(value: Number, digits: int | None, language: str) -> str:
    pattern = None if digits is None else _places(digits)
    return _unsigned_zero(str(format_decimal(value, pattern, locale=_locale(language))))


def _unsigned_zero(shown: str) -> str:
    """Without the minus of what is rounded to nothing: it would be owed."""
    return shown if _FIGURE.search(shown) else shown.replace("-", "")


def exact(value: Number) -> str:
    """``1.234,5678``: every digit that somebody wrote."""
    return number(value, _decimals(value))


def _decimals(value: Number) -> int:
    return max(0, -int(Decimal(str(value)).normalize().as_tuple().exponent))


def compact(value: Number | None) -> str:
    """``12,3 mil`` for tiles and axes."""
    if value is None:
        return ""
    digits = 1 if abs(float(value)) >= 1000 else 0
    return str(format_compact_decimal(value, locale=locale(), fraction_digits=digits))


def money(amount: Number | None, currency: str, *, cents: bool = True) -> str:
    """``1.234,56 €``; ``cents=False`` for tiles where the units are enough."""
    return "" if amount is None else _money(amount or 0, currency, cents, get_language() or "en")


@lru_cache(8192)
def _money(amount: Number, currency: str, cents: bool, language: str) -> str:
    place = _locale(language)
    if cents:
        return _unsigned_zero(str(format_currency(amount, currency, locale=place)))
    pattern = place.currency_formats["standard"].pattern.replace(".00", "")
    shown = format_currency(amount, currency, pattern, locale=place, currency_digits=False)
    return _unsigned_zero(str(shown))


def exact_money(amount: Number, currency: str) -> str:
    """``0,0525 €``: every digit that somebody wrote, the cents at least."""
    digits = _decimals(amount)
    if digits <= get_currency_precision(currency):
        return money(amount, currency)
    pattern = locale().currency_formats["standard"].pattern.replace(".00", "." + "0" * digits)
    return str(format_currency(amount, currency, pattern, locale=locale(), currency_digits=False))


def percent(ratio: Number | None, digits: int = 0) -> str:
    """``0.125`` is 12,5 %."""
    return "" if ratio is None else _percent(ratio or 0, digits, get_language() or "en")


@lru_cache(8192)
def _percent(ratio: Number, digits: int, language: str) -> str:
    place = _locale(language)
    pattern = place.percent_formats[None].pattern.replace("#,##0", _places(digits))
    return _unsigned_zero(str(format_percent(ratio, pattern, locale=place)))


def language(code: str) -> str:
    """``español`` for ``es``; the code itself for a language without a name."""
    names = locale().languages
    return str(names.get(code.replace("-", "_")) or _locale("en").languages.get(code) or code)


def currency_symbol(currency: str) -> str:
    return str(get_currency_symbol(currency, locale=locale()))


def separators() -> tuple[str, str]:
    """What parts the thousands and what parts the decimals."""
    place = locale()
    return str(get_group_symbol(place)), str(get_decimal_symbol(place))


def local(value: datetime) -> datetime:
    """In the time zone that is active; a naive value counts as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(timezone.get_current_timezone())


def _as_date(value: date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def today() -> date:
    return local(timezone.now()).date()


def day(value: date | None) -> str:
    """``hoy``, ``ayer``, ``mañana``, ``12 mar``; with the year when it is another one."""
    if value is None:
        return ""
    return _day(_as_date(value), today(), get_language() or "en")


@lru_cache(8192)
def _day(shown: date, now: date, language: str) -> str:
    near = {
        now: pgettext("day", "today"),
        now - timedelta(days=1): pgettext("day", "yesterday"),
        now + timedelta(days=1): pgettext("day", "tomorrow"),
    }
    if shown in near:
        return near[shown]
    skeleton = "MMMd" if shown.year == now.year else "yMMMd"
    return str(format_skeleton(skeleton, shown, locale=_locale(language)))


def full_day(value: date | None) -> str:
    """``martes, 12 de marzo de 2024``."""
    return "" if value is None else _full_day(_as_date(value), get_language() or "en")


@lru_cache(8192)
def _full_day(value: date, language: str) -> str:
    return str(format_date(value, "full", locale=_locale(language)))


def month(value: date) -> str:
    """``mar 2024``."""
    return _month(value, get_language() or "en")


@lru_cache(2048)
def _month(value: date, language: str) -> str:
    return str(format_skeleton("yMMM", value, locale=_locale(language)))


def clock(value: datetime | None) -> str:
    """``14:05``."""
    if value is None:
        return ""
    at = local(value)
    return _clock(time(at.hour, at.minute), get_language() or "en")


@lru_cache(8192)
def _clock(at: time, language: str) -> str:
    return str(format_time(at, "short", locale=_locale(language)))


def moment(value: datetime | None) -> str:
    """``hoy, 14:05``."""
    if value is None:
        return ""
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)}


def full_moment(value: datetime | None) -> str:
    """``martes, 12 de marzo de 2024, 14:05``."""
    if value is None:
        return ""
    return gettext("%(day)s, %(time)s") % {"day": full_day(value), "time": clock(value)}


def ago(value: datetime | None) -> str:
    """``hace 3 horas``, ``dentro de 18 días``: days as the calendar counts them, never weeks;
    months and years are whole ones."""
    if value is None:
        return ""
    at, now = local(value), local(timezone.now())
    length = abs(at - now)
    if length < timedelta(minutes=1):
        return gettext("just now")
    if months := _whole_months(min(at, now), max(at, now)):
        return _lasted(timedelta(days=months // 12 * 365 or months * 30), is_ahead=at > now)
    if length < timedelta(days=1):
        return _lasted(length, is_ahead=at > now)
    # At no threshold there is a greater unit than the smallest one allowed.
    days = abs(at.date() - now.date())
    return _lasted(days, is_ahead=at > now, granularity="day", threshold=inf)


def _lasted(length: timedelta, *, is_ahead: bool, threshold: float = 1, **how: Any) -> str:
    signed = length if is_ahead else -length
    told = format_timedelta(signed, threshold=threshold, add_direction=True, locale=locale(), **how)
    return str(told)


def _whole_months(start: datetime, end: datetime) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - ((end.day, end.time()) < (start.day, start.time()))
