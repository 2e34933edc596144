"""How good the suggestions are, on weeks they had not seen; and whether loyalty pays here."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics import calendar, economics, prices, sums
from trato.analytics.purchases import Purchases
from trato.analytics.recommend import evaluation
from trato.insight.refresh.engines import added_up
from trato.insight.refresh.offering import items_of, lines_of
from trato.insight.refresh.reading import signals
from trato.insight.warehouse.lake import Lake

# Weeks to choose on, and weeks to report on; before them the same again at least.
_WINDOW = 56
_ASKED, _COMPARED = 10_000, 200_000
# Contacts that took somebody's time.
_EFFORT = ["call", "visit", "meeting", "email", "message", "service_request", "complaint"]


class TooShort(Exception):
    """There are not purchases of enough weeks to hide some of them."""


def evaluate(lake: Lake, *, as_of: date) -> evaluation.Evaluation:
    """Of a sample of customers when there are many. Raises TooShort."""
    end = calendar.number(as_of) + 1
    customers = lake.customers.num_rows
    asked = np.arange(0, customers, max(customers // _ASKED, 1))
    lines = lines_of(lake, end - 1, whose=asked)
    test = end - _WINDOW
    if not len(lines) or int(lines.day.min()) > test - 2 * _WINDOW:
        raise TooShort
    items = items_of(lake.products)
    found = evaluation.evaluate(lines, test - _WINDOW, test, end, items=items)
    if not any(found.customers.values()):
        raise TooShort
    return found


def claims(
    lake: Lake, bought: Purchases, marts: dict[str, pa.Table], *, as_of: date
) -> tuple[dict[str, Any], pa.Table]:
    """The five claims of loyalty economics, with the level of prices by month; and the customers
    whose prices were compared."""
    end = calendar.number(as_of)
    if not bought.table.num_rows:
        return {}, _customers(())
    try:
        index = prices.index(marts["sales"])
    except ValueError:
        return {}, _customers(())
    found = economics.claims(
        as_of=as_of,
        months=marts["months"],
        index=index,
        bought=_bought(lake, marts["scores"], as_of),
        orders=_orders(lake, bought, end),
    )
    months = index.months.astype("datetime64[M]").astype(str)
    told = {
        "claims": [claim.as_dict() for claim in found],
        "prices": {
            f"{month}-01": float(level) for month, level in zip(months, index.level, strict=True)
        },
    }
    [who] = (claim.who for claim in found if claim.name == economics.Name.OLD_PAY_MORE)
    return told, _customers(() if who is None else who)


def _customers(ids: Iterable[int]) -> pa.Table:
    return pa.table({"customer": pa.array(ids, pa.int64())})


def _bought(lake: Lake, scores: pa.Table, as_of: date) -> pa.Table:
    every = max(scores.num_rows // _COMPARED, 1)
    some = pa.array(scores["customer"].to_numpy() % every == 0)
    first = date(min(map(int, lake.manifest.totals)), 1, 1)
    return added_up(
        lake,
        ["day", "product", "quantity", "amount", "is_return", "is_purchase"],
        partial(sums.paid, as_of=as_of),
        cohorts=scores.select(["customer", "cohort"]).filter(some),
        months=calendar.months(first, as_of),
    )


def _orders(lake: Lake, bought: Purchases, as_of: int) -> pa.Table | None:
    """Nothing where no contact was ever written down: no effort is not known to be none."""
    contacts = signals(lake)
    kind = contacts["kind"].cast(pa.string())
    then = pc.and_(pc.is_in(kind, pa.array(_EFFORT)), pc.less_equal(contacts["day"], as_of))
    contacts = contacts.filter(then)
    return economics.handling(bought.days, contacts, as_of) if contacts.num_rows else None
