"""Purchase statistics of the lake: the pass over sorted lines beside the portable expression."""

import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import row, timed
from trato.analytics import calendar, habits, journey, portable, purchases

AS_OF = date(2025, 12, 31)
CUSTOMERS = 100_000
LINES_A_CUSTOMER = 12
LINES_AN_ORDER = 2.5
YEARS = 2


def run(lines: int = 10_000_000) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="trato-bench-") as folder:
        file = Path(folder) / "lines.parquet"
        _write(file, lines)
        took = timed(lambda: _pass(file))
        memory = f"lake statistics ({_memory():,.0f} MB in all)"
        yield row(memory, lines, "lines", took, {name: timed(ask) for name, ask in _peers(file)})
        bought = _pass(file)
    days = bought.days
    took = timed(lambda: habits.rhythms(days, AS_OF, bought.table))
    yield row("rhythms and habits", days.num_rows, "purchases", took, {})
    known = pa.table({"customer": bought.table["customer"], "known_day": bought.table["first_day"]})
    nothing = pa.table({"customer": [], "day": [], "kind": []}, schema=_SIGNALS)
    took = timed(lambda: journey.trace(known, days, nothing, AS_OF))
    yield row("the journey replayed", days.num_rows, "purchases", took, {})


_SIGNALS = pa.schema([("customer", pa.int64()), ("day", pa.int32()), ("kind", pa.string())])


def _pass(file: Path) -> purchases.Purchases:
    # What is read ahead would be kept until the end.
    lines = pq.ParquetFile(file, pre_buffer=False)
    return purchases.stream(lines.iter_batches(1 << 18, columns=list(purchases.LINES)), AS_OF)


def _peers(file: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """The portable expression on other engines."""
    yield "DuckDB", lambda: _on(duckdb.connect().read_parquet(str(file)))
    yield "polars", lambda: _on(polars.scan_parquet(file))


def _on(lines: Any) -> pa.Table:
    told = portable.statistics(nw.from_native(lines), AS_OF)
    return told.collect(backend="pyarrow").to_native()


def _memory() -> float:
    """The most that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write(file: Path, lines: int) -> None:
    """A lake of so many lines, sorted by customer, day and order."""
    chance = np.random.default_rng(7)
    writer, written, first = None, 0, 1
    while written < lines:
        batch = _lines(chance, first, CUSTOMERS)[: lines - written]
        writer = writer or pq.ParquetWriter(file, batch.schema, compression="zstd")
        writer.write_table(batch, row_group_size=1 << 18)
        written, first = written + batch.num_rows, first + CUSTOMERS
    if writer:
        writer.close()


def _lines(chance: np.random.Generator, first: int, customers: int) -> pa.Table:
    mean = LINES_A_CUSTOMER / LINES_AN_ORDER
    orders = 1 + chance.poisson(chance.gamma(1.0, mean - 1, customers))
    customer = np.repeat(np.arange(first, first + customers), orders)
    begin = calendar.number(AS_OF) - 365 * YEARS
    day = begin + chance.integers(0, 365 * YEARS, customer.size)
    order = np.arange(customer.size) + first * 100
    sort = np.lexsort((day, customer))
    each = 1 + chance.poisson(LINES_AN_ORDER - 1, customer.size)
    rows = np.repeat(sort, each)
    size, order = rows.size, np.repeat(order, each)
    back = chance.random(size) < 0.02
    amount = np.round(chance.gamma(2.0, 10.0, size), 2) * np.where(back, -1, 1)
    margin = np.where(chance.random(size) < 0.1, np.nan, np.round(amount * 0.35, 2))
    return pa.table(
        {
            "customer": customer[rows],
            "day": day[rows].astype(np.int32),
            "order": order,
            "product": chance.integers(1, 5_000, size),
            "amount": amount,
            "margin": margin,
            "is_purchase": np.repeat(chance.random(customer.size) < 0.98, each),
            "hour": np.repeat(chance.integers(8, 22, customer.size).astype(np.int8), each),
            "channel": np.repeat(chance.integers(-1, 4, customer.size).astype(np.int16), each),
            "store": np.repeat(chance.integers(-1, 30, customer.size).astype(np.int16), each),
        }
    )


if __name__ == "__main__":
    for found in run(int(sys.argv[1])):
        print(found)
