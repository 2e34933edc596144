"""Complements against hand computations, an independent one, and a planted truth."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trato.analytics.recommend import complements
from trato.analytics.recommend.complements import (
    Complements,
    discovery_rates,
    mantel_haenszel,
)
from trato.analytics.recommend.data import Purchases, purchases


def _array(*values: float) -> NDArray[np.float64]:
    return np.array(values, float)


def test_one_table_has_its_plain_odds_ratio() -> None:
    # 10 with both, 5 and 4 with one, 21 with neither: 10·21 / (5·4) = 10.5.
    ratio, error = mantel_haenszel(_array(10), _array(15), _array(14), _array(40))
    assert ratio == pytest.approx(10.5)
    # Of a single table the Robins-Breslow-Greenland error is Woolf's.
    assert error == pytest.approx(np.sqrt(1 / 10 + 1 / 5 + 1 / 4 + 1 / 21))


def test_two_tables_by_hand() -> None:
    # Tables (a b c d): 4 2 1 3 and 2 1 3 6. (4·3/10 + 2·6/12) / (2·1/10 + 1·3/12) = 2.2/0.45.
    ratio, _error = mantel_haenszel(_array(4, 2), _array(6, 3), _array(5, 5), _array(10, 12))
    assert ratio == pytest.approx(2.2 / 0.45)


def test_no_discordant_basket_still_gives_a_finite_ratio() -> None:
    ratio, error = mantel_haenszel(_array(5), _array(5), _array(5), _array(10))
    assert np.isfinite(ratio)
    assert np.isfinite(error)


def test_rates_of_false_discoveries_by_hand() -> None:
    # Of five: .001·5/1, .019·5/2, .029·5/3, .2·5/4, .9·5/5; none above one that is less sure.
    rates = discovery_rates(_array(0.2, 0.001, 0.029, 0.019, 0.9))
    assert rates == pytest.approx([0.25, 0.005, 0.029 * 5 / 3, 0.0475, 0.9])
    assert discovery_rates(_array(0.04, 0.03)) == pytest.approx([0.04, 0.04])


def test_false_discoveries_stay_within_their_rate() -> None:
    random = np.random.default_rng(3)
    shares = []
    for _trial in range(200):
        true = random.random(50) * 1e-6
        chance = np.append(true, random.random(200))
        believed = discovery_rates(chance) <= 0.1
        shares.append(float(believed[50:].sum()) / max(int(believed.sum()), 1))
    assert np.mean(shares) < 0.1


def _baskets(planted: bool) -> Purchases:
    """60 customers with a taste each; items 0 and 1 go together, 2 and 3 instead of each other."""
    random = np.random.default_rng(7)
    customer, item, basket = [], [], []
    for number in range(12_000):
        who = int(random.integers(60))
        inside = random.random(12) < 0.15 + 0.3 * (who % 12 == np.arange(12))
        if planted and inside[0]:
            inside[1] = random.random() < 0.7
        if planted and inside[2]:
            inside[3] = False
        found = np.flatnonzero(inside)
        customer += [who] * len(found)
        basket += [number] * len(found)
        item += found.tolist()
    return purchases(
        np.array(customer), np.array(item), np.zeros(len(item), int), basket=np.array(basket)
    )


@pytest.fixture(scope="module")
def planted() -> Complements:
    return complements.fit(_baskets(planted=True))


def test_planted_pairs_are_found(planted: Complements) -> None:
    best = planted.complements(0)[0]
    assert best.other == 1
    assert 1 < best.bound < best.odds_ratio
    assert best.together > best.expected
    assert planted.substitutes(2)[0].other == 3


def test_where_nothing_is_planted_hardly_anything_is_found() -> None:
    random = np.random.default_rng(2)
    inside = random.random((6000, 50)) < random.uniform(0.03, 0.12, 50)
    basket, item = np.nonzero(inside)
    lines = purchases(
        random.integers(0, 40, 6000)[basket], item, np.zeros(len(item), int), basket=basket
    )
    found = complements.fit(lines)
    assert found.tested > 500
    assert len(found) <= 2


def test_what_is_in_every_basket_is_no_complement_of_the_extras() -> None:
    """Coffee each time, and now and then something to it: chance could not do it otherwise."""
    random = np.random.default_rng(5)
    who = np.repeat(np.arange(400), 25)
    extra = 1 + who % 4
    inside = np.zeros((len(who), 5), bool)
    inside[:, 0] = random.random(len(who)) < 0.95
    inside[np.arange(len(who)), extra] = random.random(len(who)) < 0.15
    basket, item = np.nonzero(inside)
    lines = purchases(who[basket], item, np.zeros(len(item), int), basket=basket)
    found = complements.fit(lines)
    assert found.tested >= 4
    assert len(found) == 0


def test_partners_of_all_items_are_those_of_each(planted: Complements) -> None:
    ranked = planted.ranked(2, above=True)
    assert ranked.rank[ranked.item == 0].tolist() == [1, 2][: len(planted.complements(0, 2))]
    assert ranked.other[ranked.item == 0].tolist() == [
        pair.other for pair in planted.complements(0, 2)
    ]
    assert planted.bound[ranked.pair].min() > 1
    only = np.arange(12) != 1
    assert 1 not in planted.ranked(2, above=True, offered=only).other


def test_a_cart_is_completed(planted: Complements) -> None:
    (first, *_rest) = planted.for_cart(np.array([0, 5]))
    assert (first.item, first.other) == (0, 1)


def test_a_cart_is_offered_nothing_that_is_in_it_or_cannot_be_sold(planted: Complements) -> None:
    assert all(pair.other not in (0, 1) for pair in planted.for_cart(np.array([0, 1])))
    sellable = np.ones(12, bool)
    sellable[1] = False
    assert all(pair.other != 1 for pair in planted.for_cart(np.array([0]), sellable=sellable))


def test_the_odds_ratio_is_that_of_the_strata_counted_one_by_one(planted: Complements) -> None:
    lines = _baskets(planted=True)
    table = np.zeros((lines.basket.max() + 1, 12), bool)
    table[lines.basket, lines.item] = True
    who = np.zeros(len(table), int)
    who[lines.basket] = lines.customer
    width = table.sum(axis=1)
    size = np.digitize(width, [3, 6, 10, 16, 25, 40])
    up, down = np.zeros(2), np.zeros(2)
    for customer, sizes in {(w, s) for w, s in zip(who, size, strict=True)}:
        chosen = (who == customer) & (size == sizes) & (width > 0)
        number, k = chosen.sum(), width[chosen]
        if number < 2:
            continue
        first, second = table[chosen, 0].sum(), table[chosen, 1].sum()
        share = table[chosen].mean(axis=0)
        either = share * (1 - share)
        pairs = either.sum() ** 2 - (either**2).sum()
        tilt = (k.var() - either.sum()) / pairs if pairs > 0 else 0
        chance = number * (share[0] * share[1] + tilt * either[0] * either[1])
        chance = np.clip(chance, max(first + second - number, 0), min(first, second))
        for place, joint in enumerate(((table[chosen, 0] & table[chosen, 1]).sum(), chance)):
            up[place] += joint * (number - first - second + joint) / number
            down[place] += (first - joint) * (second - joint) / number
    ratio = (up[0] / down[0]) / (up[1] / down[1])
    assert planted.complements(0)[0].odds_ratio == pytest.approx(ratio, rel=1e-5)


def test_customers_with_one_basket_each_are_compared_by_size_and_it_is_said() -> None:
    lines = _baskets(planted=True)
    _ids, alone = np.unique(lines.basket, return_inverse=True)
    single = purchases(alone, lines.item, lines.day, basket=lines.basket)
    found = complements.fit(single)
    assert found.pooled
    assert found.complements(0)[0].other == 1


def test_nothing_to_look_at_finds_nothing() -> None:
    none = np.empty(0, int)
    found = complements.fit(purchases(none, none, none, customers=0, items=4))
    assert len(found) == 0
    assert found.for_cart(np.array([1])) == []


@pytest.mark.parametrize("wrong", [{"false_rate": 0.0}, {"false_rate": 1.0}, {"fewest": 0.0}])
def test_wrong_arguments_are_refused(wrong: dict[str, float]) -> None:
    none = np.empty(0, int)
    with pytest.raises(ValueError, match="between 0 and 1"):
        complements.fit(purchases(none, none, none), **wrong)
