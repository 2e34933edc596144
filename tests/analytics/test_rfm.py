from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from trato.analytics import calendar, rfm
from trato.customers.models import RfmGroup

AS_OF = date(2026, 1, 1)
END = calendar.number(AS_OF)


def customers(*rows: tuple[int, int, float]) -> pa.Table:
    """Days since the last purchase, purchases, money."""
    since, purchases, amount = zip(*rows, strict=True)
    return pa.table(
        {
            "customer": np.arange(len(rows)),
            "last_day": END - np.array(since),
            "purchases": np.array(purchases),
            "amount": np.array(amount),
        }
    )


def scores(table: pa.Table, cuts: rfm.Cuts | None = None) -> list[tuple[int, int, int, str]]:
    found = rfm.score(table, AS_OF, cuts)
    names = ("recency_score", "frequency_score", "monetary_score", "rfm_group")
    return list(zip(*(found[name].to_pylist() for name in names), strict=True))


def test_fifths_give_each_score_to_a_fifth() -> None:
    found = scores(customers(*((day * 10, 10 - day, 100.0 - day) for day in range(10))))
    assert [row[0] for row in found] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert [row[1] for row in found] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found[0][3] == "champions"
    assert found[-1][3] == "lost"


def test_fixed_cut_points_say_the_same_in_every_company() -> None:
    table = customers((0, 10, 2000), (30, 1, 50), (31, 2, 50.01), (366, 9, 1500))
    assert scores(table, rfm.FIXED) == [
        (5, 5, 5, "champions"),
        (5, 1, 1, "new"),
        (4, 2, 2, "potential_loyal"),
        (1, 4, 4, "cannot_lose"),
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 4), st.sampled_from([5.0, 7.5, 10.0])),
        min_size=1,
        max_size=60,
    )
)
def test_equal_customers_have_equal_scores_and_better_ones_no_lower(
    rows: list[tuple[int, int, float]],
) -> None:
    found = scores(customers(*rows))
    for mine, scored in zip(rows, found, strict=True):
        for other, its in zip(rows, found, strict=True):
            if mine == other:
                assert scored == its
            if mine[0] <= other[0]:
                assert scored[0] >= its[0]
            if mine[2] >= other[2]:
                assert scored[2] >= its[2]


def test_nobody_has_no_scores() -> None:
    assert rfm.score(customers((1, 1, 1.0)).slice(0, 0), AS_OF).num_rows == 0


def test_groups_are_those_the_customers_have_and_each_is_in_use() -> None:
    assert {str(group) for group in rfm.Group} == set(RfmGroup.values)
    assert {group for row in rfm.GROUPS for group in row} == set(rfm.Group)
