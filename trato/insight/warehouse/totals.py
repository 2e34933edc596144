"""Counting what lake and database hold of each year, and telling where they disagree."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.utils import CursorWrapper

from trato.identity.queries import company


@dataclass(frozen=True, slots=True)
class Total:
    """Of a year; lines are None where nobody counted them. ``tax`` is part of the amount."""

    orders: int
    lines: int | None
    amount: float
    tax: float


type Totals = dict[str, Total]


# In the company's currency.
_TAX = """
CASE WHEN company_total = total THEN tax WHEN total <> 0 THEN tax * company_total / total END
"""
# One look at all orders tells how many there are and which were rewritten.
_ORDERS_OF_YEARS = f"""
SELECT date_part('year', ordered_at),
       count(*) FILTER (WHERE status <> 'cancelled'), NULL,
       coalesce(
           sum(company_total) FILTER (WHERE status NOT IN ('returned', 'cancelled')), 0
       )::float8,
       coalesce(sum({_TAX}) FILTER (WHERE status NOT IN ('returned', 'cancelled')), 0)::float8,
       array_agg(customer_id) FILTER (WHERE updated_at >= %(since)s)
FROM sales_order WHERE customer_id IS NOT NULL GROUP BY 1
"""  # noqa: S608 our names
# An order without lines is one row of the lake.
_LINES_OF_YEARS = f"""
SELECT date_part('year', ordered_at), count(*),
       sum(coalesce(l.rows, 1))::int8,
       coalesce(sum(company_total) FILTER (WHERE status <> 'returned'), 0)::float8,
       coalesce(sum({_TAX}) FILTER (WHERE status <> 'returned'), 0)::float8
FROM sales_order o
LEFT JOIN (SELECT order_id, count(*) AS rows FROM sales_orderline GROUP BY 1) l ON l.order_id = o.id
WHERE customer_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1
"""  # noqa: S608 our names


@contextmanager
def _own_clock() -> Iterator[CursorWrapper]:
    """The session on the company's clock: to convert the time of each row takes a third longer."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT current_setting('TimeZone'), set_config('TimeZone', %s, true)",
            [company().time_zone],
        )
        before = sql.fetchone()[0]
        yield sql
        sql.execute("SELECT set_config('TimeZone', %s, true)", [before])


@dataclass(frozen=True)
class Orders:
    """What each year has in the database, and whose orders were rewritten."""

    totals: Totals
    rewritten: set[int]


def orders(*, since: datetime) -> Orders:
    with _own_clock() as sql:
        sql.execute(_ORDERS_OF_YEARS, {"since": since})
        rows = sql.fetchall()
    rewritten: set[int] = set().union(*(whose or [] for *_total, whose in rows))
    return Orders({str(int(year)): Total(*total) for year, *total, _whose in rows}, rewritten)


def with_lines() -> Totals:
    with _own_clock() as sql:
        sql.execute(_LINES_OF_YEARS)
        return {str(int(year)): Total(*total) for year, *total in sql.fetchall()}


COLUMNS = ["day", "order", "amount", "tax"]


def of_lines(lines: Iterable[pa.RecordBatch]) -> Totals:
    """What each year has, as the files hold it."""
    totals: Totals = {}
    last = None
    for batch in lines:
        order = batch.column("order").to_numpy()
        is_new = np.append(order[:1] != last, order[1:] != order[:-1])
        last = order[-1] if order.size else last
        table = pa.table(
            {
                "year": pc.year(batch.column("day").cast(pa.date32())),
                "amount": batch.column("amount"),
                "tax": batch.column("tax"),
                "new": pa.array(is_new.astype(np.int32)),
            }
        )
        rows = table.group_by("year").aggregate(
            [("amount", "sum"), ("tax", "sum"), ("new", "sum"), ([], "count_all")]
        )
        found = {
            str(row["year"]): Total(
                row["new_sum"], row["count_all"], row["amount_sum"], row["tax_sum"]
            )
            for row in rows.to_pylist()
        }
        totals = added(totals, found)
    return totals


_NOTHING = Total(0, 0, 0.0, 0.0)


def added(totals: Totals, more: Totals, sign: int = 1) -> Totals:
    pairs = {year: (totals.get(year, _NOTHING), more.get(year, _NOTHING)) for year in totals | more}
    return {
        year: Total(
            one.orders + sign * other.orders,
            (one.lines or 0) + sign * (other.lines or 0),
            one.amount + sign * other.amount,
            one.tax + sign * other.tax,
        )
        for year, (one, other) in pairs.items()
    }


def differences(found: Totals, expected: Totals) -> list[str]:
    """Where lake and database disagree, in words."""
    years = sorted(found.keys() | expected.keys())
    pairs = [(year, found.get(year, _NOTHING), expected.get(year, _NOTHING)) for year in years]
    return [
        f"{year}: {_words(here)} in the lake; {_words(there)} in the database"
        for year, here, there in pairs
        if not _agree(here, there)
    ]


def _words(total: Total) -> str:
    lines = "" if total.lines is None else f"{total.lines} lines, "
    return f"{total.orders} orders, {lines}{total.amount:.2f}, taxes of {total.tax:.2f} in it"


def _agree(here: Total, there: Total) -> bool:
    return (
        here.orders == there.orders
        and there.lines in {None, here.lines}
        and math.isclose(here.amount, there.amount, rel_tol=1e-9, abs_tol=0.01)
        and math.isclose(here.tax, there.tax, rel_tol=1e-9, abs_tol=0.01)
    )
