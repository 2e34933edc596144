"""Money added up by month, as the pages of analysis read it."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trato.analytics import runs
from trato.analytics.purchases import Purchases
from trato.insight.warehouse.lake import Lake

_LINES = [
    "day",
    "order",
    "product",
    "quantity",
    "amount",
    "margin",
    "channel",
    "store",
    "seller",
]
_WHO = ["owner", "team", "segment", "stage"]

type Column = NDArray[Any]


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


def _first_days(months: Column) -> pa.Array:
    return pa.array(months.astype("datetime64[M]").astype("datetime64[D]"), pa.date32())


def sales(lake: Lake, scores: pa.Table, *, as_of: int) -> pa.Table:
    """Sums by month, product, channel, store, seller and the customer's owner, team, segment and
    stage; lines of known cost apart from those without, so that rates can be told."""
    lines = lake.table("lines", _LINES)
    lines = lines.filter(pc.less_equal(lines["day"], as_of))
    column = {name: lines[name].to_numpy() for name in ["customer", *_LINES]}
    kinds, kind = _kinds(scores, column["customer"])
    month = column["day"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    by = {
        "month": _coded(month),
        "product": _coded(column["product"]),
        **{name: _coded(column[name]) for name in ("channel", "store", "seller")},
        "kind": (np.arange(kinds.num_rows), kind),
        "known": (np.arange(2), np.isnan(column["margin"]).astype(np.int64)),
    }
    key = np.zeros(kind.size, np.int64)
    for values, code in by.values():
        key = key * max(values.size, 1) + code
    # Sorted without changing the order within a cell: there, lines of an order follow each other.
    order = np.argsort(key, kind="stable")
    begins = runs.starts(key[order])
    cells = {name: values[code[order][begins]] for name, (values, code) in by.items()}
    return _table(lake, kinds, cells, {name: column[name][order] for name in column}, begins)


def _coded(values: Column) -> tuple[Column, Column]:
    """The distinct values, and of each value its place among them."""
    found = np.unique(values)
    return found, np.searchsorted(found, values)


def _kinds(scores: pa.Table, customer: Column) -> tuple[pa.Table, Column]:
    """The kinds of customer that there are, and the kind of each line's customer."""
    ids = scores["customer"].to_numpy()
    key = np.zeros(ids.size, np.int64)
    for name in _WHO:
        values, code = _coded(pc.fill_null(scores[name], -1).to_numpy().astype(np.int64))
        key = key * max(values.size, 1) + code
    first, kind = np.unique(key, return_index=True, return_inverse=True)[1:]
    return scores.select(_WHO).take(pa.array(first)), kind[np.searchsorted(ids, customer)]


def _table(
    lake: Lake, kinds: pa.Table, cells: dict[str, Column], lines: dict[str, Column], begins: Column
) -> pa.Table:
    who = kinds.take(pa.array(cells["kind"]))
    codes, sums = lake.manifest.codes, ("quantity", "amount", "margin")
    return pa.table(
        {
            "month": _first_days(cells["month"]),
            "product": cells["product"],
            "category_path": _paths(lake, cells["product"]),
            "channel": _named(cells["channel"], codes.channels),
            "store": _named(cells["store"], codes.stores),
            "seller": cells["seller"],
            **{name: who[name] for name in _WHO},
            "orders": _changes(lines["order"], begins),
            "customers": _changes(lines["customer"], begins),
            **{name: runs.totals(lines[name], begins) for name in sums},
        }
    )


def _changes(values: Column, begins: Column) -> Column:
    """How many runs of equal values each cell has."""
    is_new = np.ones(values.size, np.int32)
    is_new[1:] = values[1:] != values[:-1]
    is_new[begins] = 1
    return runs.totals(is_new, begins)


def _paths(lake: Lake, product: Column) -> pa.Array:
    known = lake.products
    ids = known["product"].to_numpy()
    place = np.searchsorted(ids, product).clip(max=max(ids.size - 1, 0))
    is_known = ids[place] == product if ids.size else np.zeros(product.size, bool)
    paths = pa.chunked_array([*known["category_path"].chunks, pa.array([""])])
    return paths.take(pa.array(np.where(is_known, place, ids.size)))


def _named(codes: Column, words: list[str]) -> pa.Array:
    return pa.array([*words, ""], pa.string()).take(pa.array(codes % (len(words) + 1)))
