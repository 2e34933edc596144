"""Dates and times as people write them, in the order of day, month and year that they use."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache

from babel import Locale

from trato.kit.text import Unreadable, clean, fold

_LANGUAGES = ("es", "en", "pt", "fr", "it", "de", "ca")
_FIRST_SERIAL, _LAST_SERIAL = 367, 73415
_SERIAL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_PIVOT = 68
_BIRTH_PIVOT = 25

_ISO = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})")
_ISO_WEEK = re.compile(r"([0-9]{4})-?w([0-9]{2})-?([1-7])")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_YEAR = "([0-9]{4}|[0-9]{2})"
_DAY_NAME_YEAR = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|[ºª.])?[-/ .]*(?:de )?([a-z]{3,12})\.?,?[-/ .]*(?:del? )?" + _YEAR
)
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,12})\.?[-/ ]*([0-9]{1,2})(?:st|nd|rd|th)?,?[-/ ]+" + _YEAR)
_YEAR_NAME_DAY = re.compile(r"([0-9]{4})[-/ ]([a-z]{3,12})[-/ ]([0-9]{1,2})")
_NAMED_FORMS = {_DAY_NAME_YEAR: (1, 2, 3), _NAME_DAY_YEAR: (2, 1, 3), _YEAR_NAME_DAY: (3, 2, 1)}
_MONTH_FORMS = {
    re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})"): (2, 1),
    re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})"): (1, 2),
    re.compile(r"([a-z]{3,12})\.?[-/ ]*(?:del? )?" + _YEAR): (1, 2),
    re.compile(r"([0-9]{4})[-/ ]([a-z]{3,12})\.?"): (2, 1),
}
_WITHOUT_YEAR = re.compile(r"--[0-9]{2}-?[0-9]{2}")
_ZERO = re.compile(r"0{1,4}([-/.])0{1,2}\1(?:0{1,4})|0001-01-01|0?1/0?1/0001")
_WEEKDAY = re.compile(r"^[a-z]{2,9}\.?,?\s+(?=[0-9a-z])")
_TIME = re.compile(
    r"(?P<date>.*?)(?:[T,\s]+|\b)(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?\s*(?P<half>[ap]\.?\s?m\.?)?\s*"
    r"(?P<zone>z|utc|gmt|(?:utc|gmt)?[-+][0-9]{2}:?(?:[0-9]{2})?)?",
    re.IGNORECASE,
)


class Order(StrEnum):
    """Which of day, month and year a file writes first."""

    DMY = "DMY"
    MDY = "MDY"
    YMD = "YMD"


def parse_date(text: str, order: Order = Order.DMY, *, birth: bool = False) -> date | None:
    """The day; None where the text says that it is unknown (``0/0/00``, ``--03-07``).

    Two digits of a year are taken for the last hundred years when ``birth`` is set.
    """
    plain = clean(text)
    if len(plain) == 10 and plain[0] in "12" and plain[4] == "-" == plain[7]:
        try:
            return date.fromisoformat(plain)
        except ValueError:
            pass
    moment = _TIME.fullmatch(plain)
    return _day(moment["date"] if moment else plain, order, _BIRTH_PIVOT if birth else _PIVOT)


def parse_month(text: str, order: Order = Order.DMY) -> date:
    """The first day of the month that ``2024-03``, ``03/2024``, ``marzo de 2024``, ``mar-24`` or
    any day of it tells."""
    plain = fold(clean(text)).strip(" ,")
    for form, (month, year) in _MONTH_FORMS.items():
        found = form.fullmatch(plain)
        if found and (found[month].isdigit() or found[month] in _months()):
            number = int(found[month]) if found[month].isdigit() else _months()[found[month]]
            return _of(_year(found[year], _PIVOT), number, 1)
    day = parse_date(text, order)
    if day is None:
        raise Unreadable("not_a_date")
    return day.replace(day=1)


def parse_datetime(text: str, order: Order = Order.DMY, zone: tzinfo = UTC) -> datetime | None:
    """The moment, in its own offset or else as the clocks of ``zone`` showed it."""
    plain = clean(text)
    if len(plain) >= 16 and plain[0] in "12" and plain[4] == "-" == plain[7]:
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=zone)
    moment = _TIME.fullmatch(plain)
    day = _day(moment["date"] if moment else plain, order, _PIVOT)
    if day is None:
        return None
    clock = _clock(moment) if moment else time()
    own = _offset(moment["zone"]) if moment and moment["zone"] else zone
    return datetime.combine(day, clock, own)


def parse_serial(text: str, zone: tzinfo = UTC) -> datetime:
    """A day counted from 1900 as spreadsheets do: ``45363`` is 12 March 2024."""
    try:
        days = float(text)
    except ValueError:
        raise Unreadable("not_a_date") from None
    if not is_serial(text):
        raise Unreadable("not_a_date")
    moment = _SERIAL_EPOCH + timedelta(seconds=round(days * 86400))
    return moment.replace(tzinfo=zone)


def is_serial(text: str) -> bool:
    """Whether a number may be a spreadsheet's count of days, from 1901 to 2100."""
    plain = re.fullmatch(r"([0-9]{3,5})(?:\.[0-9]+)?", text)
    return plain is not None and _FIRST_SERIAL <= int(plain[1]) <= _LAST_SERIAL


