"""Tenths of the customers by their value."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics.runs import Column
from trato.insight.refresh.aligning import without_nan

# A value worked out again, among other customers, may be another one in its last digits.
_SAME = 1e-9


def ends(values: pa.Array) -> Column:
    """The nine values from which on a customer is in the next tenth; none where none is known."""
    ordered = np.sort(without_nan(values).drop_null().to_numpy())
    if not ordered.size:
        return np.empty(0)
    first = ordered[np.arange(1, 10) * ordered.size // 10]
    return np.asarray(first - _SAME * np.abs(first))


def of(values: pa.Array, beyond: Column) -> pa.Array:
    """From 1 to 10, equal values in the same tenth; empty where there is no value."""
    known = without_nan(values)
    found = 1 + np.searchsorted(beyond, pc.fill_null(known, 0.0).to_numpy(), side="right")
    return pa.array(found.astype(np.int16), mask=known.is_null().to_numpy(zero_copy_only=False))
