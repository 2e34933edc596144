"""Types of values in bodies and parameters, checked and in one form."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
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


def _moment(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("date_out_of_range", "The year is out of range.")
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

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Amount = Annotated[Decimal, Field(max_digits=16, decimal_places=4)]
Money = Annotated[Decimal, PlainSerializer(amount_text, return_type=str), _DECIMAL]
Number = Annotated[Decimal, PlainSerializer(number_text, return_type=str), _DECIMAL]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$"), AfterValidator(_currency)]
Email = Annotated[str, text(254, 1), AfterValidator(read(parse_email))]
Country = Annotated[str, text(60), AfterValidator(read(parse_country))]
