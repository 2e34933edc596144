"""The forecast of money beside what came: on days that it had not seen."""

from typing import Any

import numpy as np
import pytest

from tests.analytics.edges import Company, bought_by, line, no_warnings
from trato.analytics import gammagamma, mbgnbd, paretonbd
from trato.insight.refresh import valuing

# Of `edges`: 400 days, the last 133 of them held back.
HELD, CUT = 133, 267
MODULES = {"mbgnbd": mbgnbd, "paretonbd": paretonbd}


def backtest(company: Company) -> dict[str, Any]:
    with no_warnings():
        told: dict[str, Any] = valuing.value(bought_by(company)).figures["backtest"]
    return told


def shop(*, until: int = 400, margin: float = np.nan) -> Company:
    """Of forty, who come every few weeks and spend each their own; every third leaves one day."""
    return [
        line(who, day, 10.0 + who, margin)
        for who in people()
        for day in range(who, 1 + (until if who % 3 else who + 2 * who), 11 + who % 20)
    ]


def spent(company: Company, first: int, last: int) -> float:
    return sum(one.amount for one in company if first <= one.day - 18_000 <= last)


def test_money_expected_stands_beside_the_money_that_came() -> None:
    company = shop()
    told = backtest(company)
    money = told["money"]
    assert (told["days"], money["basis"]) == (HELD, "turnover")
    assert money["actual"] == pytest.approx(spent(company, CUT + 1, 400))
    assert money["factor"] == pytest.approx(money["actual"] / money["expected"])
    assert 0.8 < money["factor"] < 1.25
    assert 0 < money["factor_error"] < 0.2
    for sums in ("actual", "expected"):
        parts = sum(one["customers"] * one[sums] for one in money["classes"])
        assert parts == pytest.approx(money[sums])
    assert [one["customers"] for one in money["classes"]] == [
        one["customers"] for one in told["classes"]
    ]


def test_it_is_purchases_times_worth_as_both_were_known_then() -> None:
    company = [one._replace(amount=one.amount * 3) if late(one) else one for one in shop()]
    found = valuing.value(bought_by(company))
    before = [[one for one in company if one.customer == who and not late(one)] for who in people()]
    frequency = np.array([len(own) - 1 for own in before])
    recency = np.array([own[-1].day - own[0].day for own in before])
    age = np.array([18_000 + CUT - own[0].day for own in before])
    again = np.array([sum(one.amount for one in own[1:]) for own in before])
    monetary = again / np.maximum(frequency, 1)
    counting = MODULES[found.fits["counting"]].fit(frequency, recency, age)
    worth = gammagamma.fit(frequency, monetary).expected_value(frequency, monetary)
    expected = counting.expected_purchases(HELD, frequency, recency, age) @ worth
    money = found.figures["backtest"]["money"]
    assert money["expected"] == pytest.approx(expected, rel=0.01)
    assert money["actual"] == pytest.approx(spent(company, CUT + 1, 400))
    assert money["factor"] > 2


def late(one: Any) -> bool:
    return bool(one.day > 18_000 + CUT)


def people() -> range:
    return range(1, 41)


def test_who_came_later_is_no_part_of_the_test() -> None:
    later = [line(who, day, 1_000.0) for who in range(50, 60) for day in (300, 330, 390)]
    assert backtest([*shop(), *later])["money"] == backtest(shop())["money"]


def test_where_costs_are_known_margin_stands_beside_margin() -> None:
    money = backtest(shop(margin=6.0))["money"]
    assert money["basis"] == "margin"
    assert money["actual"] == pytest.approx(6.0 * sum(map(late, shop())))
    assert 0.8 < money["factor"] < 1.25


def test_what_has_no_known_cost_is_earned_at_the_rate_that_was_expected() -> None:
    """Half of the amounts before, nobody's known afterwards: both sides are taken at a half."""
    company = [one._replace(margin=np.nan if late(one) else one.amount / 2) for one in shop()]
    money = backtest(company)["money"]
    assert money["basis"] == "margin"
    assert money["actual"] == pytest.approx(spent(company, CUT + 1, 400) / 2)


def test_whose_margin_is_unknown_has_the_rate_of_all() -> None:
    company = [
        one._replace(margin=np.nan if one.customer % 2 else one.amount / 4) for one in shop()
    ]
    money = backtest(company)["money"]
    assert money["actual"] == pytest.approx(spent(company, CUT + 1, 400) / 4)


def test_costs_known_only_since_then_do_not_make_it_a_test_of_margin() -> None:
    company = [one._replace(margin=5.0 if late(one) else np.nan) for one in shop()]
    found = valuing.value(bought_by(company))
    assert found.figures["value_basis"] == "margin"
    money = found.figures["backtest"]["money"]
    assert (money["basis"], money["actual"]) == ("turnover", spent(company, CUT + 1, 400))


def test_what_is_given_back_is_taken_off_the_purchase_before() -> None:
    company = shop()
    last = max(one.day for one in company if one.customer == 1) - 18_000
    returned = [line(1, last + 1, -4.0)]
    told = backtest([*company, *returned])
    assert told["actual"] == backtest(company)["actual"]
    assert told["money"]["actual"] == pytest.approx(backtest(company)["money"]["actual"] - 4.0)


def test_what_was_all_given_back_brought_nothing() -> None:
    back = [line(who, 400, -spent_of(who)) for who in people()]
    told = backtest([*shop(until=399), *back])
    assert told["factor"] > 0.8
    assert told["money"]["actual"] == pytest.approx(0, abs=1e-6)
    assert told["money"]["factor"] == pytest.approx(0, abs=1e-6)


def spent_of(who: int) -> float:
    return sum(one.amount for one in shop(until=399) if one.customer == who and late(one))


def test_nobody_came_any_more() -> None:
    told = backtest(shop(until=CUT))
    assert (told["factor"], told["money"]["factor"]) == (0, 0)
    assert told["money"]["expected"] > 0


def test_where_nobody_had_come_back_nothing_is_told_of_money() -> None:
    once = [line(who, who, 20.0) for who in people()]
    again = [line(who, 390, 20.0) for who in people()]
    told = backtest([*once, *again])
    assert told["money"] is None
    assert told["factor"] > 0


def test_what_is_sold_at_a_loss_has_no_factor() -> None:
    money = backtest(shop(margin=-5.0))["money"]
    assert money["expected"] < 0
    assert (money["factor"], money["factor_error"]) == (None, None)


def test_one_customer_is_tested_too() -> None:
    company = [line(1, day, 20.0) for day in range(0, 401, 5)]
    told = backtest(company)
    assert told["customers"] == 1
    assert told["money"]["factor"] == pytest.approx(told["factor"], rel=0.01)


def test_a_few_are_tested_with_the_model_that_they_are_valued_with() -> None:
    """Customers of a usual company fill their places, or nobody would ever leave."""
    few = [line(who, day, 20.0) for who in range(1, 4) for day in range(who, 401, 10)]
    told = backtest(few)
    assert told["expected"] < told["actual"]


@pytest.mark.parametrize("amount", [1e-9, 1e9])
def test_amounts_of_any_size_are_tested(amount: float) -> None:
    company = [one._replace(amount=amount * one.amount) for one in shop()]
    money = backtest(company)["money"]
    assert money["factor"] == pytest.approx(backtest(shop())["money"]["factor"], rel=0.01)
