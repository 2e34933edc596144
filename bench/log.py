"""The event log: writing and reading beside the bare table."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from bench.measure import row, timed
from trato.customers.actions import NewEvent, create_customer, record_events
from trato.customers.drafts import CustomerDraft
from trato.customers.eventlog import Consumer, advance, skip_to_end
from trato.customers.models import Event, EventKind

EVENTS = 50_000
_RAW = """
CREATE TEMPORARY TABLE bench_log AS
SELECT g AS id, now() AS at, 'note' AS kind, '{}'::jsonb AS payload
FROM generate_series(1, %s) g
"""


def run() -> Iterator[str]:
    at = datetime.now(UTC)
    who = create_customer(CustomerDraft(name="Bench"), at=at, user=None, source="bench")
    events = [NewEvent(customer_id=who.pk, kind=EventKind.NOTE, at=at)] * EVENTS
    skip_to_end(["bench"], at=at)

    def write() -> None:
        with transaction.atomic():
            record_events(events, recorded_at=at, user=None, imported=True)

    took = timed(write)
    with connection.cursor() as sql:
        raw = timed(lambda: sql.execute(_RAW, [EVENTS]))
        yield row("events written", EVENTS, "events", took, {"a bare INSERT … SELECT": raw})
        took = timed(_read)
        raw = timed(lambda: (sql.execute("SELECT * FROM bench_log"), sql.fetchall()))
        yield row("events consumed", EVENTS, "events", took, {"a bare SELECT": raw})
        sql.execute("DROP TABLE bench_log")


def _read() -> None:
    def react(events: Sequence[Event], at: datetime) -> None:
        pass

    reader = Consumer("bench", react, frozenset(), True)
    while advance(reader, at=datetime.now(UTC)):
        pass
