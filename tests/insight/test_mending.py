"""A refresh that works out only who changed finds what one finds that works out everybody."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests import make
from trato.catalog.models import Category, Product
from trato.customers.actions import NewEvent, delete_customer, record_event
from trato.customers.models import (
    Consent,
    Customer,
    CustomerScore,
    Event,
    EventKind,
    Stage,
)
from trato.insight import marts
from trato.insight.actions import begin_refresh, override_stage, refreshing, withdraw_override
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run, StageOverride
from trato.insight.refresh import changing, mending, publishing
from trato.insight.warehouse import lake
from trato.sales.actions import change_status, save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
NOW, HOUR = make.NOW, timedelta(hours=1)
KINDS = [EventKind.CALL, EventKind.VISIT, EventKind.CAMPAIGN_OPENED, EventKind.COMPLAINT]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large learns once a week only."""
    monkeypatch.setattr(refreshing, "_SMALL", 0)


class Shop:
    """A company to which things happen by chance."""

    def __init__(self, seed: int, customers: int = 40) -> None:
        self.chance, self.number = random.Random(seed), 0  # noqa: S311 - no secret
        self.teams, self.seller = [make.team(), make.team()], make.user()
        for _each in range(customers):
            self.customer(NOW)
        people = list(Customer.objects.all())
        drafts = [
            self.draft(NOW, who, days=every * turn + self.chance.randint(0, 20))
            for who in people[: customers * 3 // 4]
            for every in [self.chance.choice([9, 30, 70])]
            for turn in range(self.chance.choice([1, 1, 2, 5, 12]))
        ]
        save_orders(drafts, at=NOW, user=None, source="test")
        for _each in range(customers):
            self.contact(NOW, self.chance.choice(people))
        Product.objects.filter(code__in=["P1", "P2"]).update(cost=Decimal("3.3333"))

    def anybody(self) -> Customer:
        return self.chance.choice(list(Customer.objects.order_by("pk")))

    def customer(self, at: datetime) -> None:
        self.number += 1
        make.customer(f"C{self.number}", since=at - timedelta(days=self.chance.randint(0, 500)))

    def draft(self, at: datetime, who: Customer, *, days: int) -> OrderDraft:
        self.number += 1
        product = f"P{self.chance.randint(1, 4)}"
        quantity = Decimal(self.chance.choice(["1", "2", "0.3", "-1"]))
        price = Decimal(self.chance.randint(100, 9900)) / 100
        line = LineDraft(
            product_code=product,
            quantity=quantity,
            unit_price=price,
            tax=(quantity * price * Decimal("0.21")).quantize(Decimal("0.01")),
        )
        return OrderDraft(
            number=f"S{self.number}",
            ordered_at=at - timedelta(days=days),
            lines=(line,) * self.chance.randint(1, 2),
            customer_id=who.pk,
            channel=self.chance.choice(["", "web", "shop"]),
        )

    def order(self, at: datetime, who: Customer | None = None) -> None:
        draft = self.draft(at, who or self.anybody(), days=self.chance.randint(0, 90))
        save_orders([draft], at=at, user=None, source="test")

    def cancel(self, at: datetime) -> None:
        order = self.chance.choice(list(Order.objects.filter(status="completed").order_by("pk")))
        status = self.chance.choice(["cancelled", "returned"])
        change_status(order, status=status, at=at, user=None)

    def contact(self, at: datetime, who: Customer | None = None) -> None:
        then = at - timedelta(days=self.chance.randint(0, 60))
        event = NewEvent(
            customer_id=(who or self.anybody()).pk,
            kind=self.chance.choice(KINDS),
            at=then,
            payload={"campaign": self.chance.choice(["Spring", "Autumn", f"{at:%H}"])},
        )
        record_event(event, recorded_at=at, user=None)

    def delete(self, at: datetime) -> None:
        who = Customer.objects.filter(orders=None).order_by("pk").last()
        if who:
            delete_customer(who, at=at, user=None)

    def move(self, at: datetime) -> None:
        team = self.chance.choice([None, *self.teams])
        owner = self.chance.choice([None, self.seller])
        Customer.objects.filter(pk=self.anybody().pk).update(team=team, owner=owner, origin=str(at))

    def date_otherwise(self, at: datetime) -> None:
        Customer.objects.filter(pk=self.anybody().pk).update(since=at - timedelta(days=700))

    def sort_otherwise(self, at: datetime) -> None:
        name = f"{at:%H} {self.chance.random()}"
        category = Category.objects.create(name=name, path=name)
        Product.objects.filter(code=f"P{self.chance.randint(1, 4)}").update(category=category)

    def decline(self, at: datetime) -> None:
        purpose = Consent.Purpose.PROFILING
        who = self.anybody()
        Consent(
            customer=who, channel="email", purpose=purpose, granted=False, at=at, how="x"
        ).save()

    def say(self, at: datetime) -> None:
        stage = self.chance.choice([Stage.SHORTLIST, Stage.ABANDONMENT])
        override_stage(customer=self.anybody(), stage=stage, reason="x", at=at, user=None)

    def unsay(self, at: datetime) -> None:
        for override in StageOverride.objects.all()[:1]:
            withdraw_override(customer=override.customer)

    def live(self, at: datetime) -> None:
        happenings: list[Callable[[datetime], None]] = [
            self.order,
            self.order,
            self.cancel,
            self.contact,
            self.customer,
            self.delete,
            self.move,
            self.date_otherwise,
            self.sort_otherwise,
            self.decline,
            self.say,
            self.unsay,
        ]
        for happens in self.chance.choices(happenings, k=self.chance.randint(0, 9)):
            happens(at)


def _refresh(at: datetime) -> Run:
    run = begin_refresh(at=at, as_of=at.date(), full=False, user=None)
    refresh(run, at=at)
    run.refresh_from_db()
    return run


_STAY = ["kind", "country", "origin", "cohort", "days", "has_left"]
_WON = ["origin", "acquired_by", "cohort"]
_CELL = "month product channel store seller owner team segment stage orders quantity amount"


def _marts() -> dict[str, pa.Table]:
    found = marts.current()
    assert found is not None
    keys = {
        "scores": ["customer"],
        "transitions": ["customer", "day"],
        "months": ["customer", "month"],
        "sales": _CELL.split(),
        "moves": ["segment", "team", "owner", "day", "from_stage", "to_stage"],
        "steps": ["segment", "team", "owner", "known_day", "furthest", "to_stage"],
        "stays": ["segment", "team", "owner", *_STAY],
        "won": ["segment", "team", "owner", *_WON],
        "margins": ["segment", "team", "owner", *_WON, "month"],
        "turnover": ["segment", "team", "owner", "cohort", "month"],
    }
    return {
        noun: found.read(noun).sort_by([(name, "ascending") for name in keys[noun]])
        for noun in (*marts.NOUNS, *marts.CUBES)
    }


def _rows() -> list[dict[str, Any]]:
    return [dict(row) for row in CustomerScore.objects.order_by("pk").values()]


def _same(one: pa.Table, other: pa.Table) -> None:
    assert one.schema.equals(other.schema)
    assert one.num_rows == other.num_rows
    for name in one.column_names:
        left, right = (table[name].combine_chunks() for table in (one, other))
        if not pa.types.is_floating(left.type):
            assert left.to_pylist() == right.to_pylist(), name
            continue
        assert left.is_null().equals(right.is_null()), name
        here, there = (column.to_numpy(zero_copy_only=False) for column in (left, right))
        np.testing.assert_allclose(here, there, rtol=1e-9, atol=1e-12, err_msg=name)


def _same_rows(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    assert [row["customer_id"] for row in one] == [row["customer_id"] for row in other]
    for row, twin in zip(one, other, strict=True):
        for name, value in row.items():
            found = twin[name]
            if isinstance(value, float):
                found = pytest.approx(found, rel=1e-9, abs=1e-12)
            elif isinstance(value, Decimal):
                found = pytest.approx(found, abs=Decimal("0.0001"))
            assert value == found, (row["customer_id"], name)


def _valued(run: Run) -> int:
    """How many buyers the run worked out."""
    return next(int(step["rows"]) for step in run.steps if step["name"] == "value")


def _has_learnt(run: Run) -> bool:
    return any(step["name"] == "complements" for step in run.steps)


@pytest.mark.parametrize("seed", range(4))
def test_who_changed_alone_is_found_as_among_all(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, at = Shop(seed), NOW
    _refresh(at + HOUR)
    for _day in range(3):
        at += 2 * HOUR
        shop.live(at)
        run = _refresh(at + HOUR)
        assert not _has_learnt(run)
    mended, rows, told = _marts(), _rows(), Event.objects.filter(kind="stage_changed").count()
    monkeypatch.setattr(changing, "few", lambda *_any: None)
    again = _refresh(at + HOUR)
    assert _valued(run) < _valued(again)
    assert not _has_learnt(again)
    for noun, table in _marts().items():
        _same(mended[noun], table)
    _same_rows(rows, _rows())
    assert Event.objects.filter(kind="stage_changed").count() == told
    for name, told_of_all in again.figures["totals"].items():
        assert run.figures["totals"][name] == pytest.approx(told_of_all)


def test_only_who_changed_is_worked_out() -> None:
    shop = Shop(1)
    assert _valued(_refresh(NOW + HOUR)) > 1
    shop.order(NOW + 2 * HOUR, Order.objects.order_by("pk")[0].customer)
    assert _valued(_refresh(NOW + 3 * HOUR)) == 1


def test_when_nothing_happened_everything_stays() -> None:
    Shop(1)
    _refresh(NOW + HOUR)
    before, rows = _marts(), _rows()
    run = _refresh(NOW + 2 * HOUR)
    assert _valued(run) == 0
    for noun, table in _marts().items():
        _same(before[noun], table)
    assert _rows() == rows


def test_the_next_days_everybody_is_worked_out_by_what_was_learnt_for_a_week() -> None:
    Shop(1)
    first = _refresh(NOW + HOUR)
    next_day, after_a_week = (_refresh(NOW + timedelta(days=days)) for days in (1, 8))
    assert _valued(next_day) == _valued(first)
    assert not _has_learnt(next_day)
    assert next_day.fits == first.fits
    assert _has_learnt(after_a_week)


def test_a_refresh_that_fails_leaves_all_as_it_was_and_the_next_one_makes_up_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop(2)
    _refresh(NOW + HOUR)
    before, rows = _marts(), _rows()
    who = Order.objects.order_by("pk")[0].customer
    shop.order(NOW + 2 * HOUR, who)
    events = Event.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "write_marts", lambda _made: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _refresh(NOW + 3 * HOUR)
    for noun, table in _marts().items():
        _same(before[noun], table)
    assert (_rows(), Event.objects.count()) == (rows, events)
    assert _has_learnt(_refresh(NOW + 4 * HOUR))
    assert _rows() != rows


def test_after_everything_was_read_anew_all_is_learnt_again() -> None:
    shop = Shop(3)
    _refresh(NOW + HOUR)
    shop.order(NOW + 2 * HOUR)
    lake.update(at=NOW + 3 * HOUR, full=True)
    shop.order(NOW + 4 * HOUR)
    assert _has_learnt(_refresh(NOW + 5 * HOUR))


def test_the_signals_of_who_changed_are_those_of_the_log() -> None:
    shop = Shop(4)
    lake.update(at=NOW + HOUR)
    for _each in range(5):
        shop.contact(NOW + 2 * HOUR)
    update = lake.update(at=NOW + 3 * HOUR)
    assert update.changed is not None
    whole = lake.update(at=NOW + 4 * HOUR, full=True).lake.table("signals")
    mended = update.lake.table("signals")
    assert mended.sort_by([(name, "ascending") for name in mended.column_names]).equals(
        whole.sort_by([(name, "ascending") for name in whole.column_names])
    )


def test_when_very_many_moved_the_cube_is_added_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(5)
    _refresh(NOW + HOUR)
    Customer.objects.update(team=shop.teams[0])
    shop.order(NOW + 2 * HOUR)
    _refresh(NOW + 3 * HOUR)
    anew = _marts()["sales"]
    assert set(anew["team"].to_pylist()) == {shop.teams[0].pk}
    monkeypatch.setattr(mending, "_MOST", 0.0)
    shop.order(NOW + 4 * HOUR)
    _refresh(NOW + 5 * HOUR)
    monkeypatch.setattr(changing, "few", lambda *_any: None)
    mended = _marts()["sales"]
    _refresh(NOW + 6 * HOUR)
    _same(mended, _marts()["sales"])
