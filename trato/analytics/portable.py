"""Purchase statistics as one expression: narwhals runs it on DuckDB, Spark and tables in memory.

The definition is that of `trato.analytics.purchases`, which computes the same faster from sorted
lines; a test holds the two together.
"""

from datetime import date
from functools import reduce
from typing import Any

import narwhals as nw

from trato.analytics import calendar, columns, purchases

type Frame = nw.LazyFrame[Any]

# Ties between equally frequent codes go to the lowest; codes are below this.
CODES = 1 << 20
CUSTOMER = columns.CUSTOMER
BY_DAY = [CUSTOMER, columns.DAY]
MONEY = [columns.AMOUNT, columns.MARGIN, columns.KNOWN]
USUAL = ("weekday", columns.HOUR, columns.CHANNEL, columns.STORE)


def days(lines: Frame, as_of: date) -> Frame:
    """One row a purchase: customer, day, money, several (see `purchases.DAYS`)."""
    return _days(_orders(lines, as_of))


def statistics(lines: Frame, as_of: date) -> Frame:
    """One row a customer who bought by ``as_of`` (see `purchases.TABLE`), in any order."""
    orders = _orders(lines, as_of)
    days = _days(orders)
    used = orders.join(days.select(*BY_DAY), on=BY_DAY).filter(nw.col("counts") > 0)
    weekdays = days.with_columns(weekday=(nw.col(columns.DAY) + 3) % 7)
    usual = [_usual(weekdays if name == "weekday" else used, name) for name in USUAL]
    totals = _totals(days, calendar.number(as_of))
    joined = reduce(lambda left, right: left.join(right, on=CUSTOMER, how="left"), usual, totals)
    joined = joined.with_columns(nw.col(f"usual_{name}").fill_null(-1) for name in USUAL)
    return joined.select(*purchases.TABLE.names)


def _orders(lines: Frame, as_of: date) -> Frame:
    """One row an order: what its lines add up to, and where and when it was."""
    costed = nw.when(nw.col(columns.MARGIN).is_finite())
    paid = nw.when(nw.col(columns.IS_PURCHASE) & (nw.col(columns.AMOUNT) > 0))
    return (
        lines.filter(nw.col(columns.DAY) <= calendar.number(as_of))
        .with_columns(
            costed=costed.then(nw.lit(1)).otherwise(nw.lit(0)),
            margin=costed.then(nw.col(columns.MARGIN)).otherwise(nw.lit(0.0)),
            known=costed.then(nw.col(columns.AMOUNT)).otherwise(nw.lit(0.0)),
            counts=nw.col(columns.IS_PURCHASE).cast(nw.Int32),
            paid=paid.then(nw.col(columns.PRODUCT)),
        )
        .group_by(*BY_DAY, columns.ORDER)
        .agg(
            nw.col(*MONEY).sum(),
            nw.col("costed", "counts", columns.HOUR, columns.CHANNEL, columns.STORE).max(),
            low=nw.col("paid").min(),
            high=nw.col("paid").max(),
        )
    )


def _days(orders: Frame) -> Frame:
    """The days that are purchases, with what was given back until the next one."""
    bought = (nw.col("counts") > 0) & (nw.col(columns.AMOUNT) > 0)
    number = nw.col("bought").cum_sum().over(CUSTOMER, order_by=columns.DAY)
    return (
        orders.group_by(*BY_DAY)
        .agg(
            nw.col(*MONEY).sum(),
            nw.col("costed", "counts").max(),
            low=nw.col("low").min(),
            high=nw.col("high").max(),
        )
        .with_columns(bought=nw.when(bought).then(nw.lit(1)).otherwise(nw.lit(0)))
        .with_columns(number=number)
        .with_columns(
            number=nw.max_horizontal(nw.col("number"), nw.lit(1)),
            bought_on=nw.when(nw.col("bought") > 0).then(nw.col(columns.DAY)),
            low=nw.when(nw.col("bought") > 0).then(nw.col("low")),
            high=nw.when(nw.col("bought") > 0).then(nw.col("high")),
        )
        .group_by(CUSTOMER, "number")
        .agg(
            nw.col(*MONEY, "bought").sum(),
            nw.col("costed").max(),
            day=nw.col("bought_on").max(),
            low=nw.col("low").min(),
            high=nw.col("high").max(),
        )
        .filter(nw.col("bought") > 0)
        .with_columns(
            low=nw.col("low").cum_min().over(CUSTOMER, order_by=columns.DAY),
            high=nw.col("high").cum_max().over(CUSTOMER, order_by=columns.DAY),
        )
        .select(
            *BY_DAY,
            columns.AMOUNT,
            nw.when(nw.col("costed") > 0).then(nw.col(columns.MARGIN)).alias(columns.MARGIN),
            columns.KNOWN,
            nw.when(nw.col("low") < nw.col("high"))
            .then(nw.lit(1))
            .otherwise(nw.lit(0))
            .alias(columns.SEVERAL),
        )
    )


def _totals(days: Frame, end: int) -> Frame:
    before = nw.col(columns.DAY).shift(1).over(CUSTOMER, order_by=columns.DAY)
    gap = nw.col(columns.DAY) - before
    later = nw.when(~before.is_null())
    count, recency = nw.col(columns.FREQUENCY), nw.col(columns.RECENCY)
    mean = recency / count
    variance = (nw.col("squared") - recency * mean) / (count - 1)
    return (
        days.with_columns(
            squared=(gap * gap).cast(nw.Int64), repeated=later.then(nw.col(columns.AMOUNT))
        )
        .group_by(CUSTOMER)
        .agg(
            nw.col(*MONEY, "squared", "repeated").sum(),
            costed=nw.col(columns.MARGIN).count(),
            purchases=nw.len(),
            first_day=nw.col(columns.DAY).min(),
            last_day=nw.col(columns.DAY).max(),
        )
        .with_columns(
            frequency=nw.col(columns.PURCHASES) - 1,
            recency=nw.col(columns.LAST_DAY) - nw.col(columns.FIRST_DAY),
            age=end - nw.col(columns.FIRST_DAY),
        )
        .with_columns(
            monetary=nw.when(count > 0).then(nw.col("repeated") / count),
            margin=nw.when(nw.col("costed") > 0).then(nw.col(columns.MARGIN)),
            regularity=nw.when(count > 1).then(mean * mean / (mean * mean + variance)),
        )
        .drop("squared", "repeated", "costed")
    )


def _usual(rows: Frame, name: str) -> Frame:
    """The most frequent code of each customer and its share of those known."""
    rank = nw.col("times") * CODES + (CODES - 1 - nw.col(name))
    return (
        rows.filter(nw.col(name) >= 0)
        .with_columns(nw.col(name).cast(nw.Int64))
        .group_by(CUSTOMER, name)
        .agg(times=nw.len())
        .with_columns(rank=rank)
        .group_by(CUSTOMER)
        .agg(rank=nw.col("rank").max(), times=nw.col("times").sum())
        .select(
            CUSTOMER,
            (CODES - 1 - nw.col("rank") % CODES).alias(f"usual_{name}"),
            (nw.col("rank") // CODES / nw.col("times")).alias(f"{name}_share"),
        )
    )
