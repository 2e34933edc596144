"""Companies that are no companies yet, and customers who are like nobody."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from tests.analytics.lines import Line, table
from trato.analytics import calendar, purchases
from trato.analytics.purchases import Purchases

START = 18_000
END = START + 400
AS_OF = calendar.day(END)

type Company = list[Line]


@contextmanager
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def line(customer: int, day: int, amount: float, margin: float = np.nan) -> Line:
    """An order of one line; one without money was wholly given back."""
    return Line(customer, START + day, customer * 10_000 + day, amount, amount > 0, margin)


def often(customer: int, times: int = 5_000) -> Company:
    return [line(customer, day - times, 10.0) for day in range(400, 400 + times)]


EDGES: dict[str, Company] = {
    "nobody": [],
    "one customer, once": [line(1, 0, 20.0)],
    "one customer, twice": [line(1, 0, 20.0), line(1, 30, 10.0)],
    "one customer, today": [line(1, 400, 20.0)],
    "all bought once": [line(who, who, 20.0) for who in range(1, 40)],
    "all on the same day": [line(who, 10, 20.0) for who in range(1, 40)],
    "all twice on the same days": [
        line(who, day, 20.0) for who in range(1, 40) for day in (10, 40)
    ],
    "all given back": [line(who, 10, 0.0) for who in range(1, 40)],
    "more given back than bought": [
        part for who in range(1, 40) for part in (line(who, 10, 20.0), line(who, 20, -30.0))
    ],
    "only returns": [line(who, 10, -20.0) for who in range(1, 40)],
    "nobody before the day": [line(who, 401, 20.0) for who in range(1, 40)],
    "five thousand purchases of one": often(1),
    "five thousand purchases of one among many": [
        *often(1),
        *(line(who, who * 7 % 300 + 60 * time, 20.0) for who in range(2, 60) for time in range(2)),
    ],
    "no cost is known of some": [
        line(who, day * 30, 20.0, margin=np.nan if day % 2 else 5.0)
        for who in range(1, 40)
        for day in range(1, 1 + who % 5)
    ],
    "sold at a loss": [
        line(who, day * 30, 20.0, margin=-5.0) for who in range(1, 40) for day in range(who % 6)
    ],
    "everything free but one": [
        line(who, day * 20, 1e-9 if who > 1 else 1e9) for who in range(1, 40) for day in range(3)
    ],
    "all like a clock": [line(who, day, 20.0) for who in range(1, 40) for day in range(0, 400, 20)],
}
ANY = st.lists(
    st.builds(
        line,
        st.integers(1, 8),
        st.integers(0, 420),
        st.sampled_from([-30.0, 0.0, 0.01, 5.0, 20.0, 1e6]),
        margin=st.sampled_from([np.nan, -5.0, 0.0, 5.0]),
    ),
    max_size=60,
    unique_by=lambda one: one[:2],
)


def bought_by(company: Company) -> Purchases:
    return purchases.stream(table(company).to_batches(), AS_OF)


def numbers(found: pa.Table, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(found[name].to_numpy(), np.float64)
