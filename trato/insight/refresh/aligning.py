"""Tables of some customers, put beside the list of all."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# No forecast looks further ahead than a human life.
_FURTHEST = 36_500

type Column = NDArray[Any]


class Aligned:
    """The rows of a table, sorted by customer, in the order of ``customers``."""

    def __init__(self, customers: Column, table: pa.Table) -> None:
        known = table["customer"].to_numpy()
        if not known.size:
            self._places = pa.nulls(customers.size, pa.int64())
        else:
            place = np.searchsorted(known, customers).clip(max=known.size - 1)
            self._places = pa.array(place, mask=known[place] != customers)
        self._table = table

    def __getitem__(self, name: str) -> pa.Array:
        """A column; empty where the table does not have the customer, or has no number."""
        column = self._table[name]
        if isinstance(column.type, pa.DictionaryType):
            column = column.cast(column.type.value_type)
        found = column.combine_chunks().take(self._places)
        if pa.types.is_floating(found.type):
            return without_nan(found)
        return found

    def dates(self, name: str, *, as_of: int) -> pa.Array:
        """A column of days as dates; empty when they lie beyond all that can be foreseen."""
        days = self[name].cast(pa.int64())
        near = pc.less(days, as_of + _FURTHEST)
        return pc.if_else(near, days, None).cast(pa.int32()).cast(pa.date32())

    def texts(self, name: str, words: list[str]) -> pa.Array:
        """A column of places in a list of words; an unknown word is nothing."""
        codes = pc.fill_null(self[name].cast(pa.int64()), -1)
        known = pa.array([*words, ""], pa.string())
        return known.take(pc.if_else(pc.less(codes, 0), len(words), codes))


def in_sorted(values: Column, known: Column) -> Column:
    """Which of the values are among the known ones, which are sorted."""
    if not known.size:
        return np.zeros(values.size, bool)
    return np.asarray(known[np.searchsorted(known, values).clip(max=known.size - 1)] == values)


def without_nan(numbers: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_finite(numbers), numbers, None)
