"""Programs that follow the log: every event once, none jumped over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from tests import make
from tests.api.program import Program
from trato.customers import eventlog
from trato.customers.actions import NewEvent, record_events
from trato.customers.models import Customer, EventKind
from trato.identity.rules import Role, Visibility
from trato.kit.rest.paging import write_cursor

pytestmark = pytest.mark.django_db(transaction=True)


def write(who: Customer, subject: str) -> None:
    event = NewEvent(customer_id=who.pk, kind=EventKind.NOTE, at=make.NOW, subject=subject)
    record_events([event], recorded_at=make.NOW, user=None)


@contextmanager
def another_transaction(who: Customer, subject: str) -> Iterator[None]:
    """Somebody writes an event and has not committed while the block runs."""
    written, go = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            write(who, subject)
            written.set()
            go.wait(30)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert written.wait(30)
    try:
        yield
    finally:
        go.set()
        thread.join()


def follow(program: Program, after: str = "", **query: Any) -> tuple[list[str], str]:
    """Read to the end; the subjects, and where the log ended."""
    seen: list[str] = []
    while True:
        answer = program.get("/events", after=after, kind="note", **query).json()
        seen += [event["subject"] for event in answer["items"]]
        after = answer["next_cursor"]
        if not answer["more"]:
            return seen, after


def test_every_event_is_read_once() -> None:
    who, program = make.customer(), Program()
    for number in range(7):
        write(who, str(number))
    seen, after = follow(program, limit=3)
    assert seen == [str(number) for number in range(7)]
    write(who, "new")
    assert follow(program, after)[0] == ["new"]


def test_an_event_written_before_but_committed_after_is_not_jumped_over() -> None:
    who, program = make.customer(), Program()
    write(who, "first")
    with another_transaction(who, "slow"):
        write(who, "quick")
        seen, after = follow(program)
        assert seen == ["first"]
    rest, _end = follow(program, after)
    assert rest == ["slow", "quick"]


def test_a_follower_may_begin_at_the_end() -> None:
    who, program = make.customer(), Program()
    write(who, "old")
    end = program.get("/events", after="end").json()
    assert end["items"] == []
    write(who, "new")
    assert follow(program, end["next_cursor"])[0] == ["new"]


def test_events_of_hidden_customers_are_passed_over() -> None:
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    mine, other = make.customer(owner_id=seller.user.pk), make.customer()
    write(mine, "mine")
    for _ in range(3):
        write(other, "hidden")
    seen, after = follow(seller, limit=1)
    assert seen == ["mine"]
    assert after == Program().get("/events", after="end").json()["next_cursor"]


def test_a_restored_log_goes_on_where_it_was() -> None:
    who, program = make.customer(), Program()
    write(who, "old")
    _seen, after = follow(program)
    write(who, "new")
    eventlog.rebase()
    assert follow(program, after)[0] == ["new"]


def test_a_cursor_of_another_log_is_gone() -> None:
    program = Program()
    write(make.customer(), "old")
    _seen, after = follow(program)
    ahead = write_cursor((2**61, 0))
    assert program.get("/events", after=ahead).status_code == 410
    assert program.get("/events", after=after).status_code == 200


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJhIiwxXQ", "bnVsbA", "[1,2]"])
def test_any_other_text_is_no_cursor(cursor: str) -> None:
    assert Program().get("/events", after=cursor).status_code == 422


def test_a_change_of_the_relationship_is_told_apart_from_other_changes() -> None:
    program, ana = Program(), make.customer()
    program.patch(f"/customers/{ana.pk}", {"status": "current", "origin": "Feria"})
    for kind, names in (("status_changed", {"status"}), ("customer_changed", {"origin"})):
        [event] = program.get("/events", kind=kind).json()["items"]
        assert event["payload"]["changes"].keys() == names
