"""Up-sales of the demo company are upgrades that it was made with, and nothing else."""

from datetime import date

import numpy as np
import pytest

from trato.analytics.recommend import upsell
from trato.analytics.recommend.data import items, pairs, purchases
from trato.demo.goods import GOODS
from trato.demo.truth import UPGRADES
from trato.demo.world import World

CODES = list(GOODS)


@pytest.fixture(scope="module")
def ways(world: World) -> set[tuple[str, str]]:
    people = {number: place for place, number in enumerate(sorted(world.buyers))}
    rows = [
        (
            people[bought.who],
            CODES.index(line.product_code),
            (bought.draft.ordered_at.date() - date(1970, 1, 1)).days,
            float(line.quantity),
        )
        for bought in world.purchases
        if bought.who
        for line in bought.draft.lines
    ]
    customer, item, day, quantity = (np.array(column) for column in zip(*rows, strict=True))
    lines = purchases(customer, item, day, quantity=quantity, items=len(CODES))
    categories = sorted({good.category for good in GOODS.values()})
    described = items(
        len(CODES),
        category=np.array([categories.index(good.category) for good in GOODS.values()]),
        price=np.array([float(good.price) for good in GOODS.values()]),
        cost=np.array([float(good.cost) for good in GOODS.values()]),
        tier=np.array([good.tier for good in GOODS.values()]),
        active=np.array([good.is_active for good in GOODS.values()]),
    )
    found = upsell.fit(pairs(lines, int(day.max()) + 1), described)
    return {(CODES[low], CODES[high]) for low, high in zip(found.low, found.high, strict=True)}


def test_what_was_planted_strongly_is_found(ways: set[tuple[str, str]]) -> None:
    """Within reach and of one category; two machines that few have are too few to tell."""
    assert {("ESP-100", "ESP-200"), ("MOL-200", "MOL-300"), ("GOT-100", "GOT-110")} <= ways


def test_nothing_that_was_not_planted_is_an_upgrade(ways: set[tuple[str, str]]) -> None:
    """Biscuits and honey, a brush and descaler, one blend and another: bought by turns."""
    assert ways <= {(step.old, step.new) for step in UPGRADES}
