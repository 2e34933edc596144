"""The event log in the order in which it may be read: the rule of settled events has its home here.

An id is handed out before its transaction commits, so ids alone can appear late. Events are read
in the order of (transaction, id), and only those of transactions older than any still running:
nothing can slip in front of them any more.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models import BigIntegerField, Func, Q

from trato.customers.models import ConsumerCursor, Event, EventQuerySet
from trato.identity.models import User

type Position = tuple[int, int]

START: Position = (ConsumerCursor.START, 0)


class OldestRunning(Func):
    """The id of the oldest transaction that has not ended."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()
    arity = 0


def settled() -> EventQuerySet:
    """The events that no running transaction can still slip in front of, in log order."""
    return Event.objects.filter(transaction__lt=OldestRunning()).order_by("transaction", "id")


def beyond(position: Position) -> Q:
    transaction, event = position
    # The first condition says nothing new; it lets the database start inside its index.
    return Q(transaction__gte=transaction) & (Q(transaction__gt=transaction) | Q(id__gt=event))


def end_of_log() -> Position:
    """The last settled event."""
    return settled().reverse().values_list("transaction", "id").first() or START


def known_position(position: Position) -> Position:
    """Where this event stands now: a restored log has its order, but other transaction ids."""
    now = Event.objects.filter(pk=position[1]).values_list("transaction", "id").first()
    return now or position


def is_ahead(position: Position) -> bool:
    """Whether no transaction of this database has come as far: the position is of another."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT %s >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint", position[:1]
        )
        [ahead] = sql.fetchone()
    return bool(ahead)


def feed(
    user: User, *, after: Position, kinds: Collection[str], limit: int
) -> tuple[list[Event], Position]:
    """The next events that the user may see, and how far the log has been read."""
    # The end is taken first: what settles later lies beyond it and is left to the next call.
    end = end_of_log()
    events = settled().filter(beyond(after)).exclude(beyond(end)).visible_to(user)
    if kinds:
        events = events.filter(kind__in=kinds)
    found = list(events[:limit])
    if len(found) == limit:
        return found, (found[-1].transaction, found[-1].pk)
    return found, max(after, end)
