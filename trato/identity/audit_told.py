"""The audit as programs get it: one shape for the histories of all records."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils import timezone
from pydantic import Field

from trato.identity.audit import MOST, Change
from trato.identity.queries import company
from trato.kit.rest.values import Told


class HistoryEntry(Told):
    """One field of one record, in the words of the pages and the language of the call."""

    at: datetime
    user_id: int | None = Field(description="Null where nobody is known to have done it.")
    user: str | None
    part: str = Field(
        description="What of the record it is about, such as a telephone or the product of a line;"
        " empty for the record itself."
    )
    record: str = Field(description="What the record, or its part, is called.")
    name: str = Field(
        description="The field, as programs know it; empty when something came or went as a whole."
    )
    field: str = Field(description="The field, as people know it.")
    before: str = Field(description="Empty for what came.")
    after: str = Field(description="Empty for what went.")


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
        field=one.field,
        before=one.before,
        after=one.after,
    )
