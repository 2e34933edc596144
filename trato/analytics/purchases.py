"""Purchase statistics: from lines of orders to one row a purchase and one row a customer.

A *purchase* is a day on which a customer has an order that counts and the lines of the day add up
to more than nothing; the orders of one day are one purchase. What is given back later is taken off
the last purchase before it (off the first, when nothing had been bought yet), so that the purchases
of a customer add up to all that was paid. Whether a day is a purchase never changes afterwards: it
depends on that day alone.

The definition is written twice: `trato.analytics.portable` says it as one expression for any
engine, `stream` here computes it in one pass over sorted batches with memory for one batch and the
results.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trato.analytics import calendar, columns, runs

type Column = NDArray[Any]
type Columns = dict[str, Column]

LINES = {
    columns.CUSTOMER: np.int64,
    columns.DAY: np.int32,
    columns.ORDER: np.int64,
    columns.PRODUCT: np.int64,
    columns.AMOUNT: np.float64,
    columns.MARGIN: np.float64,
    columns.IS_PURCHASE: np.bool_,
    columns.HOUR: np.int8,
    columns.CHANNEL: np.int16,
    columns.STORE: np.int16,
}
DAYS = pa.schema(
    [
        pa.field(columns.CUSTOMER, pa.int64(), nullable=False),
        pa.field(columns.DAY, pa.int32(), nullable=False),
        pa.field(columns.AMOUNT, pa.float64(), nullable=False),
        pa.field(columns.MARGIN, pa.float64(), nullable=False),
        pa.field(columns.KNOWN, pa.float64(), nullable=False),
        pa.field(columns.SEVERAL, pa.bool_(), nullable=False),
    ]
)
TABLE = pa.schema(
    [
        pa.field(columns.CUSTOMER, pa.int64(), nullable=False),
        pa.field(columns.PURCHASES, pa.int32(), nullable=False),
        pa.field(columns.FREQUENCY, pa.int32(), nullable=False),
        pa.field(columns.RECENCY, pa.int32(), nullable=False),
        pa.field(columns.AGE, pa.int32(), nullable=False),
        pa.field(columns.MONETARY, pa.float64(), nullable=False),
        pa.field(columns.AMOUNT, pa.float64(), nullable=False),
        pa.field(columns.MARGIN, pa.float64(), nullable=False),
        pa.field(columns.KNOWN, pa.float64(), nullable=False),
        pa.field(columns.FIRST_DAY, pa.int32(), nullable=False),
        pa.field(columns.LAST_DAY, pa.int32(), nullable=False),
        pa.field(columns.REGULARITY, pa.float32(), nullable=False),
        pa.field("usual_weekday", pa.int8(), nullable=False),
        pa.field("weekday_share", pa.float32(), nullable=False),
        pa.field("usual_hour", pa.int8(), nullable=False),
        pa.field("hour_share", pa.float32(), nullable=False),
        pa.field("usual_channel", pa.int16(), nullable=False),
        pa.field("channel_share", pa.float32(), nullable=False),
        pa.field("usual_store", pa.int16(), nullable=False),
        pa.field("store_share", pa.float32(), nullable=False),
    ]
)


@dataclass(frozen=True, eq=False)
class Purchases:
    """``days``: a row a purchase, sorted by customer and day (schema `DAYS`); ``table``: a row a
    customer who bought (schema `TABLE`), sorted by customer.

    ``several`` says whether the customer had paid for more than one product by then.
    ``margin`` adds up the lines whose cost is known, NaN where none is; ``known`` is the amount of
    those lines. ``monetary`` is the mean of
    the purchases after the first, NaN with one. ``regularity`` is 1/(1 + v²) of the coefficient of
    variation v of the gaps: 1 is a clock, 0.5 pure chance, NaN with fewer than two gaps. What is
    usual is the most frequent value (the lowest of equals, -1 unknown): of the weekday (0 is
    Monday) by purchases, of hour, channel and store by orders.
    """

    as_of: date
    days: pa.Table
    table: pa.Table

    def joined(self, others: "Purchases") -> "Purchases":
        """With the customers of ``others``, who all come after those of this one."""
        return Purchases(
            self.as_of,
            pa.concat_tables([self.days, others.days]),
            pa.concat_tables([self.table, others.table]),
        )


def stream(batches: Iterable[pa.RecordBatch], as_of: date) -> Purchases:
    """All customers' purchases up to ``as_of``, in one pass.

    ``batches`` are lines with the columns of `LINES`, sorted by customer, day and order; a customer
    may span batches. Raises ``ValueError`` when they are not sorted by customer and day.
    """
    days, table = [], []
    end = calendar.number(as_of)
    for lines in _whole_customers(batches):
        bought = _purchases(_known(lines, end))
        if bought is not None:
            days.append(_batch(bought.days(), DAYS))
            table.append(_batch(bought.table(end), TABLE))
    return Purchases(as_of, pa.Table.from_batches(days, DAYS), pa.Table.from_batches(table, TABLE))


def _batch(made: Columns, schema: pa.Schema) -> pa.RecordBatch:
    """Columns as they were made, in the types of the schema."""
    arrays = [pa.array(made[field.name], type=field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _whole_customers(batches: Iterable[pa.RecordBatch]) -> Iterator[Columns]:
    """The lines in pieces that never cut a customer in two."""
    kept: list[Columns] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        lines = {name: _numbers(batch, name) for name in LINES}
        customer = lines[columns.CUSTOMER]
        _check_order(kept, lines)
        begin = int(np.searchsorted(customer, customer[-1]))
        if begin:
            yield _chained([*kept, {name: values[:begin] for name, values in lines.items()}])
            kept = []
        elif kept and kept[-1][columns.CUSTOMER][-1] != customer[0]:
            yield _chained(kept)
            kept = []
        kept.append({name: values[begin:] for name, values in lines.items()})
    if kept:
        yield _chained(kept)


def _numbers(batch: pa.RecordBatch, name: str) -> Column:
    column = batch.column(name)
    if name == columns.MARGIN:
        column = column.fill_null(float("nan")) if column.null_count else column
    return np.asarray(column.to_numpy(zero_copy_only=False), LINES[name])


def _chained(parts: list[Columns]) -> Columns:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in LINES}


def _check_order(kept: list[Columns], lines: Columns) -> None:
    customer, day = lines[columns.CUSTOMER], lines[columns.DAY]
    if kept:
        customer = np.concatenate([kept[-1][columns.CUSTOMER][-1:], customer])
        day = np.concatenate([kept[-1][columns.DAY][-1:], day])
    back = customer[1:] < customer[:-1]
    back |= (customer[1:] == customer[:-1]) & (day[1:] < day[:-1])
    if back.any():
        message = "The lines must be sorted by customer and day."
        raise ValueError(message)


def _known(lines: Columns, end: int) -> Columns:
    then = lines[columns.DAY] <= end
    return lines if then.all() else {name: values[then] for name, values in lines.items()}


@dataclass(frozen=True, eq=False)
class _Bought:
    """Purchases of some customers: those of one customer begin at ``first``."""

    customer: Column
    day: Column
    amount: Column
    margin: Column
    known: Column
    several: Column
    first: Column
    order_owner: Column
    order: Columns

    def days(self) -> Columns:
        return {
            columns.CUSTOMER: self.customer,
            columns.DAY: self.day,
            columns.AMOUNT: self.amount,
            columns.MARGIN: self.margin,
            columns.KNOWN: self.known,
            columns.SEVERAL: self.several,
        }

    def table(self, end: int) -> Columns:
        purchases = runs.lengths(self.first, self.day.size)
        first_day, last_day = self.day[self.first], self.day[self.first + purchases - 1]
        amount = runs.totals(self.amount, self.first)
        repeated = amount - self.amount[self.first]
        with np.errstate(invalid="ignore", divide="ignore"):
            monetary = np.where(purchases > 1, repeated / (purchases - 1), np.nan)
        return {
            columns.CUSTOMER: self.customer[self.first],
            columns.PURCHASES: purchases,
            columns.FREQUENCY: purchases - 1,
            columns.RECENCY: last_day - first_day,
            columns.AGE: end - first_day,
            columns.MONETARY: monetary,
            columns.AMOUNT: amount,
            columns.MARGIN: _sum_of_known(self.margin, self.first),
            columns.KNOWN: runs.totals(self.known, self.first),
            columns.FIRST_DAY: first_day,
            columns.LAST_DAY: last_day,
            columns.REGULARITY: self._regularity(purchases - 1, last_day - first_day),
            **self._usual(),
        }

    def _regularity(self, gaps: Column, recency: Column) -> Column:
        squared = np.zeros(self.day.size, np.int64)
        squared[1:] = np.diff(self.day).astype(np.int64) ** 2
        squared[self.first] = 0
        return regularity(gaps, recency, runs.totals(squared, self.first))

    def _usual(self) -> Columns:
        owners = self.first.size
        owner = np.repeat(np.arange(owners), runs.lengths(self.first, self.day.size))
        found = {"weekday": runs.usual(owner, (self.day + 3) % 7, owners)}
        for name in (columns.HOUR, columns.CHANNEL, columns.STORE):
            found[name] = runs.usual(self.order_owner, self.order[name], owners)
        return {
            key: values
            for name, (code, share) in found.items()
            for key, values in ((f"usual_{name}", code), (f"{name}_share", share))
        }


def regularity(gaps: Column, recency: Column, squared: Column) -> Column:
    """1/(1 + v²) of the gaps' coefficient of variation v, from how many they are, their sum and the
    sum of their squares; NaN with fewer than two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = recency / gaps
        variance = np.maximum(squared - recency * mean, 0) / (gaps - 1)
        return np.where(gaps > 1, mean**2 / (mean**2 + variance), np.nan)


