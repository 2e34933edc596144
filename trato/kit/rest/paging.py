"""Pages after a cursor: each row once, however deep, and nothing is counted."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Q, QuerySet
from pydantic import BaseModel
from pydantic import Field as Member

from trato.kit.rest.refusals import Invalid

LARGEST_PAGE = 200


class Paging(BaseModel):
    cursor: str = Member("", max_length=2000, description="`next_cursor` of the page before.")
    limit: int = Member(50, ge=1, le=LARGEST_PAGE, description="Rows in a page.")


class Page[T](BaseModel):
    items: list[T]
    next_cursor: str | None = Member(
        None, description="Send it as `cursor` for the next page; null on the last one."
    )


def write_cursor(values: Sequence[Any]) -> str:
    plain = json.dumps(list(values), cls=_Exact, separators=(",", ":"))
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds, which the usual encoder drops."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def read_cursor(cursor: str, name: str = "cursor") -> list[Any]:
    """The values in a cursor that we wrote. Raises Invalid for any other text."""
    try:
        plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        values = json.loads(plain)
    except (ValueError, RecursionError):
        raise Invalid.query(name, "cursor_unknown") from None
    if not isinstance(values, list) or "\\u0000" in plain:
        raise Invalid.query(name, "cursor_unknown")
    return values


def keyset[M: Model](
    rows: QuerySet[M], order: Sequence[str], paging: Paging
) -> tuple[list[M], str | None]:
    """A page of the rows in this order, and the cursor of the next one.

    ``order`` is one field or two, both up or both down; the last is unique.
    """
    if paging.cursor:
        rows = rows.filter(_after(rows.model, order, paging.cursor))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    if len(found) <= paging.limit:
        return found, None
    last = found[paging.limit - 1]
    values = [getattr(last, name.lstrip("-")) for name in order]
    return found[: paging.limit], write_cursor([",".join(order), *values])


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    found = model._meta.get_field(name)
    if not isinstance(found, Field):
        raise TypeError(name)
    return found


def _after(model: type[Model], order: Sequence[str], cursor: str) -> Q:
    values = read_cursor(cursor)
    names = [name.lstrip("-") for name in order]
    if len(values) != len(order) + 1 or values[0] != ",".join(order):
        raise Invalid.query("cursor", "cursor_unknown")
    try:
        seen = [
            _field(model, name).to_python(value)
            for name, value in zip(names, values[1:], strict=True)
        ]
    except (ValidationError, TypeError, OverflowError):
        raise Invalid.query("cursor", "cursor_unknown") from None
    if None in seen:
        raise Invalid.query("cursor", "cursor_unknown")
    than = "lt" if order[0].startswith("-") else "gt"
    beyond = Q((f"{names[-1]}__{than}", seen[-1]))
    if len(names) == 1:
        return beyond
    # The first condition says nothing new; it lets the database start inside its index.
    return Q((f"{names[0]}__{than}e", seen[0])) & (Q((f"{names[0]}__{than}", seen[0])) | beyond)
