"""Up-selling: better, within reach, and seen to happen."""

import numpy as np

from trato.analytics.recommend import upsell
from trato.analytics.recommend.data import Items, items, pairs, purchases

# Items of category 0: cheap, better, best, too dear; of category 1: another one.
PRICES = np.array([10.0, 15.0, 25.0, 90.0, 15.0])


def _items(**attributes: np.ndarray) -> Items:
    known = {"category": np.array([0, 0, 0, 0, 1]), "price": PRICES} | attributes
    return items(5, **known)


def _better(described: Items, low: int, high: int) -> bool:
    return bool(upsell.is_better(described, np.array([low]), np.array([high]))[0])


def test_dearer_in_the_same_category_and_within_reach_is_better() -> None:
    described = _items()
    assert _better(described, 0, 1)
    assert not _better(described, 1, 0)
    assert not _better(described, 0, 3)
    assert not _better(described, 0, 4)


def test_the_quality_tier_decides_where_it_is_known() -> None:
    described = _items(tier=np.array([2, 1, 3, -1, 1]))
    assert not _better(described, 0, 1)
    assert _better(described, 0, 2)


def test_what_earns_less_is_no_up_sell() -> None:
    assert not _better(_items(cost=np.array([2.0, 14.0, 5.0, 1.0, 1.0])), 0, 1)


def test_moves_are_counted_shrunk_and_told() -> None:
    # Six buy the cheap one; four of them later the better one.
    customer = np.array([*range(6), *range(4)])
    item = np.array([0] * 6 + [1] * 4)
    day = np.array([1] * 6 + [5] * 4)
    found = pairs(purchases(customer, item, day, customers=7, items=5), 9)
    model = upsell.fit(found, _items())
    # (4 + 20 · 4/6) / (6 + 20)
    assert model.rate[0, 1] == np.float32((4 + 20 * 4 / 6) / 26)
    moves = model.candidates(found, 4, 6)
    assert moves.customer.tolist() == [4, 5]
    assert (moves.item[0], moves.moved[0], moves.buyers[0]) == (1, 4, 6)


def test_too_few_moves_prove_nothing() -> None:
    found = pairs(
        purchases(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.arange(4), items=5), 9
    )
    assert upsell.fit(found, _items()).rate.nnz == 0
