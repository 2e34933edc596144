import math
from datetime import date

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.lines import Line, chance, table
from trato.analytics import calendar, portable, purchases

AS_OF = calendar.day(19_050)
CLOSE = 1e-9


def streamed(lines: pa.Table, as_of: date = AS_OF, size: int = 7) -> purchases.Purchases:
    return purchases.stream(lines.to_batches(max_chunksize=size), as_of)


def one(*lines: Line) -> dict[str, float]:
    found: list[dict[str, float]] = streamed(table(lines)).table.to_pylist()
    assert len(found) == 1
    return found[0]


def days(*lines: Line) -> list[tuple[int, float]]:
    found = streamed(table(lines)).days
    names = ("day", "amount")
    return list(zip(*(found[name].to_pylist() for name in names), strict=True))


def test_the_orders_of_a_day_are_one_purchase() -> None:
    assert days(Line(1, 19_000, 1, 10), Line(1, 19_000, 2, 5)) == [(19_000, 15)]


def test_what_comes_back_is_taken_off_the_purchase_before_it() -> None:
    bought = [Line(1, 19_000, 1, 30), Line(1, 19_020, 3, 50)]
    back = Line(1, 19_005, 2, -10, is_purchase=False)
    assert days(*bought, back) == [(19_000, 20), (19_020, 50)]


def test_what_comes_back_before_the_first_purchase_is_taken_off_the_first() -> None:
    back = Line(1, 18_990, 1, -4, is_purchase=False)
    assert days(back, Line(1, 19_000, 2, 30), Line(1, 19_001, 3, 7)) == [
        (19_000, 26),
        (19_001, 7),
    ]


def test_an_order_given_back_whole_is_no_purchase() -> None:
    whole = Line(1, 19_010, 2, 0, is_purchase=False)
    assert days(Line(1, 19_000, 1, 30), whole) == [(19_000, 30)]


def test_a_day_that_adds_up_to_nothing_is_no_purchase() -> None:
    even = [Line(1, 19_010, 2, 12), Line(1, 19_010, 3, -12, is_purchase=False)]
    assert days(Line(1, 19_000, 1, 30), *even) == [(19_000, 30)]


def test_a_second_product_counts_from_the_day_on_which_it_is_paid_for() -> None:
    lines = [
        Line(1, 19_000, 1, 10, product=7),
        Line(1, 19_001, 2, 10, product=7),
        Line(1, 19_002, 3, -4, is_purchase=False, product=3),
        Line(1, 19_003, 4, 10, product=7),
        Line(1, 19_003, 4, 0, product=4),
        Line(1, 19_004, 5, 10, product=8),
        Line(1, 19_005, 6, 10, product=7),
        Line(2, 19_000, 7, 10, product=5),
        Line(2, 19_000, 7, 10, product=2),
        Line(3, 19_009, 8, 10, product=7),
    ]
    found = streamed(table(lines)).days["several"].to_pylist()
    assert found == [False, False, False, True, True, True, False]


def test_who_only_gave_back_has_not_bought() -> None:
    found = streamed(table([Line(1, 19_000, 1, -5, is_purchase=False)]))
    assert found.table.num_rows == found.days.num_rows == 0


def test_statistics_of_one_customer() -> None:
    found = one(
        Line(1, 19_000, 1, 10, margin=4, hour=9, channel=1),
        Line(1, 19_007, 2, 20, hour=9, channel=2),
        Line(1, 19_014, 3, 40, margin=6, hour=18, channel=2),
        Line(1, 19_060, 4, 99),
    )
    counts = [found[name] for name in ("purchases", "frequency", "recency", "age")]
    assert counts == [3, 2, 14, 50]
    assert (found["first_day"], found["last_day"]) == (19_000, 19_014)
    assert (found["monetary"], found["amount"], found["margin"]) == (30, 70, 10)
    assert found["regularity"] == 1
    assert (found["usual_weekday"], found["weekday_share"]) == (calendar.day(19_000).weekday(), 1)
    assert (found["usual_hour"], found["hour_share"]) == (9, pytest.approx(2 / 3))
    assert (found["usual_channel"], found["usual_store"]) == (2, -1)
    assert math.isnan(found["store_share"])


def test_with_one_purchase_there_is_no_repeat_value() -> None:
    found = one(Line(1, 19_000, 1, 10))
    assert math.isnan(found["monetary"])
    assert math.isnan(found["regularity"])
    assert math.isnan(found["margin"])


def test_no_lines_no_customers() -> None:
    found = streamed(table([]))
    assert found.table.schema == purchases.TABLE
    assert found.days.schema == purchases.DAYS


def test_lines_out_of_order_are_refused() -> None:
    lines = chance(1, 50, 5)
    with pytest.raises(ValueError, match="sorted"):
        streamed(lines.take(pa.array(np.arange(lines.num_rows)[::-1])))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(0, 120), st.integers(1, 12), st.integers(1, 40))
def test_the_pass_says_what_the_expression_says(
    seed: int, orders: int, customers: int, size: int
) -> None:
    lines = chance(seed, orders, customers)
    mine = streamed(lines, size=size)
    frame = nw.from_native(duckdb.from_arrow(lines))
    same(mine.days, portable.days(frame, AS_OF), ["customer", "day"])
    same(mine.table, portable.statistics(frame, AS_OF), ["customer"])


def same(mine: pa.Table, expression: portable.Frame, keys: list[str]) -> None:
    """All columns of the pass are those of the expression, up to the order of summing."""
    other = expression.collect(backend="pyarrow").to_native()
    other = other.sort_by([(key, "ascending") for key in keys])
    assert set(other.column_names) == set(mine.column_names)
    assert other.num_rows == mine.num_rows
    for name in mine.column_names:
        found = other[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
        tolerance = 1e-6 if mine.schema.field(name).type == pa.float32() else CLOSE
        expected = mine[name].to_numpy().astype(float)
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=name)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(19_000, 19_060))
def test_what_was_known_of_a_day_stays(seed: int, day: int) -> None:
    lines = chance(seed, 80, 6)
    then, later = streamed(lines, calendar.day(day)).days, streamed(lines).days
    if day <= 19_050:
        later = later.filter(pc.less_equal(later["day"], day))
        assert then.select(["customer", "day"]).equals(later.select(["customer", "day"]))
