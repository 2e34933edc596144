"""The event log: writing and reading beside the bare table."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import connection, transaction

from bench.measure import Row, timed
from trato.customers.actions import NewEvent, create_customer, record_events
from trato.customers.drafts import CustomerDraft
from trato.customers.eventlog import Consumer, advance
from trato.customers.models import Event, EventKind

EVENTS = 50_000
_RAW = """
CREATE TEMPORARY TABLE bench_log AS
SELECT g AS id, now() AS at, 'note' AS kind, '{}'::jsonb AS payload
FROM generate_series(1, %s) g
"""


def run() -> Iterator[Row]:
    at = datetime.now(UTC)
    who = create_customer(CustomerDraft(name="Bench"), at=at, user=None, source="bench")
    events = [NewEvent(customer_id=who.pk, kind=EventKind.NOTE, at=at)] * EVENTS

    def write() -> None:
        with transaction.atomic():
            record_events(events, recorded_at=at, user=None, imported=True)

    wall, cpu = timed(write)
    with connection.cursor() as sql:
        raw, _cpu = timed(lambda: sql.execute(_RAW, [EVENTS]))
        yield Row("events written", f"{EVENTS:,}", wall, cpu, raw, "bare INSERT … SELECT")
        wall, cpu = timed(_read)
        raw, _cpu = timed(lambda: (sql.execute("SELECT * FROM bench_log"), sql.fetchall()))
        yield Row("events consumed", f"{EVENTS:,}", wall, cpu, raw, "bare SELECT and fetch")
        sql.execute("DROP TABLE bench_log")


def _read() -> None:
    def react(events: Sequence[Event], at: datetime) -> None:
        pass

    reader = Consumer("bench", react, frozenset(), True)
    while advance(reader, at=datetime.now(UTC)):
        pass
