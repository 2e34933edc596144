"""Rows of some customers taken out of sorted files, and put into them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

type Column = NDArray[Any]


def batches(table: pa.Table) -> list[pa.RecordBatch]:
    """At least one, so that the columns are known."""
    return table.combine_chunks().to_batches() or [_none(table)]


def picked(batch: pa.RecordBatch, whom: Column) -> pa.RecordBatch:
    """The rows of some customers, of a batch that is sorted by customer."""
    held = batch.column("customer").to_numpy()
    begin, end = (np.searchsorted(held, whom, side) for side in ("left", "right"))
    count = end - begin
    rows = np.repeat(begin - np.cumsum(count) + count, count) + np.arange(count.sum())
    return batch.take(pa.array(rows))


def merged(
    base: Iterator[pa.RecordBatch], beside: pa.Table, changed: Column
) -> Iterator[pa.RecordBatch]:
    """The base without the changed customers, and what is beside it of each of them in their place:
    all sorted by customer."""
    keys, done = beside["customer"].to_numpy(), 0
    for batch in base:
        kept = _without(batch, changed)
        if not kept.num_rows:
            continue
        until = int(np.searchsorted(keys, kept.column("customer")[-1].as_py()))
        if until == done:
            yield kept
            continue
        both = pa.concat_tables([pa.Table.from_batches([kept]), beside.slice(done, until - done)])
        order = np.argsort(both["customer"].to_numpy(), kind="stable")
        yield from both.unify_dictionaries().take(pa.array(order)).combine_chunks().to_batches()
        done = until
    yield from batches(beside.slice(done))


def _none(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=table.schema)


def _without(batch: pa.RecordBatch, customers: Column) -> pa.RecordBatch:
    if not customers.size:
        return batch
    held = batch.column("customer").to_numpy()
    place = np.searchsorted(customers, held).clip(max=customers.size - 1)
    return batch.filter(pa.array(customers[place] != held))