def order_forced_by(text: str) -> Order | None:
    """The order that this date allows alone: ``31/12/2024`` can only begin with the day."""
    found = _numbers(text)
    if found is None:
        return None
    first, second, third = int(found[1]), int(found[3]), found[4]
    if first > 12 and second <= 12:
        return Order.DMY if first <= 31 else Order.YMD
    if second > 12 and first <= 12:
        return Order.MDY if len(third) == 4 or int(third) > 31 else None
    return None


def is_open(text: str) -> bool:
    """Whether the date reads differently in another order, as ``1/6/2024`` does."""
    found = _numbers(text)
    return found is not None and 0 < int(found[1]) <= 12 and 0 < int(found[3]) <= 12


def _numbers(text: str) -> re.Match[str] | None:
    plain = clean(text)
    moment = _TIME.fullmatch(plain)
    return _NUMBERS.fullmatch((moment["date"] if moment else plain).strip())


def _day(text: str, order: Order, pivot: int) -> date | None:
    plain = fold(text).strip(" ,")
    if not plain:
        raise Unreadable("not_a_date")
    if _ZERO.fullmatch(plain) or _WITHOUT_YEAR.fullmatch(plain):
        return None
    iso = _ISO.fullmatch(plain)
    if iso:
        return _of(int(iso[1]), int(iso[3]), int(iso[4]))
    week = _ISO_WEEK.fullmatch(plain)
    if week:
        return _of_week(*map(int, week.groups()))
    numbers = _NUMBERS.fullmatch(plain)
    if numbers:
        return _of(*_ordered(numbers, order, pivot))
    return _of(*_named(plain, pivot))


def _ordered(numbers: re.Match[str], order: Order, pivot: int) -> tuple[int, int, int]:
    first, second, third = numbers[1], numbers[3], numbers[4]
    if order == Order.YMD and len(third) == 2:
        return _year(first, pivot), int(second), int(third)
    if order == Order.MDY:
        first, second = second, first
    if int(second) > 12 and int(first) <= 12:
        raise Unreadable("date_order")
    return _year(third, pivot), int(second), int(first)


def _named(plain: str, pivot: int) -> tuple[int, int, int]:
    """``12 de marzo de 2024``, ``Mar 12, 2024``, ``2024-Mar-12``, with or without the weekday."""
    months = _months()
    for text in (plain, _WEEKDAY.sub("", plain)):
        for form, (day, month, year) in _NAMED_FORMS.items():
            found = form.fullmatch(text)
            if found and found[month] in months:
                return _year(found[year], pivot), months[found[month]], int(found[day])
    raise Unreadable("not_a_date")


def _year(digits: str, pivot: int) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) <= pivot else 1900)


def _of(year: int, month: int, day: int) -> date:
    if not 1800 <= year <= 2200:
        raise Unreadable("date_out_of_range")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("date_not_in_calendar") from None


def _of_week(year: int, week: int, day: int) -> date:
    """``2024-W05-3`` is Wednesday of the fifth week."""
    try:
        found = date.fromisocalendar(year, week, day)
    except ValueError:
        raise Unreadable("date_not_in_calendar") from None
    return _of(found.year, found.month, found.day)


def _clock(moment: re.Match[str]) -> time:
    hour, half = int(moment["hour"]), (moment["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise Unreadable("not_a_time")
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((moment["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return time(hour, int(moment["minute"]), int(moment["second"] or 0), micro)
    except ValueError:
        raise Unreadable("not_a_time") from None


def _offset(text: str) -> tzinfo:
    digits = re.sub(r"[^0-9+-]", "", text)
    if not digits:
        return UTC
    distance = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0))
    if distance > timedelta(hours=15):
        raise Unreadable("not_a_time")
    return timezone(-distance if digits[0] == "-" else distance)


@lru_cache(1)
def _months() -> dict[str, int]:
    """Whole names, usual short ones, and the first three letters where they say enough."""
    names = {"set": 9, "sept": 9}
    for language in _LANGUAGES:
        months = Locale(language).months["stand-alone"]
        for width in ("wide", "abbreviated"):
            names |= {fold(name).rstrip("."): number for number, name in months[width].items()}
    starts: dict[str, set[int]] = {}
    for name, number in names.items():
        starts.setdefault(name[:3], set()).add(number)
    short = {start: min(numbers) for start, numbers in starts.items() if len(numbers) == 1}
    return short | names
