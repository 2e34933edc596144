from datetime import date

import pyarrow as pa
import pytest

from trato.analytics.moves import follow


def moves(*rows: tuple[int, int, int]) -> pa.Table:
    customer, day, stage = zip(*rows, strict=True)
    return pa.table(
        {
            "customer": customer,
            "day": [date(2026, 1, one) for one in day],
            "to_stage": pa.array(stage, pa.int8()),
        }
    )


def test_a_stay_ends_with_the_next_move_of_the_same_customer() -> None:
    found = follow(moves((1, 2, 1), (1, 5, 4), (2, 3, 1)))
    assert found["until"].to_pylist() == [date(2026, 1, 5), None, None]


def test_the_furthest_stage_before_a_move_is_told() -> None:
    found = follow(moves((1, 1, 2), (1, 2, 4), (1, 3, 5), (1, 4, 7), (1, 5, 6), (2, 1, 1)))
    assert found["furthest"].to_pylist() == [0, 2, 4, 4, 4, 0]


def test_only_the_first_time_in_a_stage_is_the_first() -> None:
    found = follow(moves((1, 1, 4), (1, 2, 7), (1, 3, 4), (1, 4, 7), (2, 1, 7)))
    assert found["is_first"].to_pylist() == [True, True, False, False, True]


def test_nobody_moved() -> None:
    assert follow(moves((1, 1, 4)).slice(0, 0)).num_rows == 0


def test_moves_of_mixed_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        follow(moves((2, 1, 1), (1, 1, 1)))
