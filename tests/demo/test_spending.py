"""What the demo company spends is what was planted for each of its customers."""

from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal

import pytest

from trato.acquisition.models import Cost
from trato.demo.spending import PER_CUSTOMER, WELCOME, costs
from trato.demo.world import make


def test_each_new_customer_of_a_source_costs_about_what_was_planted(today: datetime) -> None:
    world = make(at=today, customers=400, seed=3)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for cost in costs(world, copies=1, until=today, seed=3):
        spent[cost.source] += cost.amount
    origins = {who.number: who.draft.origin for who in world.people}
    came = Counter(origins[who] for who in {row.who for row in world.purchases if row.who})
    for source, each in PER_CUSTOMER.items():
        if came[source]:
            assert float(spent[source]) / came[source] == pytest.approx(each, rel=0.15)


def test_who_was_won_by_a_campaign_cost_a_welcome_and_some_letters(today: datetime) -> None:
    world = make(at=today, customers=400, seed=3)
    told = [cost for cost in costs(world, copies=1, until=today, seed=3) if cost.campaign]
    spent = sum(float(cost.amount) for cost in told if cost.purpose == Cost.Purpose.ACQUIRE)
    letters = sum(float(cost.amount) / 4 for cost in told if cost.purpose == Cost.Purpose.KEEP)
    won = sum(who.won is not None for who in world.people)
    assert won > 30
    assert spent - letters == pytest.approx(WELCOME * won, abs=0.5)


def test_a_company_of_copies_spends_as_many_times_as_much(today: datetime) -> None:
    world = make(at=today, customers=60, seed=3)
    one, five = (list(costs(world, copies=n, until=today, seed=3)) for n in (1, 5))
    assert [cost.key for cost in one] == [cost.key for cost in five]
    ratio = sum(cost.amount for cost in five) / sum(cost.amount for cost in one)
    assert float(ratio) == pytest.approx(5, rel=0.001)