def _purchases(lines: Columns) -> _Bought | None:
    """The purchases in the lines of whole customers, None when there is none."""
    order_at = runs.starts(lines[columns.CUSTOMER], lines[columns.DAY], lines[columns.ORDER])
    counts = runs.whether_any(lines[columns.IS_PURCHASE], order_at)
    days, day_at = _day_rows(lines, order_at, counts)
    is_purchase = days["counts"] & (days[columns.AMOUNT] > 0)
    if not is_purchase.any():
        return None
    customer_at = runs.starts(days[columns.CUSTOMER])
    size = is_purchase.size
    who = np.repeat(np.arange(customer_at.size), runs.lengths(customer_at, size))
    bought = runs.whether_any(is_purchase, customer_at)
    number = np.cumsum(bought) - 1
    day_of = np.repeat(np.arange(size), runs.lengths(day_at, order_at.size))
    used = np.flatnonzero(counts & is_purchase[day_of])
    keep = bought[who]
    place = np.flatnonzero(is_purchase)
    first = runs.starts(who[place])
    begin = place.copy()
    begin[first] = customer_at[who[place[first]]]
    begin = (np.cumsum(keep) - 1)[begin]
    return _Bought(
        customer=days[columns.CUSTOMER][place],
        day=days[columns.DAY][place],
        amount=runs.totals(days[columns.AMOUNT][keep], begin),
        margin=_sum_of_known(days[columns.MARGIN][keep], begin),
        known=runs.totals(days[columns.KNOWN][keep], begin),
        several=_several(lines, order_at[day_at], place, first),
        first=first,
        order_owner=number[who[day_of[used]]],
        order={
            name: lines[name][order_at[used]]
            for name in (columns.HOUR, columns.CHANNEL, columns.STORE)
        },
    )


