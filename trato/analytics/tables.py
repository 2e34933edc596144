"""Scores of many customers: row by row what is cheap, once a distinct pair what is dear."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.grouping import Column, Floats, check, chunks, numbers, step_of, whole

MOST_CELLS = 1 << 24


@dataclass(frozen=True, eq=False)
class Customers:
    """Checked histories, one a row, and the shape in which their scores are to be given.

    Frequency, recency and age may be arrays of one shape or single numbers for all. Raises
    ``ValueError`` naming the first row that cannot be.
    """

    frequency: Column
    recency: Column
    age: Column
    shape: tuple[int, ...]

    @classmethod
    def of(cls, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> "Customers":
        count, last, end = np.broadcast_arrays(
            numbers("frequency", frequency), numbers("recency", recency), numbers("age", age)
        )
        flat = count.ravel(), last.ravel(), end.ravel()
        check(*flat)
        return cls(*flat, count.shape)

    def rows(self, part: slice) -> tuple[Floats, Floats, Floats]:
        columns = (self.frequency, self.recency, self.age)
        frequency, recency, age = (column[part].astype(np.float64) for column in columns)
        return frequency, recency, age

    def each(self, work: Callable[[slice], Floats]) -> Floats:
        """``work`` done for slices of rows and put together in the shape of the customers."""
        result = np.empty(self.frequency.size)
        for part in chunks(result.size):
            result[part] = work(part)
        return result.reshape(self.shape)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The distinct pairs of frequency and age, sorted, shape ``(pairs,)``.

    ``places`` is the position of every customer's pair, shape ``(customers,)``.
    """

    frequency: Floats
    age: Floats
    places: Column

    @classmethod
    def of(cls, frequency: Column, age: Column) -> "Pairs":
        step = step_of(age)
        if step:
            times = np.arange(int(whole(age.max(keepdims=True), step)[0]) + 1) / step
            cells, places = _cells(frequency, age, times.size, step)
        else:
            times, codes = np.unique(age, return_inverse=True)
            cells, places = _cells(frequency, codes, times.size, 1)
        counts, ages = np.divmod(cells, times.size)
        return cls(counts.astype(np.float64), times[ages], places)

    def table(self, work: Callable[[float, Floats], Floats]) -> Floats:
        """``work(frequency, ages)`` of all pairs, called once a frequency, ``ages`` a slice."""
        starts = np.flatnonzero(np.diff(self.frequency, prepend=-1))
        slices = zip(starts, np.append(starts[1:], self.frequency.size), strict=True)
        parts = [work(float(self.frequency[low]), self.age[low:high]) for low, high in slices]
        return np.concatenate(parts)


def _cells(frequency: Column, age: Column, ages: int, step: int) -> tuple[Column, Column]:
    """Distinct values of ``frequency * ages + age``, and where each row's is among them."""
    size = (int(frequency.max()) + 1) * ages
    keys = np.empty(frequency.size, np.int32 if size < 1 << 31 else np.int64)
    for part in chunks(keys.size):
        cell = frequency[part].astype(np.int64) * ages
        keys[part] = cell + whole(age[part], step).astype(np.int64)
    if size > MOST_CELLS:
        cells, places = np.unique(keys, return_inverse=True)
        return cells, places
    present = np.zeros(size, bool)
    present[keys] = True
    rank = np.cumsum(present, dtype=np.int32) - np.int32(1)
    for part in chunks(keys.size):
        keys[part] = rank[keys[part]]
    return np.flatnonzero(present), keys
