"""Runs of equal values in sorted columns: where they start, and what is most frequent in each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Places = NDArray[np.intp]


def starts(*columns: Column) -> Places:
    """Where a run begins: the first row, and every row that differs from the one before it."""
    changes = np.ones(columns[0].size, dtype=bool)
    if changes.size:
        changes[1:] = columns[0][1:] != columns[0][:-1]
        for column in columns[1:]:
            changes[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changes)


def lengths(begins: Places, size: int) -> Places:
    """How many rows each run has."""
    return np.diff(begins, append=size)


def totals(values: Column, begins: Places) -> Column:
    """The sum of each run."""
    return np.asarray(np.add.reduceat(values, begins)) if begins.size else values[:0]


def whether_any(flags: Column, begins: Places) -> Column:
    return np.asarray(np.logical_or.reduceat(flags, begins)) if begins.size else flags[:0]


def within(begins: Places, size: int) -> Places:
    """The place of each row in its run, from 0."""
    return np.arange(size) - np.repeat(begins, lengths(begins, size))


def coded(values: Column) -> tuple[Column, Column]:
    """The distinct values, rising, and of each value its place among them.

    Integers that lie close together are counted, which is many times as fast as sorting.
    """
    if not values.size:
        return values, np.empty(0, np.intp)
    low, high = int(values.min()), int(values.max())
    if high - low > 2 * values.size + 1_000:
        distinct = np.unique(values)
        return distinct, np.searchsorted(distinct, values)
    occurs = np.zeros(high - low + 1, bool)
    occurs[values - low] = True
    return np.flatnonzero(occurs) + low, (np.cumsum(occurs) - 1)[values - low]


def usual(owner: Column, code: Column, owners: int) -> tuple[Column, Column]:
    """The most frequent code of each owner (the lowest of equals) and its share, as float32.

    ``owner`` numbers rows from 0 below ``owners``; negative codes are unknown and do not count. Who
    has no known code gets -1 and NaN.
    """
    known = code >= 0
    if not known.all():
        owner, code = owner[known], code[known]
    found = np.full(owners, -1, dtype=np.int32)
    share = np.full(owners, np.nan, dtype=np.float32)
    if not code.size:
        return found, share
    width = int(code.max()) + 1
    keys = np.sort(owner.astype(np.int64) * width + code)
    begins = starts(keys)
    times = lengths(begins, keys.size)
    who, what = np.divmod(keys[begins], width)
    first = starts(who)
    best = np.maximum.reduceat(times * width + (width - 1 - what), first)
    holder = who[first]
    found[holder] = width - 1 - best % width
    share[holder] = best // width / totals(times, first)
    return found, share