def _several(lines: Columns, line_at: Column, place: Column, first: Column) -> Column:
    """Whether more than one product was paid for until each purchase: the lowest and the highest
    number of a product until then differ."""
    paid = lines[columns.IS_PURCHASE] & (lines[columns.AMOUNT] > 0)
    product = lines[columns.PRODUCT]
    beyond = int(product.max()) + 1
    low = np.minimum.reduceat(np.where(paid, product, beyond), line_at)[place]
    high = np.maximum.reduceat(np.where(paid, product, -1), line_at)[place]
    # Each customer's numbers lie beyond those of the one before.
    own = np.repeat(np.arange(first.size), runs.lengths(first, place.size)) * (beyond + 2)
    lowest = np.minimum.accumulate(low - own) + own
    highest = np.maximum.accumulate(high + own) - own
    return np.asarray(lowest < highest)


def _day_rows(lines: Columns, order_at: Column, counts: Column) -> tuple[Columns, Column]:
    """What each customer's day adds up to, and at which order each day begins."""
    customer, day = lines[columns.CUSTOMER][order_at], lines[columns.DAY][order_at]
    day_at = runs.starts(customer, day)
    line_at = order_at[day_at]
    amount, margin = lines[columns.AMOUNT], lines[columns.MARGIN]
    rows = {
        columns.CUSTOMER: customer[day_at],
        columns.DAY: day[day_at],
        columns.AMOUNT: runs.totals(amount, line_at),
        columns.MARGIN: _sum_of_known(margin, line_at),
        columns.KNOWN: runs.totals(np.where(np.isnan(margin), 0.0, amount), line_at),
        "counts": runs.whether_any(counts, day_at),
    }
    return rows, day_at


def _sum_of_known(values: Column, begins: Column) -> Column:
    known = ~np.isnan(values)
    if known.all():
        return runs.totals(values, begins)
    sums = runs.totals(np.where(known, values, 0.0), begins)
    return np.where(runs.whether_any(known, begins), sums, np.nan)
