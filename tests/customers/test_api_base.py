"""The state of the customer base and its rules, for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests import make, queue
from tests.api.program import Program
from trato.customers.models import Customer
from trato.identity.rules import Role, Visibility
from trato.sales.actions import refresh_purchases

RULES = {
    "active_days": 180,
    "lost_days": 730,
    "frequent_purchases": 6,
    "regular_purchases": 2,
    "high_volume_percent": 20,
    "low_volume_percent": 50,
}


@pytest.fixture
def program(db: None) -> Program:
    caches["shared"].clear()
    return Program()


def buyer(*days: int, **more: Any) -> Customer:
    """Somebody who bought so many days ago."""
    who = make.customer(**more)
    for ago in days:
        make.order(who, at=timezone.now() - timedelta(days=ago))
    refresh_purchases([who.pk], as_of=timezone.now())
    return who


def test_the_base_is_counted_by_type(program: Program) -> None:
    make.customer()
    buyer(10, 20)
    buyer(300)
    told = program.get("/customer-base").json()
    assert (told["customers"], told["potential"], told["current"]) == (3, 1, 2)
    assert (told["buyers"], told["active"], told["inactive"]) == (2, 1, 1)
    assert (told["frequent"], told["regular"], told["occasional"]) == (0, 1, 1)
    assert told["volume"]["high"] + told["volume"]["average"] + told["volume"]["low"] == 2
    assert told["counted_at"].endswith("Z")


def test_each_counts_whom_they_see(program: Program) -> None:
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    buyer(10)
    buyer(10, owner_id=seller.user.pk)
    assert program.get("/customer-base").json()["customers"] == 2
    assert seller.get("/customer-base").json()["customers"] == 1


def test_rules_are_changed_one_by_one_and_customers_follow(program: Program) -> None:
    who = buyer(400)
    told = program.patch("/customer-base/rules", {"active_days": 30, "lost_days": 365})
    assert told.status_code == 200
    assert told.json() == program.get("/customer-base/rules").json()
    assert (told.json()["lost_days"], told.json()["frequent_purchases"]) == (365, 6)
    queue.work()
    who.refresh_from_db()
    assert who.status == Customer.Status.LOST
    assert program.get("/customer-base").json()["lost"] == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"active_days": 800}, "active_days"),
        ({"regular_purchases": 6}, "regular_purchases"),
        ({"high_volume_percent": 60}, "low_volume_percent"),
        ({"low_volume_percent": 0}, "low_volume_percent"),
        ({"lost_days": 10**12}, "lost_days"),
        ({"lost_days": 36_501}, "lost_days"),
        ({"lost_days": None}, "lost_days"),
        ({"other": 1}, "other"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(
    program: Program, change: dict[str, Any], pointer: str
) -> None:
    answer = program.patch("/customer-base/rules", change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"#/{pointer}"
    assert program.get("/customer-base/rules").json() == RULES


def test_who_changed_the_rules_is_told(program: Program) -> None:
    program.patch("/customer-base/rules", {"active_days": 90})
    [told] = program.get("/customer-base/rules/changes").json()["items"]
    assert (told["name"], told["before"], told["after"]) == ("active_days", 180, 90)
    assert told["user_id"] == program.user.pk


def test_who_may_not_change_rules_may_read_them(program: Program) -> None:
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert seller.get("/customer-base/rules").status_code == 200
    for answer in (
        seller.patch("/customer-base/rules", {"active_days": 90}),
        seller.get("/customer-base/rules/changes"),
    ):
        assert (answer.status_code, answer.json()["permission"]) == (403, "fields.manage")
