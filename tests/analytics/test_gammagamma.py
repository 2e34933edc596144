"""Gamma-Gamma: the published estimates, what must hold, what is left out."""

import lifetimes
import numpy as np
import pytest

from tests.analytics.published import cdnow
from trato.analytics import gammagamma
from trato.analytics.counting import Limit
from trato.analytics.gammagamma import GammaGamma

MODEL = GammaGamma(6.25, 3.74, 15.44)


def test_it_finds_the_published_parameters() -> None:
    frequency, _recency, _age, monetary = cdnow()
    model = gammagamma.fit(frequency, monetary)
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert model.customers == 946
    assert model.mean == pytest.approx(35.17, abs=0.01)


def test_expected_values_are_those_of_lifetimes() -> None:
    frequency, _recency, _age, monetary = cdnow()
    peer = lifetimes.GammaGammaFitter()
    peer.params_ = {"p": 6.25, "q": 3.74, "v": 15.44}
    expected = np.asarray(peer.conditional_expected_average_profit(frequency, monetary))
    assert MODEL.expected_value(frequency, monetary) == pytest.approx(expected)


def test_true_parameters_are_found_within_their_errors() -> None:
    generator = np.random.default_rng(1)
    frequency = generator.geometric(0.3, 120_000)
    scale = 1 / generator.gamma(3.74, 1 / 15.44, frequency.size)
    model = gammagamma.fit(frequency, generator.gamma(6.25 * frequency) * scale / frequency)
    errors = model.standard_errors
    assert abs(model.p - 6.25) < 4 * errors["p"] < 0.5
    assert abs(model.q - 3.74) < 4 * errors["q"] < 0.3
    assert abs(model.v - 15.44) < 4 * errors["v"] < 2


def test_the_gradient_and_hessian_are_those_of_the_likelihood() -> None:
    likelihood = gammagamma.Spending(np.array([1, 2, 7]), np.array([3.0, 9, 4]), np.arange(1.0, 4))
    point = np.array([2.0, 3, 0.7])
    _value, gradient, hessian = likelihood(point)
    for step in 1e-5 * np.eye(3):
        up, down = likelihood(point + step), likelihood(point - step)
        assert (up[0] - down[0]) / 2e-5 == pytest.approx(gradient @ step / 1e-5, rel=1e-6)
        assert (up[1] - down[1]) / 2e-5 == pytest.approx(hessian @ step / 1e-5, rel=1e-6)


def test_weights_are_repetition_and_the_currency_changes_only_v() -> None:
    frequency, _recency, _age, monetary = cdnow()
    once = gammagamma.fit(frequency, monetary, np.arange(frequency.size) % 3)
    times = np.arange(frequency.size) % 3
    repeated = gammagamma.fit(np.repeat(frequency, times), np.repeat(monetary, times) * 20)
    assert (repeated.p, repeated.q) == pytest.approx((once.p, once.q), rel=1e-5)
    assert repeated.v == pytest.approx(20 * once.v, rel=1e-5)
    assert repeated.log_likelihood == pytest.approx(
        once.log_likelihood - once.customers * np.log(20)
    )


def test_free_orders_are_left_out_and_counted() -> None:
    model = gammagamma.fit([1, 2, 3, 4, 0], [5.0, 7, 0, -2, np.nan])
    assert model.dropped == 2
    assert model.customers == 2
    assert np.isfinite([model.p, model.q, model.v, model.log_likelihood]).all()


def test_unknown_customers_are_expected_at_the_mean() -> None:
    assert MODEL.expected_value([0, 3], [np.nan, 0.0]).tolist() == [MODEL.mean] * 2


def test_many_purchases_outweigh_the_mean_of_all() -> None:
    few, many = MODEL.expected_value([1, 100], 90.0)
    assert MODEL.mean < few < many < 90.5


def test_a_model_without_a_mean_answers_the_observed_one() -> None:
    model = GammaGamma(0.5, 0.9, 10, observed_mean=42.0)
    assert model.mean == 42
    assert model.expected_value([0, 4], [0, 20]) == pytest.approx([42, 0.5 * 90 / 1.9])
    assert GammaGamma(0.05, 0.9, 10, observed_mean=42.0).expected_value(1, 20) == 42


def test_a_mean_that_the_data_do_not_tell_is_the_observed_one() -> None:
    # The likelihood of these four is highest at q 1.003, whose p v / (q - 1) is 1,839.
    few = gammagamma.fit([2, 3, 2, 5], [3.0, 4, 100, 8])
    assert 1 < few.q < 1.1
    assert few.mean == few.observed_mean == pytest.approx(28.75)
    assert few.expected_value([0, 2], [0, 100]) == pytest.approx([28.75, 100], rel=1e-3)


def test_few_customers_never_make_a_purchase_of_any_size() -> None:
    generator = np.random.default_rng(7)
    for _company in range(200):
        worth, x = np.exp(generator.normal(3, 1, 12)), generator.geometric(0.4, 12)
        model = gammagamma.fit(x, generator.gamma(4 * x) * worth / (4 * x))
        assert model.mean < 3 * model.observed_mean


def test_customers_who_all_spend_alike_give_numbers() -> None:
    model = gammagamma.fit([2, 3, 4], [10.0, 10, 10])
    assert model.limit is Limit.EDGE
    assert model.expected_value(2, 10) == pytest.approx(10, rel=1e-3)
    one = gammagamma.fit([2], [10.0])
    assert one.is_degenerate
    assert np.isfinite(one.expected_value(2, 10))


@pytest.mark.parametrize(
    ("frequency", "monetary", "message"),
    [
        ([], [], "frequency is empty"),
        ([1, 2], [3], "monetary has 1 rows but frequency has 2"),
        ([1, 2], [3, np.nan], "row 1: frequency 2 with monetary nan"),
        ([1, 0.5], [3, 3], "row 1: frequency 0.5 with monetary 3"),
        ([0, 1], [3, 0], "nobody has repeat purchases worth more than 0"),
    ],
)
def test_what_cannot_be_is_named(frequency: object, monetary: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gammagamma.fit(np.array(frequency), np.array(monetary))
