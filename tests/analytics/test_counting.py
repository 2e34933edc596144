"""BG/NBD, MBG/NBD, Pareto/NBD and NBD: what was published, what must hold, what goes wrong."""

import warnings
from collections.abc import Callable
from typing import Any

import lifetimes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.published import bought, cdnow
from trato.analytics import bgnbd, geometric, mbgnbd, nbd, paretonbd
from trato.analytics.bgnbd import BetaGeo
from trato.analytics.counting import Counting, Limit
from trato.analytics.grouping import Floats, Histories, group
from trato.analytics.maximum import Slopes
from trato.analytics.mbgnbd import ModifiedBetaGeo
from trato.analytics.paretonbd import ParetoNBD

MODELS = (bgnbd, mbgnbd, paretonbd, nbd)
LEAVING = (bgnbd, mbgnbd, paretonbd)
GIVEN = (
    BetaGeo(0.243, 4.414, 0.793, 2.426),
    ModifiedBetaGeo(0.525, 6.183, 0.891, 1.614),
    ParetoNBD(0.553, 10.578, 0.606, 11.669),
)


@pytest.fixture(scope="module")
def sample() -> tuple[Floats, Floats, Floats]:
    return cdnow()[:3]


def test_bgnbd_finds_the_published_parameters(sample: tuple[Floats, Floats, Floats]) -> None:
    model = bgnbd.fit(*sample)
    assert model.point == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=5e-4)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert not model.is_degenerate


def test_bgnbd_expects_the_published_purchases(sample: tuple[Floats, Floats, Floats]) -> None:
    expected = bgnbd.fit(*sample).expected_purchases(39, 2, 30.43, 38.86)
    assert float(expected) == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize("model", GIVEN, ids=lambda model: type(model).__name__)
def test_each_customer_may_have_a_horizon_of_its_own(model: Counting) -> None:
    who = [2, 0], [30.43, 0], [38.86, 20]
    both = model.expected_purchases([39, 52], *who)
    apart = [model.expected_purchases(39, *who)[0], model.expected_purchases(52, *who)[1]]
    assert both == pytest.approx(apart)
    grid = model.expected_purchases([[39], [52]], *who)
    assert grid.shape == (2, 2)
    assert grid.diagonal() == pytest.approx(apart)
    with pytest.raises(ValueError, match="horizon"):
        model.expected_purchases([39, -1], *who)


def test_mbgnbd_finds_the_published_parameters(sample: tuple[Floats, Floats, Floats]) -> None:
    model = mbgnbd.fit(*sample)
    assert model.point == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=1e-3)


def test_pareto_finds_the_published_parameters(sample: tuple[Floats, Floats, Floats]) -> None:
    model = paretonbd.fit(*sample)
    assert model.point == pytest.approx([0.553, 10.578, 0.606, 11.669], rel=1e-3)
    assert model.log_likelihood == pytest.approx(-9595.0, abs=0.05)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (GIVEN[0], lifetimes.BetaGeoFitter),
        (GIVEN[1], lifetimes.ModifiedBetaGeoFitter),
        (GIVEN[2], lifetimes.ParetoNBDFitter),
    ],
)
def test_scores_are_those_of_lifetimes(
    ours: Counting, theirs: Callable[[], Any], sample: tuple[Floats, Floats, Floats]
) -> None:
    peer = theirs()
    peer.params_ = dict(zip(ours.parameters, ours.point, strict=True))
    some = tuple(column[:200] for column in sample)
    expected = peer.conditional_expected_number_of_purchases_up_to_time(52, *some)
    new = peer.expected_number_of_purchases_up_to_time(np.array([1.0, 39.0]))
    assert ours.p_alive(*some) == pytest.approx(peer.conditional_probability_alive(*some))
    assert ours.expected_purchases(52, *some) == pytest.approx(np.asarray(expected), rel=1e-8)
    assert ours.expected_purchases_new([1, 39]) == pytest.approx(new)


@pytest.mark.parametrize("module", LEAVING)
def test_gradient_and_hessian_are_those_of_the_likelihood(
    module: Any, sample: tuple[Floats, Floats, Floats]
) -> None:
    data = group(*sample).scaled
    likelihoods: dict[Any, Callable[[Floats], Slopes]] = {
        bgnbd: geometric.Likelihood(data, 0),
        mbgnbd: geometric.Likelihood(data, 1),
        paretonbd: paretonbd.Likelihood(data),
    }
    likelihood, point = likelihoods[module], np.array([0.6, 0.3, 0.7, 1.5])
    _value, gradient, hessian = likelihood(point)
    for step in 1e-5 * np.eye(4):
        up, down = likelihood(point + step), likelihood(point - step)
        assert (up[0] - down[0]) / 2e-5 == pytest.approx(gradient @ step / 1e-5, rel=1e-6)
        if module is not paretonbd:
            assert (up[1] - down[1]) / 2e-5 == pytest.approx(hessian @ step / 1e-5, rel=1e-5)


