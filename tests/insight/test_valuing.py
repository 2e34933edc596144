"""Values of companies that are no companies yet."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from tests.analytics.edges import ANY, EDGES, Company, bought_by, line, no_warnings, numbers
from tests.analytics.lines import table
from trato.insight.refresh import cubes, valuing


def taxed(company: Company) -> pa.Table:
    """The lines, with a fifth of each amount as its tax."""
    lines = table(company)
    return lines.append_column("tax", pc.divide(lines["amount"], 5.0))


def check(company: Company) -> None:
    found, lines = bought_by(company), taxed(company)
    with no_warnings():
        valued = valuing.value(found)
        months = cubes.months(found, [lines.slice(0, 9), lines.slice(9)])
    assert numbers(months, "orders").sum() == found.days.num_rows
    without, known = numbers(months, "known_net"), numbers(months, "known")
    np.testing.assert_allclose(without, known / 1.25, rtol=1e-9, atol=1e-5)
    assert valued.table.num_rows == found.table.num_rows
    alive, expected = numbers(valued.table, "p_alive"), numbers(valued.table, "expected_purchases")
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.isfinite(expected) & (expected >= 0)).all()
    value = numbers(valued.table, "lifetime_value")
    assert np.isfinite(value).all() or np.isnan(value).all()
    low, high = (numbers(valued.table, f"lifetime_value_{end}") for end in ("low", "high"))
    known = np.isfinite(value)
    assert np.isfinite(low[known]).all()
    assert (low[known] <= high[known]).all()
    if (totals := valued.figures.get("totals")) is not None:
        assert all(told["low"] <= told["high"] for told in totals.values())


@pytest.mark.parametrize("company", EDGES.values(), ids=EDGES.keys())
def test_values_at_an_edge_are_known_or_not_at_all(company: Company) -> None:
    check(company)


@settings(deadline=None, max_examples=15)
@given(ANY)
def test_values_of_any_small_company_are_known_or_not_at_all(company: Company) -> None:
    check(company)


@pytest.mark.parametrize("customers", [1, 39])
def test_who_bought_once_is_neither_surely_there_nor_surely_gone(customers: int) -> None:
    once = [line(who, who, 20.0) for who in range(1, 1 + customers)]
    valued = valuing.value(bought_by(once))
    alive = numbers(valued.table, "p_alive")
    assert ((alive > 0.1) & (alive < 0.9)).all()
    assert valued.figures["pretended_customers"] == 30


def test_thirty_who_come_back_speak_for_themselves() -> None:
    again = [line(who, who + at, 20.0) for who in range(1, 31) for at in (0, who)]
    valued = valuing.value(bought_by(again))
    assert valued.figures["pretended_customers"] == 0
    assert valued.fits["mbgnbd"]["customers"] == 30


def test_of_nobody_it_is_certain_that_they_stay_for_ever() -> None:
    loyal = [line(who, day, 20.0) for who in range(1, 201) for day in range(who % 30, 240, 30)]
    once = [line(who, who % 200, 20.0) for who in range(201, 241)]
    valued = valuing.value(bought_by([*loyal, *once]))
    assert (numbers(valued.table, "p_alive") < 1).all()
    assert valued.fits["gammagamma"]["errors"].keys() == {"p", "q", "v"}


def test_nor_where_they_do_not_differ_either() -> None:
    """Of a company in its first months, all of whose customers buy alike."""
    alike = [line(who, day, 20.0) for who in range(1, 61) for day in range(250 + who % 30, 400, 30)]
    late = [line(who, 395, 20.0) for who in range(61, 66)]
    valued = valuing.value(bought_by([*alike, *late]))
    assert (numbers(valued.table, "p_alive") < 1).all()
    assert valued.figures["pretended_customers"] == 4


def test_what_is_sold_at_a_loss_is_worth_less_than_nothing() -> None:
    lossy = [line(who, day * 30, 20.0, margin=-5.0) for who in range(1, 12) for day in range(13)]
    valued = valuing.value(bought_by(lossy))
    assert (numbers(valued.table, "lifetime_value") < 0).all()
    assert valued.figures["totals"]["lifetime_value"]["high"] < 0


def test_the_forecast_is_told_beside_what_happened_week_by_week() -> None:
    shop = [
        line(who, day, 20.0)
        for who in range(1, 40)
        for day in range(who, 401, 7 + who % 30)
        if who % 3 or day < 200
    ]
    told = valuing.value(bought_by(shop)).figures["backtest"]
    weeks = told["weeks"]
    assert [week["day"] for week in weeks] == sorted(week["day"] for week in weeks)
    assert weeks[0]["day"] < told["from"] <= weeks[-1]["day"]
    assert weeks[-1]["actual"] <= len(shop) - 39
    before = [week for week in weeks if week["day"] < told["from"]][-1]
    assert before["expected"] == pytest.approx(before["actual"], rel=0.2)
    assert sum(one["customers"] for one in told["classes"]) == told["customers"]
