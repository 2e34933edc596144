"""Money added up by month, as the pages of analysis read it."""

import duckdb
import numpy as np
import pyarrow as pa

from trato.analytics import runs
from trato.analytics.purchases import Purchases
from trato.insight.refresh.reading import lines_reader
from trato.insight.warehouse.lake import Lake

_LINES = ["day", "order", "product", "quantity", "amount", "margin", "channel", "store", "seller"]
_CUBE = """
SELECT date_trunc('month', DATE '1970-01-01' + l.day)::DATE AS month, l.product,
       coalesce(p.category_path, '') AS category_path,
       l.channel, l.store, l.seller, s.owner, s.team, s.segment, s.stage,
       count(DISTINCT l."order")::INTEGER AS orders,
       count(DISTINCT l.customer)::INTEGER AS customers,
       sum(l.quantity) AS quantity, sum(l.amount) AS amount, sum(l.margin) AS margin
FROM lines l JOIN scores s ON s.customer = l.customer LEFT JOIN products p ON p.product = l.product
WHERE l.day <= $as_of
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, isnan(l.margin)
"""


def months(bought: Purchases) -> pa.Table:
    """A row a customer and month with purchases: customer, cohort, month, orders (days with a
    purchase), amount, margin (NaN where no cost is known)."""
    days = bought.days
    customer, day = days["customer"].to_numpy(), days["day"].to_numpy()
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    begins = runs.starts(customer, month)
    first = runs.starts(customer)
    cohort = np.repeat(month[first], runs.lengths(first, customer.size))
    margin = days["margin"].to_numpy()
    known = ~np.isnan(margin)
    sums = runs.totals(np.where(known, margin, 0.0), begins)
    return pa.table(
        {
            "customer": customer[begins],
            "cohort": _first_days(cohort[begins]),
            "month": _first_days(month[begins]),
            "orders": runs.lengths(begins, customer.size).astype(np.int32),
            "amount": runs.totals(days["amount"].to_numpy(), begins),
            "margin": np.where(runs.whether_any(known, begins), sums, np.nan),
        }
    )


def _first_days(months: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    return pa.array(months.astype("datetime64[M]").astype("datetime64[D]"), pa.date32())


def sales(lake: Lake, scores: pa.Table, *, as_of: int) -> pa.Table:
    """The cube: lines of known cost apart from those without, so that rates can be told."""
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1500MB"}) as engine:
        engine.register("lines", lines_reader(lake, _LINES))
        engine.register("scores", scores.select(["customer", *_WHO]))
        engine.register("products", lake.products.select(["product", "category_path"]))
        cube = engine.sql(_CUBE, params={"as_of": as_of}).to_arrow_table()
    codes = lake.manifest.codes
    return _named(_named(cube, "channel", codes.channels), "store", codes.stores)


_WHO = ["owner", "team", "segment", "stage"]


def _named(cube: pa.Table, column: str, words: list[str]) -> pa.Table:
    codes = cube[column].to_numpy()
    texts = pa.array([*words, ""], pa.string()).take(pa.array(codes % (len(words) + 1)))
    return cube.set_column(cube.schema.get_field_index(column), column, texts)
