"""The lake as streams that engines read once."""

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa

from trato.insight.warehouse.lake import Lake


def lines_reader(lake: Lake, columns: list[str]) -> pa.RecordBatchReader:
    """The lines with these columns and the customer, for one pass."""
    batches: Iterator[pa.RecordBatch] = lake.batches("lines", columns)
    first = next(batches)
    return pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))


def signals(lake: Lake) -> pa.Table:
    """Contacts and responses with the word of their kind."""
    table = lake.table("signals", ["day", "kind"])
    codes = table["kind"].combine_chunks().cast(pa.int32())
    words = pa.DictionaryArray.from_arrays(codes, pa.array(lake.manifest.source["kinds"]))
    return table.set_column(table.schema.get_field_index("kind"), "kind", words)
