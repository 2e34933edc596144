"""How a field can be compared, and how what people wrote is read for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.db.models import Q

from trato.kit.listing.fields import Field, Kind

LONGEST_TEXT = 200
MOST_DAYS = 36_500
GREATEST = Decimal(10) ** 15
ME = "me"


class Malformed(ValueError):
    """What was written is not a value for this comparison."""


class Shape(StrEnum):
    """What has to be given besides the comparison itself."""

    NOTHING = "nothing"
    TEXT = "text"
    NUMBER = "number"
    NUMBERS = "numbers"
    DAY = "day"
    PERIOD = "period"
    SPAN = "span"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody looks, in their own time zone, and who they are: “today” and “me”."""

    as_of: datetime
    user_id: int | None = None

    def starts(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.as_of.tzinfo)

    @property
    def today(self) -> date:
        return self.as_of.date()


type Build = Callable[[Field, Any, Moment], Q]


@dataclass(frozen=True, slots=True)
class Operator:
    key: str
    shape: Shape
    build: Build


def _is(lookup: str) -> Build:
    return lambda field, value, moment: field.source.matches(lookup, value)


def _not(lookup: str) -> Build:
    return lambda field, value, moment: field.source.differs(lookup, value)


def _has_nothing(field: Field, value: Any, moment: Moment) -> Q:
    return field.source.empty()


def _has_something(field: Field, value: Any, moment: Moment) -> Q:
    return ~field.source.empty()


def _range(field: Field, value: Any, moment: Moment) -> Q:
    least, most = value
    found = Q()
    if least is not None:
        found &= field.source.matches("gte", least)
    if most is not None:
        found &= field.source.matches("lte", most)
    return found


def _between_days(field: Field, first: date | None, last: date | None, moment: Moment) -> Q:
    """Both days included; a moment belongs to the day it has in the looker's time zone."""
    found = Q()
    exact = field.kind == Kind.DATETIME
    if first is not None:
        found &= field.source.matches("gte", moment.starts(first) if exact else first)
    if last is not None:
        after = last + timedelta(days=1)
        found &= field.source.matches("lt", moment.starts(after) if exact else after)
    return found


def _on(field: Field, value: date, moment: Moment) -> Q:
    return _between_days(field, value, value, moment)


def _before(field: Field, value: date, moment: Moment) -> Q:
    return _between_days(field, None, value - timedelta(days=1), moment)


def _after(field: Field, value: date, moment: Moment) -> Q:
    return _between_days(field, value + timedelta(days=1), None, moment)


def _period(field: Field, value: tuple[date | None, date | None], moment: Moment) -> Q:
    return _between_days(field, *value, moment)


def _within(field: Field, value: int, moment: Moment) -> Q:
    first = moment.today - timedelta(days=value)
    return _between_days(field, first, moment.today, moment)


def _older(field: Field, value: int, moment: Moment) -> Q:
    last = moment.today - timedelta(days=value + 1)
    return _between_days(field, None, last, moment)


_EMPTINESS = (
    Operator("empty", Shape.NOTHING, _has_nothing),
    Operator("filled", Shape.NOTHING, _has_something),
)
_TEXT = (
    Operator("contains", Shape.TEXT, _is("contains")),
    Operator("is", Shape.TEXT, _is("exact")),
    Operator("isnt", Shape.TEXT, _not("exact")),
    Operator("starts", Shape.TEXT, _is("startswith")),
    Operator("lacks", Shape.TEXT, _not("contains")),
)
_NUMBER = (
    Operator("more", Shape.NUMBER, _is("gt")),
    Operator("less", Shape.NUMBER, _is("lt")),
    Operator("is", Shape.NUMBER, _is("exact")),
    Operator("between", Shape.NUMBERS, _range),
)
_DAY = (
    Operator("within", Shape.SPAN, _within),
    Operator("older", Shape.SPAN, _older),
    Operator("on", Shape.DAY, _on),
    Operator("before", Shape.DAY, _before),
    Operator("after", Shape.DAY, _after),
    Operator("between", Shape.PERIOD, _period),
)
_CHOICE = (
    Operator("in", Shape.OPTIONS, _is("in")),
    Operator("out", Shape.OPTIONS, _not("in")),
)
_CHOICES = (
    Operator("in", Shape.OPTIONS, _is("overlap")),
    Operator("out", Shape.OPTIONS, _not("overlap")),
)
_FLAG = (
    Operator(
        "yes", Shape.NOTHING, lambda field, value, moment: field.source.matches("exact", True)
    ),
    Operator(
        "no", Shape.NOTHING, lambda field, value, moment: field.source.matches("exact", False)
    ),
)
OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.TEXT: _TEXT,
    Kind.NUMBER: _NUMBER,
    Kind.MONEY: _NUMBER,
    Kind.DATE: _DAY,
    Kind.DATETIME: _DAY,
    Kind.CHOICE: _CHOICE,
    Kind.CHOICES: _CHOICES,
    Kind.FLAG: _FLAG,
    Kind.LINK: _CHOICE,
}


def operators_of(field: Field) -> tuple[Operator, ...]:
    if not field.filterable:
        return ()
    return OPERATORS[field.kind] + (_EMPTINESS if field.optional else ())


def operator_of(field: Field, key: str) -> Operator | None:
    return next((known for known in operators_of(field) if known.key == key), None)


def parsed(field: Field, operator: Operator, values: Sequence[str], moment: Moment) -> Any:
    """The values that were written, as what the comparison needs. Raises Malformed."""
    if any("\x00" in value for value in values):
        raise Malformed
    if operator.shape == Shape.NOTHING:
        return None
    if operator.shape == Shape.OPTIONS:
        return _options(field, values, moment)
    if operator.shape in {Shape.NUMBERS, Shape.PERIOD}:
        return _pair(values, _READERS[operator.shape])
    if len(values) != 1:
        raise Malformed
    return _READERS[operator.shape](values[0].strip())


def _options(field: Field, values: Sequence[str], moment: Moment) -> list[str]:
    known = dict.fromkeys(values) if field.is_open else field.choices()
    wanted = [str(moment.user_id) if value == ME and field.is_person else value for value in values]
    if not wanted or any(value not in known or not value for value in wanted):
        raise Malformed
    return wanted


def _pair(values: Sequence[str], reader: Callable[[str], Any]) -> tuple[Any, Any]:
    """From and to; one of them may be open."""
    if len(values) != 2 or not any(value.strip() for value in values):
        raise Malformed
    least, most = (reader(value.strip()) if value.strip() else None for value in values)
    if least is not None and most is not None and least > most:
        least, most = most, least
    return least, most


def _text(value: str) -> str:
    if not value or len(value) > LONGEST_TEXT:
        raise Malformed
    return value


def _number(value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Malformed from None
    if not number.is_finite() or abs(number) >= GREATEST:
        raise Malformed
    return round(number, 6)


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Malformed from None
    if not 1800 <= day.year <= 2200:
        raise Malformed
    return day


def _span(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 5 or int(value) > MOST_DAYS:
        raise Malformed
    return int(value)


_READERS: dict[Shape, Callable[[str], Any]] = {
    Shape.TEXT: _text,
    Shape.NUMBER: _number,
    Shape.NUMBERS: _number,
    Shape.DAY: _day,
    Shape.PERIOD: _day,
    Shape.SPAN: _span,
}
