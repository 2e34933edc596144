from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from trato.analytics import cohorts

NAN = float("nan")


def bought(*rows: tuple[int, int, float, float]) -> pa.Table:
    customer, month, amount, margin = zip(*rows, strict=True)
    return pa.table(
        {
            "customer": pa.array(customer, pa.int64()),
            "month": pa.array([date(2025, one, 1) for one in month]),
            "orders": pa.array([1] * len(rows), pa.int32()),
            "amount": pa.array(amount, pa.float64()),
            "margin": pa.array(margin, pa.float64()),
        }
    )


ROWS = bought(
    (1, 1, 10.0, 4.0), (1, 2, 20.0, 8.0), (2, 1, 30.0, NAN), (2, 3, 5.0, 1.0), (3, 2, 7.0, 2.0)
)


def test_customers_are_followed_from_their_first_month() -> None:
    found = cohorts.table(ROWS, date(2025, 3, 31))
    assert found.months == [date(2025, 1, 1), date(2025, 2, 1)]
    assert found.size.tolist() == [2, 1]
    assert found.retention[0].tolist() == [1, 0.5, 0.5]
    assert found.revenue[0].tolist() == [40, 20, 5]
    assert found.cumulative_revenue[0].tolist() == [20, 30, 32.5]


def test_a_month_that_has_not_ended_is_unknown_not_zero() -> None:
    found = cohorts.table(ROWS, date(2025, 3, 30))
    assert found.tenures == 2
    assert np.isnan(found.retention[1, 1])
    assert found.known.tolist() == [3, 2]


def test_a_month_without_a_purchase_is_zero() -> None:
    found = cohorts.table(ROWS, date(2025, 3, 31))
    assert found.active[1].tolist()[:2] == [1, 0]
    assert np.isnan(found.active[1, 2])


def test_totals_by_tenure_use_only_the_cohorts_that_reached_it() -> None:
    found = cohorts.table(ROWS, date(2025, 3, 31))
    assert found.curve.tolist() == pytest.approx([1, 1 / 3, 1 / 2])
    assert found.revenue_curve.tolist() == pytest.approx([47 / 3, 20 / 3, 5 / 2])


def test_margin_without_any_known_cost_is_unknown() -> None:
    found = cohorts.table(bought((1, 1, 10.0, NAN), (2, 2, 5.0, 2.0)), date(2025, 2, 28))
    assert np.isnan(found.margin[0, 0])
    assert found.margin[1, 0] == 2


def test_who_came_before_the_table_begins_keeps_their_month() -> None:
    first = pa.table({"customer": [1], "month": [date(2024, 12, 1)]})
    found = cohorts.table(ROWS, date(2025, 2, 28), first=first)
    assert found.months[0] == date(2024, 12, 1)
    assert found.active[0].tolist() == [0, 1, 1]


def test_payback_is_the_month_that_covers_the_cost() -> None:
    assert cohorts.payback(np.array([5.0, 9.0, 14.0]), 10) == 2
    assert cohorts.payback(np.array([5.0, 9.0, NAN]), 10) is None


def test_nobody_bought_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody bought"):
        cohorts.table(ROWS.slice(0, 0), date(2025, 3, 31))
