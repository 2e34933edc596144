"""Orders and their lines put together: arrays join faster than a database can send joined rows."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

_BLOCK = 1_000_000

type Column = NDArray[Any]
type Columns = Mapping[str, Column]


def lines(orders: Columns, rows: Columns, costs: Columns) -> Iterator[pa.RecordBatch]:
    """What the lake holds of each line, sorted by customer, day and order, a block at a time; an
    order without lines is one row without a product. There is always at least one block.

    ``orders`` (order, customer, day, hour, at, rate, ...) is sorted by customer, day and order;
    ``rows`` are the lines (order, product, quantity, total, tax); ``costs`` (product, since, cost)
    is sorted.
    """
    first, held = _grouped(orders["order"], rows["order"])
    cuts = np.unique(np.searchsorted(first, np.arange(0, first[-1], _BLOCK)))
    for start, end in zip([0, *cuts[1:]], [*cuts[1:], first.size - 1], strict=True):
        place = np.repeat(np.arange(start, end), np.diff(first[start : end + 1]))
        row = held[first[start] : first[end]]
        some = {name: column[place] for name, column in orders.items()}
        yield _block(some, {name: _of(rows[name], row) for name in rows}, costs, row < 0)


def _grouped(number: Column, held: Column) -> tuple[Column, Column]:
    """Where the lines of each order begin in the list of lines, and that list: the line's place,
    -1 for the line of an order without any.
    """
    by_number = np.argsort(number)
    place = np.searchsorted(number, held, sorter=by_number).clip(max=max(number.size - 1, 0))
    place = by_number[place] if number.size else place
    row = np.flatnonzero(number[place] == held) if number.size else np.empty(0, np.int64)
    bare = np.flatnonzero(np.bincount(place[row], minlength=number.size) == 0)
    whose = np.append(place[row], bare)
    # Rows of a sparse matrix are made by counting, which is faster than sorting.
    shape = (number.size, whose.size)
    entries = (np.ones(whose.size, np.int8), (whose, np.arange(whose.size)))
    grouped = sparse.coo_array(entries, shape).tocsr()
    return grouped.indptr, np.append(row, np.full(bare.size, -1))[grouped.indices]


def _of(column: Column, row: Column) -> Column:
    return column[row] if column.size else np.zeros(row.size, column.dtype)


def _block(
    order: dict[str, Column], held: dict[str, Column], costs: Columns, is_bare: Column
) -> pa.RecordBatch:
    product = np.where(is_bare, -1, held["product"])
    quantity, total, tax = (
        np.where(is_bare, 0.0, held[name]) for name in ("quantity", "total", "tax")
    )
    rate = order.pop("rate")
    cost = _cost(costs, product, order.pop("at"))
    found = {
        **order,
        "product": product,
        "quantity": quantity,
        "amount": total * rate,
        "tax": tax * rate,
        # What is given back whole leaves nothing; of an unknown cost it stays unknown.
        "margin": np.where(rate == 0, 0.0 * cost, (total - tax) * rate - quantity * cost),
        "is_return": order.pop("is_returned") | (quantity < 0),
    }
    return pa.RecordBatch.from_pydict(found)


def _cost(costs: Columns, product: Column, at: Column) -> Column:
    """What a piece cost then: the last cost known, the first one before it was; NaN for none."""
    known, since = costs["product"], costs["since"]
    if not known.size:
        return np.full(product.size, np.nan)
    goods, first = np.unique(known, return_index=True)
    which = np.searchsorted(goods, product).clip(max=goods.size - 1)
    later = np.maximum(since - since.min(), 0)
    width = max(float(later.max()), float(at.max(initial=0) - since.min())) + 1
    keys = np.searchsorted(goods, known) * width + later
    then = np.clip(at - since.min(), 0, width - 1)
    place = np.searchsorted(keys, which * width + then, side="right") - 1
    place = np.maximum(place, first[which])
    return np.where(goods[which] == product, costs["cost"][place], np.nan)