@pytest.mark.parametrize("module", MODELS)
def test_weights_are_repetition(module: Any, sample: tuple[Floats, Floats, Floats]) -> None:
    times = np.arange(sample[0].size) % 3
    once = module.fit(*sample, weights=times)
    repeated = module.fit(*(np.repeat(column, times) for column in sample))
    assert once.point == pytest.approx(repeated.point, rel=1e-6)
    assert once.log_likelihood == pytest.approx(repeated.log_likelihood)
    assert once.customers == times.sum()


@pytest.mark.parametrize("module", MODELS)
def test_the_unit_of_time_changes_only_times(
    module: Any, sample: tuple[Floats, Floats, Floats]
) -> None:
    frequency, recency, age = sample
    weeks, days = module.fit(*sample), module.fit(frequency, recency * 7, age * 7)
    factors = [7 if name in weeks.timed else 1 for name in weeks.parameters]
    assert days.point == pytest.approx(weeks.point * factors, rel=1e-5)
    assert days.expected_purchases(273, 2, 200, 250) == pytest.approx(
        weeks.expected_purchases(39, 2, 200 / 7, 250 / 7)
    )


def _drawn(module: Any, generator: np.random.Generator, customers: int) -> tuple[Any, Floats]:
    rate = generator.gamma(0.8, 1 / 6, customers)
    never, always = np.zeros(customers), np.full(customers, np.inf)
    chance = generator.beta(0.9, 2.5, customers)
    if module is paretonbd:
        stay = generator.exponential(size=customers) / generator.gamma(0.7, 1 / 20, customers)
        return bought(generator, rate, never, stay), np.array([0.8, 6, 0.7, 20])
    if module is nbd:
        return bought(generator, rate, never, always), np.array([0.8, 6])
    stay = np.where(generator.random(customers) < chance, 0, np.inf)
    history = bought(generator, rate, chance, stay if module is mbgnbd else always)
    return history, np.array([0.8, 6, 0.9, 2.5])


@pytest.mark.parametrize("module", MODELS)
def test_true_parameters_are_found_within_their_errors(module: Any) -> None:
    history, truth = _drawn(module, np.random.default_rng(5), 40_000)
    model = module.fit(*history)
    errors = np.array(list(model.standard_errors.values()))
    # Half a week of rounding up shifts the times a little.
    assert (np.abs(model.point - truth) < 4 * errors + 0.1 * truth).all()
    assert (errors < 0.1 * truth).all()


@pytest.mark.parametrize("seed", [1, 3, 9])
def test_where_all_leave_at_one_rate_it_is_found(seed: int) -> None:
    """Only s / beta is told then: both grow without end along a ridge."""
    generator = np.random.default_rng(seed)
    rate, stay = generator.gamma(1.4, 1 / 1.4, 400), generator.exponential(1000, 400)
    model = paretonbd.fit(*bought(generator, rate, np.zeros(400), stay))
    assert model.limit is Limit.EDGE
    assert 0.0005 < model.s / model.beta < 0.0015


def test_a_large_table_is_fitted_from_a_sample_of_it_to_the_same_end() -> None:
    generator = np.random.default_rng(2)
    customers = 60_000
    rate, chance = generator.gamma(1, 0.3, customers), generator.beta(0.6, 4, customers)
    history = bought(generator, rate, chance, np.full(customers, np.inf), weeks=700)
    assert group(*history).weights.size > 2 * 16_384
    model = bgnbd.fit(*history)
    half = bgnbd.fit(*history, weights=np.full(customers, 0.5))
    _value, gradient, _hessian = geometric.Likelihood(group(*history), 0)(model.point)
    assert gradient * model.point == pytest.approx(np.zeros(4), abs=1e-2)
    assert model.point == pytest.approx(half.point, rel=1e-5)


histories = st.integers(0, 300).flatmap(
    lambda x: st.tuples(
        st.just(x), st.floats(0.01, 500) if x else st.just(0.0), st.floats(0, 500)
    ).map(lambda row: (row[0], row[1], row[1] + row[2]))
)


