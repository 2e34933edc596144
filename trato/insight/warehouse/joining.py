"""Orders and their lines put together: arrays join faster than a database can send joined rows."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

type Column = NDArray[Any]


def lines(orders: pa.Table, rows: pa.Table, costs: pa.Table) -> pa.Table:
    """What the lake holds of each line; an order without lines is one row without a product.

    ``orders`` (order, customer, day, hour, at, rate, ...) is sorted by order; ``rows`` are the
    lines (order, product, quantity, total, tax); ``costs`` (product, since, cost) is sorted.
    """
    number = orders["order"].to_numpy()
    place, row = _matched(number, rows["order"].to_numpy())
    product = _of(rows["product"], row, -1)
    quantity, total, tax = (_of(rows[name], row, 0.0) for name in ("quantity", "total", "tax"))
    order = {name: orders[name].to_numpy()[place] for name in orders.column_names}
    rate = order.pop("rate")
    cost = _cost(costs, product, order.pop("at"))
    margin = np.where(rate == 0, 0.0, (total - tax) * rate - quantity * cost)
    is_returned = order.pop("is_returned") | (quantity < 0)
    found = {
        **order,
        "product": product,
        "quantity": quantity,
        "amount": total * rate,
        "margin": margin,
        "is_return": is_returned,
    }
    by_time = np.lexsort((order["order"], order["day"], order["customer"]))
    return pa.table({name: values[by_time] for name, values in found.items()})


def _matched(number: Column, held: Column) -> tuple[Column, Column]:
    """The place of each line's order, and the line; -1 is the line of an order without any."""
    if not number.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    place = np.searchsorted(number, held).clip(max=number.size - 1)
    row = np.flatnonzero(number[place] == held)
    place = place[row]
    bare = np.flatnonzero(np.bincount(place, minlength=number.size) == 0)
    return np.append(place, bare), np.append(row, np.full(bare.size, -1))


def _of(column: pa.ChunkedArray, row: Column, missing: float) -> Column:
    values = np.append(column.to_numpy(), missing)
    return values.astype(column.type.to_pandas_dtype())[row]


def _cost(costs: pa.Table, product: Column, at: Column) -> Column:
    """What a piece cost then: the last cost known, the first one before it was; NaN for none."""
    known, since = costs["product"].to_numpy(), costs["since"].to_numpy()
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
    return np.where(goods[which] == product, costs["cost"].to_numpy()[place], np.nan)
