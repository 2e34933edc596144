import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import make
from trato.customers import eventlog
from trato.customers.actions import NewEvent, record_events
from trato.customers.eventlog import Consumer
from trato.customers.models import ConsumerCursor, Customer, Event, EventFailure, EventKind

type Seen = list[int]


def consumer(seen: Seen, **more: object) -> Consumer:
    def react(events: Sequence[Event], at: datetime) -> None:
        seen.extend(event.pk for event in events)

    options = {"kinds": frozenset(), "reads_imported": True} | more
    return Consumer("tested", react, **options)  # type: ignore[arg-type]


def write(who: Customer, count: int = 1, **more: object) -> None:
    events = [NewEvent(customer_id=who.pk, kind=EventKind.NOTE, at=make.NOW)] * count
    record_events(events, recorded_at=make.NOW, user=None, **more)  # type: ignore[arg-type]


def read_all(who: Consumer, limit: int = 3) -> None:
    while eventlog.advance(who, at=make.NOW, limit=limit):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_consumer_reads_every_event_once_in_order() -> None:
    write(make.customer(), 10)
    seen: Seen = []
    read_all(consumer(seen))
    read_all(consumer(seen))
    assert seen == sorted(Event.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_imported_history_starts_nothing() -> None:
    who = make.customer()
    write(who, imported=True)
    write(who)
    live: Seen = []
    read_all(consumer(live, reads_imported=False, kinds=frozenset({EventKind.NOTE})))
    assert live == [Event.objects.get(kind=EventKind.NOTE, imported=False).pk]


@contextmanager
def second_connection() -> Iterator[psycopg.Connection]:
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in parameters if key in psycopg_keys()}
    with psycopg.connect(**wanted) as other:
        yield other


def psycopg_keys() -> set[str]:
    return {"dbname", "user", "password", "host", "port"}


@pytest.mark.django_db(transaction=True)
def test_events_of_a_transaction_in_flight_are_waited_for_not_skipped() -> None:
    who = make.customer()
    seen: Seen = []
    read_all(consumer(seen))
    seen.clear()
    with second_connection() as other:
        early = other.execute(
            "INSERT INTO customers_event (customer_id, kind, at, recorded_at, source, channel,"
            " currency, subject, payload, imported)"
            " VALUES (%s, 'note', now(), now(), '', '', '', '', '{}', false) RETURNING id",
            [who.pk],
        ).fetchone()
        assert early is not None
        write(who)
        read_all(consumer(seen))
        assert seen == []
        other.commit()
    read_all(consumer(seen))
    assert seen == sorted(seen)
    assert early[0] in seen
    assert len(seen) == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_digested_is_set_aside_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(make.customer(), 12)
    poison = Event.objects.order_by("pk")[6].pk
    seen: Seen = []

    def react(events: Sequence[Event], at: datetime) -> None:
        if any(event.pk == poison for event in events):
            raise ValueError("cannot digest")
        seen.extend(event.pk for event in events)

    who = Consumer("tested", react, frozenset(), True)
    monkeypatch.setitem(eventlog.REGISTRY, "tested", who)
    for minute in range(12):
        while eventlog.advance(who, at=make.NOW + timedelta(minutes=minute)):
            pass
    assert sorted([*seen, poison]) == list(
        Event.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert EventFailure.objects.get().event_id == poison
    assert eventlog.retry_set_aside(at=make.NOW) == 0
    poison = 0
    assert eventlog.retry_set_aside(at=make.NOW) == 1
    assert eventlog.set_aside() == 0


@pytest.mark.django_db(transaction=True)
def test_the_log_refuses_to_be_rewritten() -> None:
    write(make.customer())
    for change in (lambda: Event.objects.update(subject="x"), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_the_order_and_the_cursors_are_kept() -> None:
    who = make.customer()
    write(who, 4)
    seen: Seen = []
    eventlog.advance(consumer(seen), at=make.NOW, limit=3)
    eventlog.rebase()
    assert not Event.objects.filter(transaction__gte=0).exists()
    write(who)
    read_all(consumer(seen))
    assert seen == sorted(Event.objects.values_list("pk", flat=True))


def start_worker(url: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"DATABASE_URL": url, "TRATO_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "tests.customers.counting_worker"]
    return subprocess.Popen(command, env=environment)  # noqa: S603


def write_until(stop: threading.Event, url: str, customer: int) -> None:
    """Transactions of a few events that stay open for a moment, so that commits overtake."""
    with psycopg.connect(url) as writer:
        while not stop.is_set():
            for _event in range(random.randint(1, 5)):  # noqa: S311
                writer.execute(
                    "INSERT INTO customers_event (customer_id, kind, at, recorded_at, source,"
                    " channel, currency, subject, payload, imported)"
                    " VALUES (%s, 'note', now(), now(), '', '', '', '', '{}', false)",
                    [customer],
                )
            time.sleep(random.random() * 0.02)  # noqa: S311
            writer.commit()


def database_url() -> str:
    settings = connection.settings_dict
    user = f"{settings['USER']}@" if settings["USER"] else ""
    place = f"?host={quote(settings['HOST'])}"
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}/{settings['NAME']}{place}{port}"


@pytest.mark.django_db(transaction=True)
def test_killed_workers_lose_nothing_and_do_nothing_twice() -> None:
    url, who = database_url(), make.customer()
    with connection.cursor() as sql:
        sql.execute("CREATE TABLE counted_effect (event_id bigint)")
    try:
        _write_while_workers_are_killed(url, who.pk)
        with connection.cursor() as sql:
            sql.execute("SELECT event_id FROM counted_effect ORDER BY event_id")
            effects = [row[0] for row in sql.fetchall()]
    finally:
        with connection.cursor() as sql:
            sql.execute("DROP TABLE counted_effect")
    assert len(effects) > 100
    assert effects == list(Event.objects.order_by("pk").values_list("pk", flat=True))


def _write_while_workers_are_killed(url: str, customer: int) -> None:
    stop = threading.Event()
    writers = [threading.Thread(target=write_until, args=(stop, url, customer)) for _ in range(3)]
    workers = [start_worker(url), start_worker(url)]
    for writer in writers:
        writer.start()
    try:
        for _round in range(4):
            _wait_until_it_moves()
            victim = workers.pop(0)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            workers.append(start_worker(url))
        stop.set()
        for writer in writers:
            writer.join()
        _wait_until_all_is_read()
    finally:
        stop.set()
        for worker in workers:
            worker.kill()
            worker.wait()


def _position() -> tuple[int, int]:
    cursor = ConsumerCursor.objects.filter(name="counting").first()
    return (cursor.transaction, cursor.event_id) if cursor else (0, 0)


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("the consumers did not get on within a minute")


def _wait_until_it_moves() -> None:
    before = _position()
    _wait_for(lambda: _position() > before)


def _wait_until_all_is_read() -> None:
    last = Event.objects.order_by("-transaction", "-pk")[0]
    _wait_for(lambda: _position() >= (last.transaction, last.pk))
