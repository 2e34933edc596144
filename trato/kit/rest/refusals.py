"""Why a call is refused. Routers name the reason; trato.api finds the words."""

from dataclasses import dataclass, field
from typing import Any

type Place = tuple[str | int, ...]


class Refused(Exception):
    """The call as a whole cannot be done; ``more`` is told beside the reason."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: ``place`` leads to it in the body, or names a parameter."""

    place: Place
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    source: str = "body"


class Invalid(Exception):
    """Values of the call that cannot be taken."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(", ".join(error.code for error in errors))
        self.errors = errors

    @classmethod
    def body(cls, *place: str | int, code: str, **params: Any) -> "Invalid":
        return cls(FieldError(place, code, params))

    @classmethod
    def query(cls, name: str, code: str, **params: Any) -> "Invalid":
        return cls(FieldError((name,), code, params, "query"))
