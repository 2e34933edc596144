"""Types of values in bodies and parameters, checked and in one form."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from trato.kit.country import parse_country
from trato.kit.email import parse_email
from trato.kit.money import is_currency
from trato.kit.text import Unreadable

FIRST_YEAR, LAST_YEAR = 1800, 2200
LARGEST_ID = 2**63 - 1


class Given(BaseModel):
    """A body that a program sends: a field that nobody knows is an error, not a silence."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What a program gets back."""

    model_config = ConfigDict(from_attributes=True)


def read(parse: Callable[[str], str]) -> Callable[[str], str]:
    """A validator made of a reader of the kit, with its reasons."""

    def check(text: str) -> str:
        try:
            return parse(text) if text else text
        except Unreadable as error:
            raise PydanticCustomError(error.code, error.code, dict(error.params)) from None

    return check


# Seconds or milliseconds since 1970: which of both, one could only guess.
_COUNT = re.compile(r"\s*[-+]?[0-9.]+\s*")
# Python would take digits of other scripts, too, and lines between them.
_DECIMAL_WRITTEN = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]*([eE][-+]?[0-9]+)?\s*")


def _is_count(value: Any) -> bool:
    return not isinstance(value, date) and (
        not isinstance(value, str) or _COUNT.fullmatch(value) is not None
    )


def _written_moment(value: Any) -> Any:
    if _is_count(value):
        raise PydanticCustomError("datetime_type", "It must be written.")
    return value


def _written_day(value: Any) -> Any:
    if _is_count(value):
        raise PydanticCustomError("date_type", "It must be written.")
    return value


def _no_flag(value: Any) -> Any:
    """Or `true` would be one, and the record of that number."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "It must be a whole number.")
    return value


def _plain_decimal(value: Any) -> Any:
    if isinstance(value, str) and not _DECIMAL_WRITTEN.fullmatch(value):
        raise PydanticCustomError("decimal_parsing", "It must be a number.")
    return value


def _within_reach[D: date](value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("date_out_of_range", "The year is out of range.")
    return value


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _currency(code: str) -> str:
    if not is_currency(code):
        raise PydanticCustomError("currency_unknown", "There is no such currency.")
    return code


def amount_text(value: Decimal) -> str:
    """At least two decimals and no zeros beyond them."""
    plain = f"{value:f}".rstrip("0") if "." in f"{value:f}" else f"{value:f}"
    whole, _, cents = plain.partition(".")
    return f"{whole}.{cents:0<2}"


def number_text(value: Decimal) -> str:
    """Without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def text(longest: int, shortest: int = 0) -> Any:
    """Text without blanks around it."""
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


_DECIMAL = WithJsonSchema({"type": "string", "format": "decimal"}, mode="serialization")

# After the limits of a type: those behind them the document would not tell.
WHOLE = BeforeValidator(_no_flag)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), WHOLE]
Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_within_reach)]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_moment),
    AfterValidator(_within_reach),
    AfterValidator(_in_utc),
]
EXACT = BeforeValidator(_plain_decimal)
Amount = Annotated[Decimal, Field(max_digits=16, decimal_places=4), EXACT]
Price = Annotated[Decimal, Field(max_digits=16, decimal_places=4, ge=0), EXACT]
Money = Annotated[Decimal, PlainSerializer(amount_text, return_type=str), _DECIMAL]
Number = Annotated[Decimal, PlainSerializer(number_text, return_type=str), _DECIMAL]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$"), AfterValidator(_currency)]
Email = Annotated[str, text(254, 1), AfterValidator(read(parse_email))]
Country = Annotated[str, text(60), AfterValidator(read(parse_country))]
