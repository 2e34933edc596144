"""Up-selling: better, within reach, and seen to happen."""

import numpy as np
import pytest

from trato.analytics.recommend import cross_sell, evaluation, upgrades, upsell
from trato.analytics.recommend.data import Items, Pairs, Purchases, items, pairs, purchases

# Items of category 0: cheap, better, best, too dear; of category 1: another one; of category 0 two
# more that are better than the cheap one.
PRICES = np.array([10.0, 15.0, 25.0, 90.0, 15.0, 12.0, 18.0])
CATEGORIES = np.array([0, 0, 0, 0, 1, 0, 0])


def _items(**attributes: np.ndarray) -> Items:
    known = {"category": CATEGORIES, "price": PRICES} | attributes
    return items(7, **known)


def _better(described: Items, low: int, high: int) -> bool:
    return bool(upsell.is_better(described, np.array([low]), np.array([high]))[0])


def test_dearer_in_the_same_category_and_within_reach_is_better() -> None:
    described = _items()
    assert _better(described, 0, 1)
    assert not _better(described, 1, 0)
    assert not _better(described, 0, 3)
    assert not _better(described, 0, 4)


def test_the_quality_tier_decides_where_it_is_known() -> None:
    described = _items(tier=np.array([2, 1, 3, -1, 1, 1, 1]))
    assert not _better(described, 0, 1)
    assert _better(described, 0, 2)


def test_what_earns_less_is_no_up_sell() -> None:
    assert not _better(_items(cost=np.array([2.0, 14.0, 5.0, 1.0, 1.0, 1.0, 1.0])), 0, 1)


def test_moves_are_counted_shrunk_and_told() -> None:
    # Six buy the cheap one; four of them later the better one.
    customer = np.array([*range(6), *range(4)])
    item = np.array([0] * 6 + [1] * 4)
    day = np.array([1] * 6 + [5] * 4)
    found = pairs(purchases(customer, item, day, customers=7, items=7), 9)
    model = upsell.fit(found, _items())
    # (4 + 20 · 4/6) / (6 + 20)
    assert model.rate[0, 1] == np.float32((4 + 20 * 4 / 6) / 26)
    moves = model.candidates(found, 4, 6)
    assert moves.customer.tolist() == [4, 5]
    assert (moves.item[0], moves.moved[0], moves.buyers[0]) == (1, 4, 6)


def _moving_up() -> tuple[Pairs, Purchases]:
    """Sixty buy the cheap one twice; half move up before day 10 to the better, the others after it,
    two in three of them to the better and one to the best."""
    who, what, when = [], [], []
    for customer in range(60):
        goal, day = (1, 5) if customer < 30 else (2 if customer % 3 == 0 else 1, 15)
        who += [customer] * 3
        what += [0, 0, goal]
        when += [1, 3, day]
    lines = purchases(np.array(who), np.array(what), np.array(when), amount=PRICES[what], items=7)
    return pairs(lines, 10), lines.between(10, 20)


def test_who_moved_up_had_been_offered_it() -> None:
    found, after = _moving_up()
    told = upgrades.evaluate(found, after, _items(), cross_sell.fit(found))
    ours, dearest = (
        next(one for one in told if one.model == name) for name in ("Trato", "dearest")
    )
    assert ours.asked == dearest.asked == 30
    assert ours.hit_1 == pytest.approx(2 / 3)
    assert dearest.hit_1 == pytest.approx(1 / 3)
    assert ours.hit_3 == dearest.hit_3 == ours.revenue == 1


def test_where_three_offers_name_all_that_is_better_nobody_is_asked() -> None:
    found, after = _moving_up()
    few = items(7, category=CATEGORIES, price=np.where(PRICES == 18, np.nan, PRICES))
    assert upgrades.evaluate(found, after, few, cross_sell.fit(found)) == ()


def _machines(*, again: int) -> Pairs:
    """Twelve moved up from the cheap one to the better after 10, 20, … 120 days; four others bought
    the cheap one 10, 40, 60 and 80 days ago; of all of them ``again`` had bought it before."""
    moved = np.arange(12)
    customer = np.concatenate([moved, moved, np.arange(12, 16), np.arange(again)])
    item = np.repeat([0, 1, 0], [12, 12, 4 + again])
    day = np.concatenate([moved * 0 + 100, 110 + 10 * moved, 300 - np.array([10, 40, 60, 80])])
    day = np.concatenate([day, np.full(again, 50)])
    return pairs(purchases(customer, item, day, customers=16, items=7), 300)


def test_of_what_lasts_a_better_one_is_offered_after_as_long_as_others_waited() -> None:
    """Nine in ten of them twenty days at least."""
    found = _machines(again=0)
    model = upsell.fit(found, _items())
    assert 15 <= model.wait[0] <= 20
    offered = model.candidates(found, 12, 16)
    assert offered.customer.tolist() == [13, 14, 15]


def test_of_what_is_bought_again_and_again_a_better_one_is_offered_at_once() -> None:
    found = _machines(again=4)
    offered = upsell.fit(found, _items()).candidates(found, 12, 16)
    assert offered.customer.tolist() == [12, 13, 14, 15]


def test_where_nobody_moved_up_or_nothing_is_known_of_items_there_is_nothing_to_judge() -> None:
    found, after = _moving_up()
    model = cross_sell.fit(found)
    assert upgrades.evaluate(found, after, items(7), model) == ()
    assert upgrades.evaluate(found, after.between(0, 0), _items(), model) == ()


def test_the_harness_measures_up_selling_where_items_are_described() -> None:
    random = np.random.default_rng(3)
    customer, day = random.integers(0, 1_000, 4_000), random.integers(0, 100, 4_000)
    item = random.choice([0, 5, 1, 6, 2], 4_000, p=[0.8, 0.05, 0.05, 0.05, 0.05])
    lines = purchases(customer, item, day, amount=PRICES[item], items=7)
    told = evaluation.evaluate(lines, 60, 80, 100, items=_items())
    assert {one.model for one in told.upgrades} >= {"Trato", "dearest"}
    assert all(0 <= one.hit_1 <= one.hit_3 <= 1 for one in told.upgrades)
    assert "moved up" in told.table()
    assert evaluation.evaluate(lines, 60, 80, 100).upgrades == ()


def test_too_few_moves_prove_nothing() -> None:
    found = pairs(
        purchases(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.arange(4), items=7), 9
    )
    assert upsell.fit(found, _items()).rate.nnz == 0
