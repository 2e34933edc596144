"""The lake as streams that engines read once."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pyarrow as pa

from trato.analytics.runs import Column
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


def answers(lake: Lake) -> tuple[Column, Column, Column]:
    """Of the signals that answered a campaign: customer, day and the code of the campaign."""
    found: list[list[Column]] = [[], [], []]
    for batch in lake.batches("signals", ["day", "campaign"]):
        answered = batch["campaign"].to_numpy() >= 0
        for columns, name in zip(found, ("customer", "day", "campaign"), strict=True):
            columns.append(batch[name].to_numpy()[answered].astype(np.int64))
    who, day, campaign = map(np.concatenate, found)
    return who, day, campaign
