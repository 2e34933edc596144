"""Repurchase: rhythm, due things first, and probabilities that come true."""

import numpy as np
import pytest

from trato.analytics.recommend import repurchase
from trato.analytics.recommend.data import Purchases, pairs, purchases


def _lines(*bought: tuple[int, int, int], customers: int = 3, items: int = 3) -> Purchases:
    customer, item, day = np.array(bought).reshape(-1, 3).T
    return purchases(customer, item, day, customers=customers, items=items)


def test_a_pair_has_its_days_once_and_its_gap() -> None:
    found = pairs(_lines((0, 1, 10), (0, 1, 40), (0, 1, 40), (0, 1, 70), (1, 0, 5)), 100)
    assert found.count.tolist() == [3, 1]
    rhythm = repurchase.describe(found)
    # Item 1: 60 days over 2 gaps, with the mean of all (30) as one more; the pair: the same again.
    assert rhythm.gap[0] == pytest.approx(30)
    assert rhythm.since.tolist() == [30, 95]


def test_returns_and_later_days_are_not_known() -> None:
    lines = purchases(
        np.zeros(3, int), np.arange(3), np.array([1, 2, 9]), quantity=np.array([1.0, -1.0, 1.0])
    )
    assert pairs(lines, 9).item.tolist() == [0]


def _rhythmic() -> Purchases:
    """300 customers buy one item every 20 days and another, once, at random."""
    random = np.random.default_rng(4)
    found: list[tuple[int, int, int]] = []
    for customer in range(300):
        usual, phase = int(random.integers(10)), int(random.integers(20))
        found += [(customer, usual, phase + 20 * k) for k in range(20)]
        found += [(customer, 10 + int(random.integers(10)), int(random.integers(400)))]
    return _lines(*found, customers=300, items=20)


def test_what_is_bought_in_a_rhythm_comes_before_what_was_bought_once() -> None:
    lines = _rhythmic()
    model = repurchase.fit(lines, 390, 21)
    found = pairs(lines, 390)
    chance = model.probability(repurchase.describe(found))
    assert model.fitted
    assert chance[found.item < 10].min() > chance[found.item >= 10].max()


def test_probabilities_come_true_on_later_days() -> None:
    lines = _rhythmic()
    model = repurchase.fit(lines, 300, 21)
    found = pairs(lines, 300)
    later = lines.between(300, 321)
    bought = len({*zip(later.customer.tolist(), later.item.tolist(), strict=True)})
    new = len(pairs(lines, 321)) - len(found)
    expected = float(model.probability(repurchase.describe(found)).sum())
    assert expected == pytest.approx(bought - new, rel=0.1)


def test_a_short_past_uses_the_usual_weights_and_says_so() -> None:
    lines = _lines((0, 1, 10), (0, 1, 20), (1, 1, 12))
    model = repurchase.fit(lines, 30)
    assert not model.fitted
    chance = model.probability(repurchase.describe(pairs(lines, 30)))
    assert ((chance > 0) & (chance < 1)).all()
    assert chance[0] > chance[1]


def test_nothing_bought_has_no_probability() -> None:
    model = repurchase.fit(_lines(), 10)
    assert len(model.probability(repurchase.describe(pairs(_lines(), 10)))) == 0


def test_a_horizon_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="horizon"):
        repurchase.fit(_lines(), 10, 0)
