"""The audit as programs get it: one shape for the histories of all records."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from pydantic import Field

from trato.identity.audit import MOST, Change
from trato.identity.queries import company
from trato.kit.rest.values import Told

# Not a type of its own: the document tells it where it is used.
Value = str | int | float | bool | list[Any] | dict[str, Any] | None


class HistoryEntry(Told):
    """One field of one record: for programs, and in the words of the pages for people."""

    at: datetime
    user_id: int | None = Field(description="Null where nobody is known to have done it.")
    user: str | None
    part: str = Field(
        description="What of the record it is about, such as a telephone or the product of a line;"
        " empty for the record itself."
    )
    record: str = Field(description="What the record, or its part, is called.")
    name: str = Field(
        description="The field, as programs know it, such as `owner_id` or `custom.terrace`; empty"
        " when something came or went as a whole."
    )
    before: Value = Field(
        description="The value as it is told everywhere: dates as `2026-03-31`, amounts as text,"
        " records by their ids, choices by their codes. Of what went as a whole its fields, or what"
        " it was called; null for what came."
    )
    after: Value = Field(description="The same afterwards; null for what went.")
    field: str = Field(description="The field, as people know it in the language of the call.")
    before_text: str = Field(description="As people read it. Empty for what came.")
    after_text: str = Field(description="As people read it. Empty for what went.")


class HistoryTold(Told):
    items: list[HistoryEntry] = Field(description=f"Newest first, {MOST} at most.")


def told_changes[**P](
    find: Callable[P, Sequence[Change]], *args: P.args, **kwargs: P.kwargs
) -> HistoryTold:
    """What ``find`` finds, its moments by the clocks of the company."""
    with timezone.override(company().zone):
        return HistoryTold(items=[_told(one) for one in find(*args, **kwargs)])


def _told(one: Change) -> HistoryEntry:
    return HistoryEntry(
        at=one.at,
        user_id=one.user.pk if one.user else None,
        user=one.user.name if one.user else None,
        part=one.part,
        record=one.record,
        name=one.name,
        before=one.old,
        after=one.new,
        field=one.field,
        before_text=one.before,
        after_text=one.after,
    )
