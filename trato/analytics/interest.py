"""Signs of interest and intent of those who have not bought yet, and how long interest lasts.

How long it takes from the first sign to the first purchase is the company's own figure, learnt
again every four weeks from those who had bought by then: half of them within the *window*, nine of
ten before interest has *faded*. Until there is history, `WINDOW` and `FADED` days are taken.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trato.analytics import columns, rhythm, runs

type Column = NDArray[Any]

INTEREST = ("campaign_opened", "campaign_clicked", "call", "email", "message", "service_request")
INTENT = ("visit", "meeting", "coupon_redeemed")
# Interest on so many days within the window is intent.
DAYS_OF_INTENT = 3
WINDOW, FADED, PRETENDED = 30, 120, 20
PERIOD, LONGEST = rhythm.PERIOD, 730
LEAST_WINDOW, LEAST_FADED = 7, 30


@dataclass(frozen=True, eq=False)
class Signs:
    """One row a customer and day with a sign, sorted; ``intent`` whether one of them was intent."""

    customer: Column
    day: Column
    intent: Column


@dataclass(frozen=True, eq=False)
class Lasting:
    """How long interest lasts, as known in each period from ``first`` on, shape (periods,)."""

    first: int
    window: Column
    faded: Column

    def on(self, day: Column) -> tuple[Column, Column]:
        """Of each day the window and the days until interest fades."""
        period = rhythm.period_of(day, self.first, self.window.size)
        return self.window[period], self.faded[period]


@dataclass(frozen=True, eq=False)
class Episodes:
    """The signs before the first purchase: whether intent had been shown in the episode of interest
    so far, and the day on which interest has faded if nothing follows (``fades`` says so)."""

    customer: Column
    day: Column
    intent: Column
    faded_on: Column
    fades: Column


def signs(signals: pa.Table, end: int) -> Signs:
    """The signs up to the day ``end``."""
    kind = signals[columns.KIND]
    wanted = pc.is_in(kind.cast(pa.string()), pa.array(INTEREST + INTENT))
    signals = signals.filter(pc.and_(wanted, pc.less_equal(signals[columns.DAY], end)))
    customer = signals[columns.CUSTOMER].to_numpy()
    day = signals[columns.DAY].to_numpy()
    strong = pc.is_in(signals[columns.KIND].cast(pa.string()), pa.array(INTENT))
    intent = strong.to_numpy().astype(np.bool_)
    order = np.lexsort((day, customer))
    customer, day, intent = customer[order], day[order], intent[order]
    at = runs.starts(customer, day)
    return Signs(customer[at], day[at], runs.whether_any(intent, at))


def learn(signs: Signs, buyer: Column, first_day: Column, end: int) -> Lasting:
    """From the signs of those who had not bought; ``buyer`` sorted, with the first purchase."""
    signs, bought_on = _before_buying(signs, buyer, first_day)
    if not signs.day.size:
        return Lasting(end // PERIOD, *_lasts(_pretended()[None]))
    at = runs.starts(signs.customer)
    took, when = bought_on[at] - signs.day[at], bought_on[at]
    bought = when <= end
    first = int(signs.day.min()) // PERIOD
    periods = end // PERIOD - first + 1
    place = (when[bought] // PERIOD - first) * (LONGEST + 1) + np.minimum(took[bought], LONGEST)
    counts = np.bincount(place, minlength=periods * (LONGEST + 1)).reshape(periods, -1)
    seen = np.cumsum(np.cumsum(counts, axis=0) - counts, axis=1) + _pretended()
    return Lasting(first, *_lasts(seen))


def _lasts(seen: Column) -> tuple[Column, Column]:
    """Window and fading from how many had bought after so many days, shape (periods, days)."""
    shares = seen / seen[:, -1:]
    window = np.maximum((shares < 0.5).sum(axis=1), LEAST_WINDOW)
    faded = np.maximum((shares < 0.9).sum(axis=1), LEAST_FADED)
    return window, np.maximum(faded, window)


def episodes(
    signs: Signs, buyer: Column, first_day: Column, lasting: Lasting, end: int
) -> Episodes:
    """Episodes of interest of those who had not bought; ``buyer`` sorted, with the first
    purchase. ``lasting`` is what `learn` found in all the company's signs."""
    signs, bought_on = _before_buying(signs, buyer, first_day)
    customer, day, intent = signs.customer, signs.day, signs.intent
    window, faded = lasting.on(day)
    faded_on = day + faded + 1
    following = np.append(day[1:], np.iinfo(np.int32).max)
    following[np.append(customer[1:] != customer[:-1], True)] = np.iinfo(np.int32).max
    begins = np.ones(day.size, dtype=bool)
    begins[1:] = (customer[1:] != customer[:-1]) | (day[1:] >= faded_on[:-1])
    rows = np.arange(day.size)
    start = np.maximum.accumulate(np.where(begins, rows, 0))
    earlier = rows - (DAYS_OF_INTENT - 1)
    often = (earlier >= start) & (day - day[np.maximum(earlier, 0)] <= window)
    latest = np.maximum.accumulate(np.where(intent | often, rows, -1))
    # A sign on the very day on which interest would have faded is interest.
    fades = (faded_on <= end) & (faded_on < following) & (faded_on < bought_on)
    return Episodes(customer, day, latest >= start, faded_on, fades)


def _before_buying(signs: Signs, buyer: Column, first_day: Column) -> tuple[Signs, Column]:
    """The signs before the first purchase, and the day of that."""
    bought_on = _matched(signs.customer, buyer, first_day)
    before = signs.day < bought_on
    kept = Signs(signs.customer[before], signs.day[before], signs.intent[before])
    return kept, bought_on[before]


def _matched(customer: Column, buyer: Column, first_day: Column) -> Column:
    """The day of the first purchase, the end of time for who never bought."""
    never = np.full(customer.size, np.iinfo(np.int32).max, dtype=np.int64)
    if not buyer.size:
        return never
    place = np.minimum(np.searchsorted(buyer, customer), buyer.size - 1)
    return np.where(buyer[place] == customer, first_day[place], never)


def _pretended() -> Column:
    """Customers of a usual company: half within the window, nine of ten before fading."""
    chance = np.interp(np.arange(LONGEST + 1), [0, WINDOW, FADED, 3 * FADED], [0, 0.5, 0.9, 1])
    return PRETENDED * chance
