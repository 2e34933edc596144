import json
import re
from decimal import Decimal
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

LONGEST_NUMBER = 60


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _check(value: Any) -> None:
    """PostgreSQL keeps neither null characters nor halves of a surrogate pair."""
    if isinstance(value, str):
        value.encode()
        if "\x00" in value:
            raise ValueError("null character")
    elif isinstance(value, list):
        for one in value:
            _check(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check(name)
            _check(one)


def _members(pairs: list[tuple[str, Any]]) -> DictStrAny:
    """Of a field that is there twice one would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _number(text: str) -> Decimal | float:
    """Every digit that was sent; not of a power of ten, which may stand for millions of them."""
    return Decimal(text) if len(text) <= LONGEST_NUMBER and "e" not in text.lower() else float(text)


# What only an escape can bring in.
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class StrictParser(Parser):
    """JSON as its standard says, of characters that can be stored."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        data = json.loads(
            request.body,
            parse_constant=_refuse,
            parse_float=_number,
            object_pairs_hook=_members,
        )
        if _SUSPECT.search(request.body):
            _check(data)
        return cast(DictStrAny, data)
