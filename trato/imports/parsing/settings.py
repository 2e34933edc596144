"""How a file writes numbers and dates, told by the user or found in its cells."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from itertools import islice
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from trato.imports.mapping import DATES, NUMBERS, Column, ValueKind, field_of
from trato.imports.mapping import Mapping as ColumnMapping
from trato.imports.reading import SourceRow
from trato.kit import dates, money
from trato.kit.dates import Order
from trato.kit.text import Unreadable, is_blank

LOOKED_AT = 500_000
_ENOUGH = 2000
_CUSTOM_KINDS = {
    "text": ValueKind.LONG_TEXT,
    "number": ValueKind.NUMBER,
    "money": ValueKind.MONEY,
    "date": ValueKind.DATE,
    "choice": ValueKind.CHOICE,
    "choices": ValueKind.CHOICES,
    "flag": ValueKind.FLAG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseSettings:
    """``decimal_comma`` None reads ``1.234`` and ``1,234`` as English does.

    ``numbers_certain`` and ``dates_certain``: no cell that was seen could be read in another way.
    ``serial_columns`` count days as spreadsheets do. ``region``: where telephones without a prefix
    belong (two letters).
    """

    decimal_comma: bool | None = None
    date_order: str = Order.DMY
    time_zone: str = "UTC"
    region: str = ""
    currency: str = ""
    numbers_certain: bool = False
    dates_certain: bool = False
    serial_columns: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def order(self) -> Order:
        return Order(self.date_order)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "serial_columns": list(self.serial_columns)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        known["serial_columns"] = tuple(known.get("serial_columns", ()))
        return cls(**known)


def value_kind(kind: str, column: Column) -> ValueKind:
    """How the cells of a column are read."""
    field = field_of(kind, column.target)
    if field is not None:
        return field.kind
    return _CUSTOM_KINDS.get(column.type, ValueKind.TEXT) if column.custom_key else ValueKind.CODE


def sniff(
    kind: str, mapping: ColumnMapping, rows: Iterable[SourceRow], base: ParseSettings
) -> ParseSettings:
    """Find out decimal sign and order of dates from the cells, as far as they tell.

    Reads on while cells are open: the first ``31/12`` may come late. What stays open follows the
    custom of the region and is marked as not certain.
    """
    wanted = [
        (place, column, value_kind(kind, column))
        for place, column in enumerate(mapping.columns)
        if column.target
    ]
    numbers = [place for place, _column, what in wanted if what in NUMBERS]
    moments = {place: column.header for place, column, what in wanted if what in DATES}
    seen = _Cells()
    for count, row in enumerate(islice(rows, LOOKED_AT if numbers or moments else 0)):
        if row.problem is None:
            seen.add(row.raw, numbers, moments)
        if count >= _ENOUGH and seen.settled:
            break
    comma, numbers_certain = seen.decimal_comma(base.region)
    order, dates_certain = seen.date_order(base.region)
    return replace(
        base,
        decimal_comma=comma,
        numbers_certain=numbers_certain,
        date_order=order,
        dates_certain=dates_certain,
        serial_columns=seen.serial_columns(moments),
    )


class _Cells:
    """What the cells seen so far tell."""

    def __init__(self) -> None:
        self._signs: Counter[str] = Counter()
        self._open_numbers = self._open_dates = 0
        self._orders: Counter[Order] = Counter()
        self._serial: Counter[int] = Counter()
        self._dated: Counter[int] = Counter()

    @property
    def settled(self) -> bool:
        numbers = bool(self._signs) or not self._open_numbers
        return numbers and (bool(self._orders) or not self._open_dates)

    def add(self, raw: Sequence[str], numbers: Iterable[int], moments: Iterable[int]) -> None:
        for place in numbers:
            if place < len(raw) and ("," in raw[place] or "." in raw[place]):
                self._number(raw[place])
        for place in moments:
            if place < len(raw) and not is_blank(raw[place]):
                self._date(place, raw[place].strip())

    def _number(self, text: str) -> None:
        sign = decimal_sign(text)
        if sign:
            self._signs[sign] += 1
        elif sign is None:
            self._open_numbers += 1

    def _date(self, place: int, text: str) -> None:
        self._dated[place] += 1
        if text[:4].isdigit() and text[4:5] in ("-", "/", "."):
            return
        if dates.is_serial(text):
            self._serial[place] += 1
        forced = dates.order_forced_by(text)
        if forced:
            self._orders[forced] += 1
        elif dates.is_open(text):
            self._open_dates += 1

    def decimal_comma(self, region: str) -> tuple[bool, bool]:
        commas, points = self._signs[","], self._signs["."]
        if commas != points:
            return commas > points, not self._open_numbers or min(commas, points) == 0
        return customs(region)[0], not self._open_numbers

    def date_order(self, region: str) -> tuple[Order, bool]:
        if not self._orders:
            return customs(region)[1], not self._open_dates
        order, _times = self._orders.most_common(1)[0]
        return order, len(self._orders) == 1

    def serial_columns(self, moments: Mapping[int, str]) -> tuple[str, ...]:
        return tuple(
            header
            for place, header in moments.items()
            if self._serial[place] and self._serial[place] == self._dated[place]
        )


def decimal_sign(text: str) -> str | None:
    """The decimal sign that this number alone shows; empty if it has none, None if it is open."""
    try:
        as_comma, with_comma = money.parse_money(text, decimal_comma=True)
        as_point, _currency = money.parse_money(text, decimal_comma=False)
    except Unreadable:
        return ""
    if as_comma != as_point:
        return None
    if with_comma is not None and money.is_open(text.strip(" $€£¥ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
        return ""
    last = max(text.rfind(","), text.rfind("."))
    other = "." if text[last] == "," else ","
    whole = as_comma == as_comma.to_integral_value() and text.count(text[last]) > 1
    return other if whole else text[last]


@lru_cache
def customs(region: str) -> tuple[bool, Order]:
    """Whether a country (two letters) writes a decimal comma, and how it begins its dates."""
    try:
        locale = Locale.parse(f"und_{region or 'ES'}")
    except (UnknownLocaleError, ValueError):
        return True, Order.DMY
    letters = [letter for letter in locale.date_formats["short"].pattern.lower() if letter in "dmy"]
    first = "".join(dict.fromkeys(letters)).upper()
    order = Order(first) if first in set(Order) else Order.DMY
    symbols = locale.number_symbols.get("latn", locale.number_symbols)
    return symbols.get("decimal", ",") == ",", order
