"""BG/BB: the donations of the paper, what must hold, what goes wrong."""

import lifetimes
import numpy as np
import pytest

from tests.analytics.published import donations
from trato.analytics import bgbb
from trato.analytics.bgbb import BetaGeoBetaBinomial
from trato.analytics.counting import Limit
from trato.analytics.grouping import group

MODEL = BetaGeoBetaBinomial(1.204, 0.750, 0.657, 2.783)


def test_it_finds_the_published_parameters() -> None:
    model = bgbb.fit(*donations())
    assert model.point == pytest.approx([1.204, 0.750, 0.657, 2.783], abs=1e-3)
    assert model.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert model.customers == 11_104


def test_scores_are_those_of_lifetimes() -> None:
    *history, _people = donations()
    peer = lifetimes.BetaGeoBetaBinomFitter()
    peer.params_ = dict(zip(MODEL.parameters, MODEL.point, strict=True))
    alive = peer.conditional_probability_alive(0, *history)
    expected = peer.conditional_expected_number_of_purchases_up_to_time(5, *history)
    assert MODEL.p_alive(*history) == pytest.approx(alive)
    assert MODEL.expected_purchases(5, *history) == pytest.approx(expected)


def test_the_gradient_and_hessian_are_those_of_the_likelihood() -> None:
    likelihood, point = bgbb.Likelihood(group(*donations())), np.array([1.1, 0.8, 0.5, 2.0])
    _value, gradient, hessian = likelihood(point)
    for step in 1e-5 * np.eye(4):
        up, down = likelihood(point + step), likelihood(point - step)
        assert (up[0] - down[0]) / 2e-5 == pytest.approx(gradient @ step / 1e-5, rel=1e-6)
        assert (up[1] - down[1]) / 2e-5 == pytest.approx(hessian @ step / 1e-5, rel=1e-6)


def test_true_parameters_are_found_within_their_errors() -> None:
    generator = np.random.default_rng(4)
    people = 30_000
    chance = generator.beta(1.2, 0.75, people)[:, None]
    stay = generator.geometric(generator.beta(0.66, 2.8, people))[:, None] - 1
    occasion = np.arange(1, 11)
    bought = (generator.random((people, 10)) < chance) & (occasion <= stay)
    model = bgbb.fit(bought.sum(axis=1), (bought * occasion).max(axis=1), np.full(people, 10))
    errors = np.array(list(model.standard_errors.values()))
    assert (np.abs(model.point - [1.2, 0.75, 0.66, 2.8]) < 4 * errors).all()


def test_expected_purchases_of_new_customers_add_up_the_occasions() -> None:
    generator = np.random.default_rng(4)
    drawn = MODEL.simulate(generator, 6, np.zeros(100_000), np.zeros(100_000))
    assert MODEL.expected_purchases_new([0, 6]) == pytest.approx([0, drawn.mean()], rel=0.02)


def test_every_occasion_counts_for_less_when_discounted() -> None:
    ends = np.array([float(MODEL.expected_purchases(k, 3, 5, 6)) for k in range(5)])
    value = float(MODEL.discounted_purchases(4, 0.1, 3, 5, 6))
    assert value == pytest.approx(np.diff(ends) @ np.exp(-0.1 * np.arange(1, 5)))


def test_where_nobody_leaves_it_is_the_beta_binomial() -> None:
    generator = np.random.default_rng(6)
    chance = generator.beta(3, 2, 3000)[:, None]
    bought = generator.random((3000, 8)) < chance
    # Whoever bought at all is seen on the last occasion.
    bought[:, -1] = bought.any(axis=1)
    recency = np.where(bought[:, -1], 8, 0)
    model = bgbb.fit(bought.sum(axis=1), recency, np.full(3000, 8))
    assert model.limit is Limit.NOBODY_LEAVES
    assert (model.gamma, model.delta) == (0, np.inf)
    assert model.p_alive(2, 8, 8) == 1
    alive = model.expected_purchases(3, 2, 8, 8)
    assert alive == pytest.approx(3 * (model.alpha + 2) / (model.alpha + model.beta + 8))


def test_nobody_who_returned_means_no_purchase_expected() -> None:
    model = bgbb.fit([0, 0], [0, 0], [5, 6])
    assert model.limit is Limit.NOBODY_RETURNS
    assert model.expected_purchases(3, 0, 0, 5) == 0
    assert np.isnan(model.p_alive([0, 0], [0, 0], [5, 6])).all()


@pytest.mark.parametrize("history", [([3], [5], [6]), ([6] * 9, [6] * 9, [6] * 9), ([1], [1], [1])])
def test_small_tables_give_numbers(history: tuple[list[int], ...]) -> None:
    model = bgbb.fit(*history)
    assert np.isfinite(model.expected_purchases(1000, *history)).all()
    assert np.isfinite(model.p_alive(*history)).all()


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(ValueError, match="row 1: 4 purchases, the last on occasion 3 of 6"):
        bgbb.fit([1, 4], [1, 3], [6, 6])
    with pytest.raises(ValueError, match=r"row 0: 1.0 purchases, the last on occasion 1.5 of 6"):
        bgbb.fit([1.0], [1.5], [6])
    with pytest.raises(ValueError, match="is not a whole number of occasions"):
        MODEL.expected_purchases(1.5, 1, 1, 6)
