import json
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny


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


class StrictParser(Parser):
    """JSON as its standard says, of characters that can be stored."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        data = json.loads(request.body, parse_constant=_refuse)
        if b"\\u" in request.body:
            _check(data)
        return cast(DictStrAny, data)
