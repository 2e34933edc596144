"""Consumers: who reads the event log, each behind its own cursor.

Every batch is read and its effects are written in one transaction that also moves the cursor:
a process killed in between leaves neither. Events are read in the order of their writers'
transaction ids, and only from transactions older than any still running: an id handed out
earlier but committed later can never be jumped over.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.models import Max, Q
from django.utils import timezone

from trato.customers.models import ConsumerCursor, Event, EventFailure
from trato.customers.queries.feed import beyond, end_of_log, settled
from trato.kit.database import one_writer

logger = logging.getLogger(__name__)

BATCH = 500
LOCK = 7_004
FAILURES_BEFORE_SETTING_ASIDE = 5
POLL_SECONDS = 5.0

type Reaction = Callable[[Sequence[Event], datetime], None]


@dataclass(frozen=True)
class Consumer:
    """``react`` gets a batch in log order and the moment; kinds empty means all kinds."""

    name: str
    react: Reaction
    kinds: frozenset[str]
    reads_imported: bool
    batch: int = BATCH


REGISTRY: dict[str, Consumer] = {}


def consumer(
    name: str, *, kinds: Sequence[str] = (), reads_imported: bool = False, batch: int = BATCH
) -> Callable[[Reaction], Reaction]:
    """Register a reaction. Only a consumer that draws knowledge, not deeds, reads imports.

    One that works out figures anew does so once for all events of a customer in its ``batch``.
    """

    def register(react: Reaction) -> Reaction:
        REGISTRY[name] = Consumer(name, react, frozenset(kinds), reads_imported, batch)
        return react

    return register


def _after(cursor: ConsumerCursor) -> Q:
    return beyond((cursor.transaction, cursor.event_id))


def _settled(cursor: ConsumerCursor, limit: int) -> list[Event]:
    return list(settled().filter(_after(cursor))[:limit])


def _concerns(who: Consumer, event: Event) -> bool:
    if event.imported and not who.reads_imported:
        return False
    return not who.kinds or event.kind in who.kinds


def _claim(name: str, at: datetime) -> ConsumerCursor | None:
    """The cursor, locked; nothing while another process holds it or after a failure's pause."""
    ConsumerCursor.objects.bulk_create([ConsumerCursor(name=name)], ignore_conflicts=True)
    return (
        ConsumerCursor.objects.select_for_update(skip_locked=True)
        .filter(Q(retry_at=None) | Q(retry_at__lte=at), name=name)
        .first()
    )


def advance(who: Consumer, *, at: datetime, limit: int | None = None) -> int:
    """Digest one batch; returns how many events the cursor has passed.

    A batch that fails is tried again in smaller ones, so that only the event at fault waits.
    """
    size = limit or who.batch
    while True:
        try:
            return _digest(who, at, size)
        except Exception as error:
            if isinstance(error, DatabaseError) and not connection.is_usable():
                raise
            if size == 1:
                _note_failure(who, at, error)
                return 0
            size = max(1, size // 4)


@transaction.atomic
def _digest(who: Consumer, at: datetime, size: int) -> int:
    cursor = _claim(who.name, at)
    events = _settled(cursor, size) if cursor else []
    if cursor is None or not events:
        return 0
    wanted = [event for event in events if _concerns(who, event)]
    if wanted:
        who.react(wanted, at)
    _move(cursor, events[-1], at)
    return len(events)


def _move(cursor: ConsumerCursor, last: Event, at: datetime) -> None:
    cursor.transaction, cursor.event_id = last.transaction, last.pk
    cursor.moved_at = at
    cursor.failures, cursor.retry_at, cursor.problem = 0, None, ""
    cursor.save()


def _note_failure(who: Consumer, at: datetime, error: Exception) -> None:
    """Wait longer each time; at last put the event aside and go on."""
    logger.exception("consumer %s failed", who.name, exc_info=error)
    with transaction.atomic():
        cursor = ConsumerCursor.objects.select_for_update().get(name=who.name)
        cursor.failures += 1
        cursor.problem = f"{type(error).__name__}: {error}"[:2000]
        cursor.retry_at = at + timedelta(seconds=min(60, 2**cursor.failures))
        cursor.save()
        if cursor.failures > FAILURES_BEFORE_SETTING_ASIDE:
            event = _settled(cursor, 1)[0]
            EventFailure.objects.get_or_create(
                consumer=who.name,
                event=event,
                defaults={"at": at, "problem": cursor.problem},
            )
            _move(cursor, event, at)


@transaction.atomic
def skip_to_end(names: Sequence[str], *, at: datetime) -> None:
    """Let these consumers pass all settled events unread: somebody has done their work already."""
    end, event = end_of_log()
    for name in names:
        ConsumerCursor.objects.update_or_create(
            name=name, defaults={"transaction": end, "event_id": event, "moved_at": at}
        )


def set_aside() -> int:
    """How many events wait for somebody to mend what they failed at."""
    return EventFailure.objects.count()


def retry_set_aside(*, at: datetime) -> int:
    """Try the events that were put aside once more; returns how many are digested now."""
    done = 0
    for failure in EventFailure.objects.select_related("event").order_by("pk"):
        who = REGISTRY.get(failure.consumer)
        if who is None:
            continue
        try:
            with transaction.atomic():
                who.react([failure.event], at)
                failure.delete()
        except Exception as error:
            logger.exception("consumer %s failed again", who.name, exc_info=error)
        else:
            done += 1
    return done


def drain(*, at: datetime) -> int:
    """Let every consumer read to the end of the settled log; returns the events passed."""
    passed = 0
    for who in list(REGISTRY.values()):
        while step := advance(who, at=at):
            passed += step
    return passed


def run_forever(stop: threading.Event) -> None:
    """Drain, then sleep until the database says that something was written."""
    rebase_if_foreign()
    while not stop.is_set():
        try:
            _listen(stop)
        except (DatabaseError, psycopg.Error, OSError):
            logger.warning("the event log cannot be read; trying again", exc_info=True)
            connection.close()
            stop.wait(2)


def _listen(stop: threading.Event) -> None:
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as ears:
        ears.execute("LISTEN trato_events")
        while not stop.is_set():
            drain(at=timezone.now())
            heard = time.monotonic() + POLL_SECONDS
            while not stop.is_set() and time.monotonic() < heard:
                if any(True for _ in ears.notifies(timeout=0.2, stop_after=1)):
                    break


def lag() -> dict[str, int]:
    """For each consumer, how many events of the log it has not passed."""
    cursors = {cursor.name: cursor for cursor in ConsumerCursor.objects.all()}
    return {
        name: Event.objects.filter(_after(cursors.get(name, ConsumerCursor(name=name)))).count()
        for name in REGISTRY
    }


def rebase_if_foreign() -> None:
    """A log that is ahead of the database's own transactions came from another one."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT max(transaction) > pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
            " FROM customers_event"
        )
        if sql.fetchone()[0]:
            rebase()


@transaction.atomic
def rebase() -> None:
    """After a restore into another database: its transaction ids start anew, lower perhaps.

    The known events keep their order with ids below zero, and the cursors move with them.
    """
    one_writer(LOCK)
    top = Event.objects.aggregate(top=Max("transaction"))["top"]
    if top is None or top < 0:
        return
    with connection.cursor() as sql:
        sql.execute("SET LOCAL trato.rewrite_events = 'on'")
        sql.execute("UPDATE customers_event SET transaction = transaction - %s", [top + 1])
        sql.execute(
            "UPDATE customers_consumercursor SET transaction = transaction - %s"
            " WHERE transaction > %s",
            [top + 1, ConsumerCursor.START],
        )
