"""Back-tests: models beside the weeks they had not seen."""

import numpy as np
import pytest

from tests.analytics.published import cdnow_purchases
from trato.analytics import bgnbd, nbd, paretonbd
from trato.analytics.holdout import Backtest, backtest, compared, spent, split, tracking


def test_purchases_are_cut_at_a_day() -> None:
    cut = split([7, 7, 7, 7, 8, 8, 9], [0, 5, 5, 12, 3, 11, 12], calibration_end=10, end=12)
    assert cut.customer.tolist() == [7, 8]
    assert cut.frequency.tolist() == [1, 0]
    assert cut.recency.tolist() == [5, 0]
    assert cut.age.tolist() == [10, 7]
    assert cut.actual.tolist() == [1, 1]
    assert cut.horizon == 2


def test_money_is_cut_at_the_same_day() -> None:
    customer, day = [7, 7, 7, 7, 8, 8, 9, 7], [0, 0, 5, 12, 3, 11, 12, 20]
    cut = split(customer, day, calibration_end=10, end=12)
    money = spent(cut, customer, day, [1, 2, 4, 8, 16, 32, 64, 128])
    assert money.first.tolist() == [3, 16]
    assert money.repeated.tolist() == [4, 0]
    assert money.before.tolist() == [7, 16]
    assert money.held.tolist() == [8, 32]
    with pytest.raises(ValueError, match="amount has 1 rows but customer has 2"):
        spent(cut, [7, 8], [0, 3], [1])


def test_the_factor_of_money_is_what_came_of_what_was_expected() -> None:
    cut = split([1, 2, 3], [0, 0, 0], calibration_end=10, end=20)
    found = compared(cut, np.array([10.0, 20.0, 10.0]), np.array([15.0, 0.0, 35.0]))
    assert (found.expected, found.actual, found.factor) == (40, 50, 1.25)
    assert found.factor_error == pytest.approx(np.sqrt(2.5**2 + 25**2 + 22.5**2) / 40)
    assert found.mean_absolute_error == pytest.approx(50 / 3)
    [grade] = found.classes
    assert (grade.customers, grade.expected, grade.actual) == (3, 40 / 3, 50 / 3)


def _of_cdnow() -> dict[str, Backtest]:
    cut = split(*cdnow_purchases(), calibration_end=272, end=545)
    history = cut.frequency, cut.recency, cut.age
    models = {
        "bg": bgnbd.fit(*history),
        "pareto": paretonbd.fit(*history),
        "nbd": nbd.fit(*history),
    }
    return {name: backtest(model, cut) for name, model in models.items()}


def test_models_with_leaving_forecast_cdnow_better_than_without() -> None:
    found = _of_cdnow()
    assert found["bg"].customers == 23_570
    assert found["bg"].factor == pytest.approx(1.17, abs=0.01)
    assert found["pareto"].factor == pytest.approx(1.15, abs=0.01)
    assert found["nbd"].factor == pytest.approx(0.68, abs=0.01)
    assert 0 < found["bg"].factor_error < 0.03
    assert found["pareto"].mean_absolute_error < 0.8 < found["bg"].mean_absolute_error < 0.83
    assert 0.4 < found["bg"].rank_correlation < 0.5


def test_classes_of_frequency_add_up_to_all() -> None:
    found = _of_cdnow()["bg"]
    assert [grade.frequency for grade in found.classes] == list(range(8))
    assert [grade.or_more for grade in found.classes] == [False] * 7 + [True]
    assert sum(grade.customers for grade in found.classes) == found.customers
    total = sum(grade.expected * grade.customers for grade in found.classes)
    assert total == pytest.approx(found.expected)
    means = [grade.expected for grade in found.classes]
    assert means == sorted(means)


def test_weeks_are_tracked_from_the_first_day() -> None:
    customer, day = cdnow_purchases()
    cut = split(customer, day, calibration_end=272, end=545)
    weeks = tracking(bgnbd.fit(cut.frequency, cut.recency, cut.age), customer, day, end=545)
    assert weeks.day[:2].tolist() == [6, 13]
    assert weeks.actual[-1] <= np.unique(customer * 1000 + day).size - 23_570
    assert weeks.expected[38] == pytest.approx(weeks.actual[38], rel=0.01)
    assert weeks.expected[77] == pytest.approx(weeks.actual[77], rel=0.07)
    assert (np.diff(weeks.expected) >= 0).all()


def test_nothing_expected_and_nothing_bought_is_no_error() -> None:
    cut = split([1, 2], [0, 3], calibration_end=10, end=20)
    found = backtest(nbd.fit(cut.frequency, cut.recency, cut.age), cut)
    assert (found.expected, found.actual, found.factor) == (0, 0, 1)
    assert found.rank_correlation == 0


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(ValueError, match="the holdout ends on day 5, not after day 5"):
        split([1], [1], 5, 5)
    with pytest.raises(ValueError, match="nobody bought until day 5"):
        split([1], [9], 5, 10)
    with pytest.raises(ValueError, match="day has 2 rows but customer has 1"):
        tracking(bgnbd.BetaGeo(1, 1, 1, 1), [1], [1, 2], 5)
