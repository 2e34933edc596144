from dataclasses import replace
from datetime import date

import pytest

from tests.insight.queries import marts
from trato.insight.queries import cohorts
from trato.insight.queries.filters import Filter, customers

EVERYBODY = Filter()
NAN = float("nan")
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def bought_first(customer: int, month: date, **more: object) -> dict[str, object]:
    return {"customer": customer, "cohort": month, "first_day": month, "purchases": 1, **more}


company = marts.connection(
    marts.scores(
        bought_first(1, JAN, segment=7), bought_first(2, JAN), bought_first(3, FEB), {"customer": 4}
    ),
    bought=marts.months(
        (1, JAN, JAN, 10.0, 4.0),
        (1, JAN, MAR, 20.0, NAN),
        (2, JAN, JAN, 30.0, NAN),
        (3, FEB, FEB, 6.0, 1.0),
    ),
)


def test_cohorts_are_followed_until_the_last_whole_month() -> None:
    found = cohorts.retention(company, EVERYBODY)
    january, february = found.cohorts
    assert (january.month, january.customers) == (JAN, 2)
    assert [cell.retention for cell in january.cells] == [1, 0, 0.5]
    assert [cell.retention for cell in february.cells] == [1, 0]
    assert [cell.cumulative_revenue for cell in january.cells] == [20, 20, 30]


def test_margin_is_unknown_where_no_cost_is() -> None:
    cells = cohorts.retention(company, EVERYBODY).cohorts[0].cells
    assert [cell.margin for cell in cells] == [4, 0, None]


def test_a_cell_leads_to_those_who_bought() -> None:
    cell = cohorts.retention(company, EVERYBODY).cohorts[0].cells[2]
    assert customers(company, cell.behind) == [1]


def test_the_curve_stands_on_the_cohorts_that_reached_it() -> None:
    curve = cohorts.retention(company, EVERYBODY).curve
    assert [point.customers for point in curve] == [3, 3, 2]
    assert [point.retention for point in curve] == pytest.approx([1, 0, 0.5])


def test_cohorts_are_narrowed_like_everything() -> None:
    found = cohorts.retention(company, Filter(segment=7, start=JAN, end=JAN))
    assert [(row.month, row.customers) for row in found.cohorts] == [(JAN, 1)]


def staying(leavers: int, stayers: int, segment: int) -> list[dict[str, object]]:
    ids = range(1000 * segment, 1000 * segment + leavers + stayers)
    return [bought_first(one, JAN, segment=segment) for one in ids]


def test_who_has_not_left_has_stayed_at_least_so_long() -> None:
    groups = [*staying(10, 10, 1), *staying(2, 18, 2), *staying(0, 3, 3)]
    left = [(one, MAR, 4, 7) for one in [*range(1000, 1010), 2000, 2001]]
    connection = marts.connection(marts.scores(*groups), marts.transitions(*left))
    found = cohorts.stay(connection, EVERYBODY, cohorts.By.SEGMENT)
    assert [(one.group, one.survival.left) for one in found.curves] == [(1, 10), (2, 2)]
    assert found.curves[0].survival.at([58, 59, 89]).tolist() == [1, 0.5, 0.5]
    assert found.left_out == 1
    assert found.test
    assert found.test.p < 0.05
    assert len(customers(connection, found.curves[1].behind)) == 20


def test_the_months_of_a_curve_say_how_many_are_followed() -> None:
    left = [(one, MAR, 4, 7) for one in range(1000, 1010)]
    connection = marts.connection(marts.scores(*staying(10, 10, 1)), marts.transitions(*left))
    [curve] = cohorts.stay(connection, EVERYBODY).curves
    told = [(one.month, one.at_risk, one.left, one.share) for one in curve.months]
    assert told == [(0, 20, 0, 1), (1, 20, 0, 1), (2, 10, 10, 0.5)]
    last = curve.months[-1]
    assert last.low
    assert last.high
    assert last.low < last.share < last.high


def test_behind_a_month_are_those_who_left_by_then_and_those_who_are_followed() -> None:
    left = [(one, MAR, 4, 7) for one in range(1000, 1010)]
    connection = marts.connection(marts.scores(*staying(10, 10, 1)), marts.transitions(*left))
    [curve] = cohorts.stay(connection, EVERYBODY).curves
    for month in curve.months:
        gone = customers(connection, replace(curve.behind, gone=month.month))
        followed = customers(connection, replace(curve.behind, followed=month.month))
        assert (len(gone), len(followed)) == (month.left, month.at_risk)
    assert customers(connection, replace(curve.behind, gone=9, gone_after=1)) == [
        *range(1000, 1010)
    ]
    assert customers(connection, replace(curve.behind, gone=9, gone_after=2)) == []


def test_one_curve_of_everybody_needs_no_test() -> None:
    connection = marts.connection(marts.scores(*staying(0, 12, 1)))
    found = cohorts.stay(connection, EVERYBODY)
    assert [one.survival.customers for one in found.curves] == [12]
    assert found.test is None


def test_nobody_bought_is_no_cohort() -> None:
    nobody = marts.connection()
    assert cohorts.retention(nobody, EVERYBODY).cohorts == ()
    assert cohorts.stay(nobody, EVERYBODY).curves == ()
