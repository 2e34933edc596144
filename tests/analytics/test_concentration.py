import pytest

from trato.analytics.concentration import Concentration, concentration


def of(*values: float) -> Concentration:
    found = concentration(values)
    assert found
    return found


def test_equal_customers_are_not_concentrated() -> None:
    found = of(*[5.0] * 40)
    assert found.gini == pytest.approx(0)
    assert found.of_best(0.2) == pytest.approx(0.2)
    assert found.lorenz == pytest.approx(found.people)


def test_one_who_brings_everything_is_the_most_concentrated() -> None:
    found = of(*[0.0] * 99, 7.0)
    assert found.gini == pytest.approx(0.99)
    assert found.of_best(0.01) == pytest.approx(1)


def test_the_gini_of_one_to_four_is_a_quarter() -> None:
    assert of(1, 2, 3, 4).gini == pytest.approx(0.25)


def test_the_best_tenth_of_ten_brings_its_share() -> None:
    found = of(40, 20, 10, 10, 5, 5, 4, 3, 2, 1)
    assert found.of_best(0.1) == pytest.approx(0.4)
    assert found.of_best(0.2) == pytest.approx(0.6)


def test_who_loses_money_bends_the_whale_curve_down() -> None:
    found = of(60, 50, -10)
    assert found.share.max() == pytest.approx(1.1)
    assert found.share[-1] == pytest.approx(1)
    assert (found.gini, found.losing) == (None, 1)


def test_unknown_values_are_left_out_and_nothing_is_said_of_nothing() -> None:
    assert of(3, float("nan")).customers == 1
    assert concentration([]) is None
    assert concentration([-1.0, 0.0]) is None
