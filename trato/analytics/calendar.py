"""Days as whole numbers since 1970-01-01, as all tables of this library count them."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from trato.analytics import columns

FIRST = date(1970, 1, 1)


def number(day: date) -> int:
    return (day - FIRST).days


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def months(first: date, last: date) -> pa.Table:
    """A row a day, ends included: day, and month as the date of its first day."""
    days = np.arange(number(first), number(last) + 1, dtype=np.int32)
    begin = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
    return pa.table({columns.DAY: days, "month": pa.array(begin, pa.date32())})