@pytest.mark.parametrize("model", GIVEN)
@settings(max_examples=25, deadline=None)
@given(row=histories, horizon=st.floats(0.01, 1e4))
def test_scores_are_possible_and_grow_with_the_horizon(
    model: Counting, row: tuple[int, float, float], horizon: float
) -> None:
    alive = float(model.p_alive(*row))
    near = float(model.expected_purchases(horizon, *row))
    far = float(model.expected_purchases(horizon * 1.5, *row))
    present = float(model.discounted_purchases(horizon, 0.002, *row))
    assert 0 <= alive <= 1
    assert 0 <= near <= far
    assert 0 <= present <= near * (1 + 1e-12)
    assert far <= 1.5 * near * (1 + 1e-9)


@pytest.mark.parametrize("model", GIVEN)
def test_long_histories_have_scores(model: Counting) -> None:
    assert 0.9 < float(model.p_alive(1000, 36_400, 36_500)) < 1
    assert float(model.p_alive(1000, 3_000, 36_500)) == pytest.approx(0, abs=1e-12)
    assert 0 < float(model.expected_purchases(365_000, 1000, 36_400, 36_500)) < 10_000


def test_who_bought_once_is_alive_for_sure_in_bgnbd_only() -> None:
    first, second, third = GIVEN
    assert first.p_alive(0, 0, [10, 50]).tolist() == [1, 1]
    for model in (second, third):
        soon, late = model.p_alive(0, 0, [10, 50])
        assert 0 < late < soon < 1


@pytest.mark.parametrize("model", [*GIVEN, BetaGeo(0.24, 0.3, 0.8, 2.4), ParetoNBD(1, 4, 3, 0.5)])
def test_present_value_is_exact(model: Counting) -> None:
    # By parts, over a year in weeks at 50 %, with many more points than the product takes.
    rate, (at, weights) = np.log(1.5) / 52, np.polynomial.legendre.leggauss(120)
    u = (at + 1) / 2
    means = np.array([float(model.expected_purchases(52 * time, 3, 20, 30)) for time in u**2])
    early = rate * 52 * (u * weights) @ (np.exp(-rate * 52 * u**2) * means)
    whole = float(model.expected_purchases(52, 3, 20, 30)) / 1.5 + early
    assert float(model.discounted_purchases(52, rate, 3, 20, 30)) == pytest.approx(whole, rel=1e-7)


@pytest.mark.parametrize("module", LEAVING)
def test_where_nobody_leaves_the_model_says_so_and_is_the_nbd(module: Any) -> None:
    generator = np.random.default_rng(3)
    rate = generator.gamma(3, 0.05, 4000)
    history = bought(generator, rate, np.zeros(4000), np.full(4000, np.inf))
    # The last purchase is what a model of leaving reads: without silence there is none.
    model, limit = module.fit(history[0], history[2] * (history[0] > 0), history[2]), None
    limit = nbd.fit(history[0], history[2] * (history[0] > 0), history[2])
    assert model.limit is Limit.NOBODY_LEAVES
    assert model.point == pytest.approx([limit.r, limit.alpha, 0, np.inf])
    assert model.log_likelihood == limit.log_likelihood
    some = tuple(column[:5] for column in history)
    assert model.p_alive(*some).tolist() == [1] * 5
    assert model.expected_purchases(52, *some) == pytest.approx(limit.expected_purchases(52, *some))
    assert np.isfinite(list(model.standard_errors.values())[:2]).all()


@pytest.mark.parametrize("module", MODELS)
def test_nobody_who_returned_means_no_purchase_expected(module: Any) -> None:
    model = module.fit([0, 0, 0], [0, 0, 0], [10, 20, 30])
    assert model.limit is Limit.NOBODY_RETURNS
    assert model.is_degenerate
    assert model.expected_purchases(52, [0, 2], [0, 5], [10, 20])[0] == 0
    assert model.expected_purchases_new(52) == 0
    # Nothing is known of leaving: nobody is there for sure.
    assert np.isnan(model.p_alive([0, 0], [0, 0], [10, 20])).all()
    forecast = model.forecast(52, 0.1, [0, 0], [0, 0], [10, 20])
    assert np.isnan(forecast.p_alive).all()
    assert forecast.purchases.tolist() == forecast.present.tolist() == [0, 0]


