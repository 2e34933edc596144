"""Lifetime value: what it is made of, and what may come instead."""

import numpy as np
import pytest

from tests.analytics.published import cdnow
from trato.analytics import bgnbd, gammagamma, mbgnbd, paretonbd
from trato.analytics.lifetime import LifetimeValue, Terms
from trato.analytics.uncertainty import sum_interval

WEEKS = Terms(horizon=39, year=52, margin=0.3, discount=0.15)


def test_value_is_purchases_times_worth_times_margin() -> None:
    frequency, recency, age, monetary = cdnow()
    counting, money = bgnbd.fit(frequency, recency, age), gammagamma.fit(frequency, monetary)
    value = LifetimeValue(counting, money, Terms(39, 52, 0.3, 0)).expected(*cdnow())
    purchases = counting.expected_purchases(39, frequency, recency, age)
    assert value == pytest.approx(0.3 * purchases * money.expected_value(frequency, monetary))


def test_scores_are_what_is_asked_one_by_one() -> None:
    frequency, recency, age, monetary = cdnow()
    counting, money = paretonbd.fit(frequency, recency, age), gammagamma.fit(frequency, monetary)
    model = LifetimeValue(counting, money, WEEKS)
    scores = model.scores(frequency, recency, age, monetary)
    bought = counting.expected_purchases(39, frequency, recency, age)
    assert scores.p_alive == pytest.approx(counting.p_alive(frequency, recency, age))
    assert scores.expected_purchases == pytest.approx(bought)
    assert scores.value == pytest.approx(model.expected(*cdnow()))
    assert model.scores([], [], [], []).value.shape == (0,)
    assert model.scores(2, 30, 38, 20).value == pytest.approx(model.expected(2, 30, 38, 20))


def test_a_discount_makes_less_of_it_and_a_loss_less_than_nothing() -> None:
    frequency, recency, age, monetary = cdnow()
    counting, money = bgnbd.fit(frequency, recency, age), gammagamma.fit(frequency, monetary)
    plain = LifetimeValue(counting, money, Terms(39, 52, 1, 0))
    later = LifetimeValue(counting, money, Terms(39, 52, 1, 0.15))
    ratio = later.expected(*cdnow()) / plain.expected(*cdnow())
    assert (ratio > 1 / 1.15 ** (39 / 52)).all()
    assert (ratio < 1).all()
    assert 0 < later.expected(0, 0, 0, 0) < plain.expected(0, 0, 0, 0)
    assert LifetimeValue(counting, money, Terms(39, 52, -0.1, 0)).expected(0, 0, 0, 0) < 0


@pytest.mark.parametrize("module", [bgnbd, mbgnbd, paretonbd])
def test_futures_drawn_have_the_expected_mean(module: object) -> None:
    frequency, recency, age, monetary = (column[:800] for column in cdnow())
    counting = module.fit(*cdnow()[:3])  # type: ignore[attr-defined]
    model = LifetimeValue(counting, gammagamma.fit(frequency, monetary), WEEKS)
    history = frequency, recency, age, monetary
    drawn = model.simulate(*history, np.random.default_rng(2), draws=150)
    assert drawn.values.shape == (150, 800)
    assert drawn.values.mean() == pytest.approx(model.expected(*history).mean(), rel=0.05)


def test_intervals_hold_what_they_say() -> None:
    frequency, recency, age, monetary = (column[:300] for column in cdnow())
    model = LifetimeValue(
        bgnbd.fit(*cdnow()[:3]), gammagamma.fit(frequency, monetary), Terms(39, 52, 1, 0)
    )
    drawn = model.simulate(frequency, recency, age, monetary, np.random.default_rng(1), draws=400)
    low, high = drawn.interval(0.9)
    assert (low <= high).all()
    assert (low >= 0).all()


@pytest.mark.parametrize("module", [bgnbd, mbgnbd, paretonbd])
def test_the_sum_falls_where_the_drawn_sums_do(module: object) -> None:
    frequency, recency, age, monetary = (column[:400] for column in cdnow())
    known = frequency, recency, age, monetary
    counting = module.fit(*cdnow()[:3])  # type: ignore[attr-defined]
    model = LifetimeValue(counting, gammagamma.fit(cdnow()[0], cdnow()[3]), WEEKS)
    drawn = model.simulate(*known, np.random.default_rng(3), draws=1600).values
    total, variance = model.expected(*known).sum(), drawn.var(axis=0).sum()
    error = model.counting.relative_error(
        lambda at: float(LifetimeValue(at, model.money, WEEKS).expected(*known).sum())
    )
    low, high = sum_interval(total, variance + (error * total) ** 2, 0.8)
    assert [low, high] == pytest.approx(np.quantile(drawn.sum(axis=1), [0.1, 0.9]), rel=0.03)
    ends = np.quantile(drawn, [0.1, 0.9], axis=0).sum(axis=1)
    assert ends[0] < low < total < high < ends[1]


def test_the_error_of_the_sum_shrinks_with_the_customers_of_the_fit() -> None:
    frequency, recency, age, monetary = cdnow()
    errors = []
    for times in (1, 9):
        weights = np.full(frequency.size, float(times))
        counting = bgnbd.fit(frequency, recency, age, weights)
        money = gammagamma.fit(frequency, monetary, weights)
        errors.append(LifetimeValue(counting, money, WEEKS).relative_error(*cdnow()))
    assert errors[0] == pytest.approx(3 * errors[1], rel=0.01)
    assert 0.03 < errors[0] < 0.1


def test_a_sum_of_nothing_and_a_loss_have_their_ends_too() -> None:
    assert sum_interval(5.0, 0.0) == (5, 5)
    low, high = sum_interval(-10.0, 4.0, 0.8)
    assert (low + high) / 2 == pytest.approx(-10)
    assert sum_interval(1e6, 1e6, 0.8) == pytest.approx((1e6 - 1281.6, 1e6 + 1281.6), abs=1)
    with pytest.raises(ValueError, match="level 1 is not between 0 and 1"):
        sum_interval(1, 1, 1)


def test_the_same_seed_draws_the_same_futures() -> None:
    frequency, recency, age, monetary = (column[:50] for column in cdnow())
    model = LifetimeValue(bgnbd.fit(*cdnow()[:3]), gammagamma.fit(frequency, monetary), WEEKS)
    one, two = (
        model.simulate(frequency, recency, age, monetary, np.random.default_rng(9), draws=5).values
        for _time in range(2)
    )
    assert (one == two).all()


def test_terms_that_cannot_be_are_named() -> None:
    with pytest.raises(ValueError, match="horizon -1 is not a time"):
        Terms(horizon=-1)
    with pytest.raises(ValueError, match="is not a set of terms"):
        Terms(discount=-0.1)
