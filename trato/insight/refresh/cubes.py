"""Money added up by month, as the pages of analysis read it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trato.analytics import calendar, runs
from trato.analytics.purchases import Purchases
from trato.insight.warehouse.lake import Lake

_LINES = [
    "day",
    "order",
    "product",
    "quantity",
    "amount",
    "tax",
    "margin",
    "is_return",
    "is_purchase",
    "channel",
    "store",
    "seller",
]
# What `months` asks of lines.
TAXED = ["day", "amount", "tax", "margin"]
WHO = ["owner", "team", "segment", "stage"]
_BY = ["month", "product", "channel", "store", "seller", "kind", "known"]
# Orders with the product; of its category; and at all: of several products an order is one, and
# counts where the first of them (of the first of their category) does. What was only given back is
# no order.
_ORDERS = ["orders", "category_orders", "whole_orders"]
_COUNTS, _MONEY = [*_ORDERS, "customers"], ["quantity", "amount", "net", "margin"]
_SUMS = [*_COUNTS, *_MONEY]
_CELL = ["month", "product", "channel", "store", "seller", *WHO]
# Sums are of whole millionths, so that what is taken away again leaves nothing behind.
_MILLION = 1e6
# More days than there are, before 1970 and after it.
_WIDE = 1 << 22

type Column = NDArray[Any]


def months(bought: Purchases, lines: Iterable[pa.Table]) -> pa.Table:
    """A row a customer and month with purchases: customer, cohort, month, orders (days with a
    purchase), amount, margin (NaN where no cost is known), known (the amount it speaks for),
    known_net (the same without taxes). ``lines`` are those that were bought, with `TAXED`."""
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
            "known": runs.totals(days["known"].to_numpy(), begins),
            "known_net": _known_net(
                lines, customer[begins], day[begins], calendar.number(bought.as_of)
            ),
        }
    )


def _known_net(lines: Iterable[pa.Table], customer: Column, first: Column, end: int) -> Column:
    """What the lines of known cost add to rows that begin with the purchase of a customer on the
    ``first`` day, sorted: each line to the last row before it, as purchases take what comes back
    off the one before (off the first, when nothing had been bought yet).

    That purchases carried it too would take 8 bytes more for each of them, all over the refresh.
    """
    sums = np.zeros(customer.size)
    begins = customer * _WIDE + first
    for piece in lines:
        counts = pc.less_equal(piece["day"], end)
        told = piece.filter(pc.and_(counts, pc.invert(pc.is_nan(piece["margin"]))))
        if not told.num_rows or not customer.size:
            continue
        whose = told["customer"].to_numpy()
        place = np.searchsorted(begins, whose * _WIDE + told["day"].to_numpy(), side="right") - 1
        place += (place < 0) | (customer[place] != whose)
        place = place.clip(max=customer.size - 1)
        # Who only gave something back has not bought.
        net = np.where(customer[place] == whose, _net(told), 0.0)
        lowest = int(place.min())
        added = np.bincount(place - lowest, np.rint(net * _MILLION))
        sums[lowest : lowest + added.size] += added
    return sums / _MILLION


def _net(lines: pa.Table) -> Column:
    return np.asarray(lines["amount"].to_numpy() - lines["tax"].to_numpy())


def known_net(months: pa.Table) -> pa.Table:
    """A row a customer of ``months``: customer, known_net."""
    customer = months["customer"].to_numpy()
    begins = runs.starts(customer)
    sums = runs.totals(months["known_net"].to_numpy(), begins)
    return pa.table({"customer": customer[begins], "known_net": sums})


def _first_days(months: Column) -> pa.Array:
    return pa.array(months.astype("datetime64[M]").astype("datetime64[D]"), pa.date32())


def sales(lake: Lake, scores: pa.Table, *, as_of: int) -> pa.Table:
    """Sums by month, product, channel, store, seller and the customer's owner, team, segment and
    stage; lines of known cost apart from those without, so that rates can be told."""
    return _added_up(lake, lake.pieces("lines", _LINES), scores, as_of)


def sales_of(lake: Lake, scores: pa.Table, *, as_of: int) -> pa.Table:
    """The same of some customers, the rows of ``scores``."""
    lines = lake.of("lines", scores["customer"].to_numpy(), _LINES)
    return _added_up(lake, [lines], scores, as_of)


def mended(whole: pa.Table, gone: pa.Table, come: pa.Table, lake: Lake) -> pa.Table:
    """``whole`` without the sums of ``gone`` and with those of ``come``. A cell without anybody has
    no line either."""
    parts = pa.concat_tables([_signed(whole), _signed(gone, -1), _signed(come)])
    added = parts.group_by([*_CELL, "known"]).aggregate([(name, "sum") for name in _SUMS])
    added = added.rename_columns([name.removesuffix("_sum") for name in added.column_names])
    left = added.filter(pc.greater(added["customers"], 0)).sort_by(
        [(name, "ascending") for name in [*_CELL, "known"]]
    )
    money = {name: pc.divide(left[name], _MILLION) for name in _MONEY}
    money["margin"] = pc.if_else(left["known"], money["margin"], float("nan"))
    found = {name: left[name].combine_chunks() for name in [*_CELL, *_COUNTS]} | money
    found["category_path"] = _paths(lake, found["product"].to_numpy())
    return pa.table({name: found[name] for name in whole.column_names}).cast(whole.schema)


def has_moved_products(whole: pa.Table, lake: Lake) -> bool:
    """Whether what was sold belongs to another category than it did."""
    paths = pa.chunked_array([_paths(lake, whole["product"].to_numpy())])
    return not whole["category_path"].combine_chunks().equals(paths.combine_chunks())


def _signed(cube: pa.Table, sign: int = 1) -> pa.Table:
    """In whole millionths, of known cost or not."""
    known = pc.invert(pc.is_nan(cube["margin"]))
    money = {name: np.rint(cube[name].to_numpy() * _MILLION) * sign for name in _MONEY}
    money["margin"] = np.nan_to_num(money["margin"])
    counts = {name: cube[name].to_numpy().astype(np.int64) * sign for name in _COUNTS}
    return pa.table({name: cube[name] for name in _CELL} | {"known": known} | counts | money)


def _added_up(lake: Lake, lines: Iterable[pa.Table], scores: pa.Table, as_of: int) -> pa.Table:
    kinds, kind = _kinds(scores)
    ids = scores["customer"].to_numpy()
    sold = (piece.filter(_counts(piece, as_of)) for piece in lines)
    pieces = [_of_piece(piece, ids, kind, _categories(lake, piece)) for piece in sold]
    # With many owners there are millions of cells: what is used up is let go at once.
    columns = {name: np.concatenate([one.pop(name) for one in pieces]) for name in (*_BY, *_SUMS)}
    order, begins = _cells([columns[name] for name in _BY])
    first = order[begins]
    cells = {name: columns.pop(name)[first] for name in _BY}
    sums = {name: runs.totals(columns.pop(name)[order], begins) for name in _SUMS}
    return _table(lake, kinds, cells, sums)


def _counts(piece: pa.Table, as_of: int) -> pa.ChunkedArray:
    """What an order given back whole had in it was not sold; of a single line given back there are
    fewer than none."""
    is_sold = pc.or_(pc.invert(piece["is_return"]), pc.less(piece["quantity"], 0))
    return pc.and_(pc.less_equal(piece["day"], as_of), is_sold)


def _of_piece(lines: pa.Table, ids: Column, kind: Column, category: Column) -> dict[str, Column]:
    """What the lines of some customers, all of theirs, add to each cell."""
    column = {name: lines[name].to_numpy() for name in ["customer", *_LINES]}
    column["net"] = _net(lines)
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
    counted = _counted(column["order"], column["is_purchase"], category)
    order, begins = _cells(list(by.values()))
    is_new = {name: _is_new(column[name][order], begins) for name in ("order", "customer")}
    flags = {
        "orders": is_new["order"] & column["is_purchase"][order],
        "customers": is_new["customer"],
        **{name: some[order] for name, some in counted.items()},
    }
    return {
        **{name: values[order[begins]] for name, values in by.items()},
        **{name: runs.totals(some.astype(np.int32), begins) for name, some in flags.items()},
        **{name: runs.totals(np.rint(column[name][order] * _MILLION), begins) for name in _MONEY},
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
    for name in WHO:
        values, code = runs.coded(pc.fill_null(scores[name], -1).to_numpy().astype(np.int64))
        key = key * max(values.size, 1) + code
    first, kind = np.unique(key, return_index=True, return_inverse=True)[1:]
    return scores.select(WHO).take(pa.array(first)), kind


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
            **{name: who[name] for name in WHO},
            **{name: sums[name] for name in _COUNTS},
            **{name: sums[name] / _MILLION for name in _MONEY},
        }
    )


def _counted(order: Column, is_purchase: Column, category: Column) -> dict[str, Column]:
    """The lines, as the lake has them, at which an order counts in its category, and at all."""
    begins = runs.starts(order)
    number = np.repeat(np.arange(begins.size), runs.lengths(begins, order.size))
    kinds, code = runs.coded(category)
    key = number * max(kinds.size, 1) + code
    together = np.argsort(key, kind="stable")
    firsts = {"category_orders": together[runs.starts(key[together])], "whole_orders": begins}
    found = {name: np.zeros(order.size, bool) for name in firsts}
    for name, first in firsts.items():
        found[name][first] = is_purchase[first]
    return found


def _is_new(values: Column, begins: Column) -> Column:
    """Where a run of equal values begins within a cell."""
    is_new = np.ones(values.size, bool)
    is_new[1:] = values[1:] != values[:-1]
    is_new[begins] = True
    return is_new


def _categories(lake: Lake, lines: pa.Table) -> Column:
    """The category of each line's product; -1 is none."""
    known = np.append(lake.products["category"].to_numpy(), -1)
    return np.asarray(known[_places(lake, lines["product"].to_numpy())])


def _paths(lake: Lake, product: Column) -> pa.Array:
    paths = pa.chunked_array([*lake.products["category_path"].chunks, pa.array([""])])
    return paths.take(pa.array(_places(lake, product)))


def _places(lake: Lake, product: Column) -> Column:
    """Where the products stand in the lake's list; behind its end, where they do not."""
    ids = lake.products["product"].to_numpy()
    place = np.searchsorted(ids, product).clip(max=max(ids.size - 1, 0))
    is_known = ids[place] == product if ids.size else np.zeros(product.size, bool)
    return np.where(is_known, place, ids.size)


def _named(codes: Column, words: list[str]) -> pa.Array:
    return pa.array([*words, ""], pa.string()).take(pa.array(codes % (len(words) + 1)))