@pytest.mark.parametrize("module", MODELS)
@pytest.mark.parametrize(
    "history",
    [
        ([3], [5], [6]),
        ([10] * 50, [50] * 50, [52] * 50),
        ([1000, 0, 3] * 9, [36_000, 0, 100] * 9, [36_500, 36_500, 36_500] * 9),
        ([0, 1], [0, 1], [0, 1]),
        ([5] * 20, [5] * 20, [100] * 20),
        ([100, 1], [1e-3, 1e-3], [1e6, 1e6]),
    ],
)
def test_hard_cases_give_numbers(module: Any, history: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = module.fit(*history)
        scores = (
            model.p_alive(*history),
            model.expected_purchases(1e5, *history),
            model.discounted_purchases(365, 1e-4, *history),
        )
    assert np.isfinite(scores).all()
    assert (np.array(scores) >= 0).all()
    assert (scores[0] <= 1).all()
    assert np.isfinite(model.log_likelihood)


@pytest.mark.parametrize("module", LEAVING)
@pytest.mark.parametrize("seed", range(8))
def test_parameters_that_few_customers_do_not_bound_are_told(module: Any, seed: int) -> None:
    generator = np.random.default_rng(seed)
    age = generator.integers(10, 100, 20)
    frequency = generator.poisson(age * generator.gamma(1, 0.05, 20))
    recency = np.where(frequency > 0, np.ceil(age * generator.beta(2, 1, 20)), 0)
    model = module.fit(frequency, recency, age)
    spread = np.sqrt(np.diag(model.covariance)).max()
    assert model.is_degenerate or spread < 16


@pytest.mark.parametrize("module", MODELS)
@pytest.mark.parametrize(
    ("history", "message"),
    [
        (([], [], []), "frequency is empty: there is no customer to fit"),
        (([1, 2], [1], [3, 4]), "recency has 1 rows but frequency has 2"),
        (([1, 1.5], [1, 1], [3, 4]), "row 1: frequency 1.5 is not a whole number"),
        (([1, -1], [1, 1], [3, 4]), "row 1: frequency -1 is negative"),
        (([0, 2], [0, 5], [4, 4]), "row 1: recency 5 is longer than age 4"),
        (([0, 2], [0, 0], [4, 4]), "row 1: frequency is 2 but recency is 0"),
        (([0, 0], [0, 1], [4, 4]), "row 1: frequency is 0 but recency is 1"),
        (([0, 1], [0, np.nan], [4, 4]), "row 1: recency nan is not a number"),
        (([0, 1], [0, 1], [4, np.inf]), "row 1: age inf is not a number"),
        ((["a"], [0], [4]), "frequency is not of numbers but of"),
        (([[1]], [[1]], [[4]]), "frequency has 2 dimensions instead of one"),
    ],
)
def test_what_cannot_be_is_named(module: Any, history: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        module.fit(*history)


def test_weights_and_horizons_that_cannot_be_are_named() -> None:
    with pytest.raises(ValueError, match="row 1: weight -1 is not"):
        bgnbd.fit([1, 1], [1, 1], [2, 2], weights=[1, -1])
    with pytest.raises(ValueError, match="weights are all 0"):
        bgnbd.fit([1, 1], [1, 1], [2, 2], weights=[0, 0])
    with pytest.raises(ValueError, match="horizon -1 is not a time"):
        GIVEN[0].expected_purchases(-1, 1, 1, 2)
    with pytest.raises(ValueError, match="rate -1 is not"):
        GIVEN[0].discounted_purchases(1, -1, 1, 1, 2)
    with pytest.raises(ValueError, match="was not fitted"):
        GIVEN[0].draws(2, np.random.default_rng())


def test_scores_take_the_shape_of_the_customers() -> None:
    assert GIVEN[2].p_alive(1, 2, 3).shape == ()
    assert GIVEN[2].p_alive([[1], [2]], 2, [[3], [3]]).shape == (2, 1)
    assert GIVEN[2].p_alive([], [], []).shape == (0,)
    assert GIVEN[0].expected_purchases(3, [], [], []).shape == (0,)


def test_histories_of_any_times_are_counted_alike() -> None:
    odd = np.array([0.123456789, 0.5, 0.5, 2.25])
    data = group([1, 1, 1, 3], odd, odd + 1)
    assert isinstance(data, Histories)
    assert data.weights.tolist() == [1, 2, 1]
    assert data.times[data.last].tolist() == [0.123456789, 0.5, 2.25]
    assert data.times[data.end] == pytest.approx([1.123456789, 1.5, 3.25])
