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
_BY = ["month", "product", "channel", "store", "seller", "kind", "known"]
_SUMS = ["orders", "customers", "quantity", "amount", "margin"]

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
    kinds, kind = _kinds(scores)
    ids = scores["customer"].to_numpy()
    pieces = [
        _of_piece(piece.filter(pc.less_equal(piece["day"], as_of)), ids, kind)
        for piece in lake.pieces("lines", _LINES)
    ]
    columns = {name: np.concatenate([one[name] for one in pieces]) for name in (*_BY, *_SUMS)}
    order, begins = _cells([columns[name] for name in _BY])
    return _table(
        lake,
        kinds,
        {name: columns[name][order][begins] for name in _BY},
        {name: runs.totals(columns[name][order], begins) for name in _SUMS},
    )


def _of_piece(lines: pa.Table, ids: Column, kind: Column) -> dict[str, Column]:
    """What the lines of some customers, all of theirs, add to each cell."""
    column = {name: lines[name].to_numpy() for name in ["customer", *_LINES]}
    first = runs.starts(column["customer"])
    whose = kind[np.searchsorted(ids, column["customer"][first])]
    day = column["day"].astype("datetime64[D]")
    by = {
        "month": day.astype("datetime64[M]").astype(np.int64),
        **{name: column[name] for name in ("product", "channel", "store", "seller")},
        "kind": np.repeat(whose, runs.lengths(first, day.size)),
        "known": np.isnan(column["margin"]).astype(np.int64),
    }
    # Within a cell the lines of a customer and of an order still follow each other.
    order, begins = _cells(list(by.values()))
    return {
        **{name: values[order[begins]] for name, values in by.items()},
        "orders": _changes(column["order"][order], begins),
        "customers": _changes(column["customer"][order], begins),
        **{
            name: runs.totals(column[name][order], begins)
            for name in ("quantity", "amount", "margin")
        },
    }


def _cells(by: list[Column]) -> tuple[Column, Column]:
    """An order that puts rows of equal values together, and where each run of them begins."""
    key = np.zeros(by[0].size, np.int64)
    for values in by:
        distinct, code = runs.coded(values)
        key = key * max(distinct.size, 1) + code
    order = np.argsort(key, kind="stable")
    return order, runs.starts(key[order])


def _kinds(scores: pa.Table) -> tuple[pa.Table, Column]:
    """The kinds of customer that there are, and the kind of each customer."""
    key = np.zeros(scores.num_rows, np.int64)
    for name in _WHO:
        values, code = runs.coded(pc.fill_null(scores[name], -1).to_numpy().astype(np.int64))
        key = key * max(values.size, 1) + code
    first, kind = np.unique(key, return_index=True, return_inverse=True)[1:]
    return scores.select(_WHO).take(pa.array(first)), kind


def _table(
    lake: Lake, kinds: pa.Table, cells: dict[str, Column], sums: dict[str, Column]
) -> pa.Table:
    who, codes = kinds.take(pa.array(cells["kind"])), lake.manifest.codes
    return pa.table(
        {
            "month": _first_days(cells["month"]),
            "product": cells["product"],
            "category_path": _paths(lake, cells["product"]),
            "channel": _named(cells["channel"], codes.channels),
            "store": _named(cells["store"], codes.stores),
            "seller": cells["seller"],
            **{name: who[name] for name in _WHO},
            **sums,
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
