from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from trato.analytics import prices

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def sold(*rows: tuple[date, int, float, float]) -> pa.Table:
    months, products, quantities, amounts = zip(*rows, strict=True)
    return pa.table(
        {"month": months, "product": products, "quantity": quantities, "amount": amounts}
    )


def test_a_new_dear_product_is_not_a_change_of_price() -> None:
    found = prices.index(sold((JAN, 1, 2, 20), (FEB, 1, 3, 33), (FEB, 2, 1, 900), (MAR, 1, 1, 11)))
    assert found.level.tolist() == pytest.approx([1, 1.1, 1.1])


def test_changes_are_weighted_by_what_is_spent() -> None:
    found = prices.index(sold((JAN, 1, 1, 10), (JAN, 2, 1, 10), (FEB, 1, 1, 20), (FEB, 2, 0.5, 5)))
    # Tornqvist: the doubled price has weight (1/2 + 4/5) / 2.
    assert found.level[1] == pytest.approx(2**0.65)


def test_returns_have_no_price_and_gaps_change_nothing() -> None:
    found = prices.index(sold((JAN, 1, 1, 10), (FEB, 1, -1, -10), (MAR, 1, 1, 12)))
    assert found.level.tolist() == pytest.approx([1, 1.2])
    assert found.at(found.months[0] + np.array([-5, 1, 2, 9])).tolist() == pytest.approx(
        [1, 1, 1.2, 1.2]
    )


def test_nothing_sold_has_no_prices() -> None:
    with pytest.raises(ValueError, match="nothing was sold"):
        prices.index(sold((JAN, 1, -1, -10)))
