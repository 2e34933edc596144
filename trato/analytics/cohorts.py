"""Cohorts: customers who first bought in the same month, followed month by month.

A cell is a cohort at a *tenure*: 0 is the month of the first purchase, 1 the month after it. A cell
whose month has not ended by ``as_of`` is not zero but unknown: NaN. So is the margin of a cell when
no cost of it is known. Comparing tenures *within* a cohort compares the same people; comparing
whole columns also compares older with younger cohorts, so the totals by tenure use, at every
tenure, only the cohorts that have reached it, and say how many customers that is.

Source: P. Fader & B. Hardie, *How to project customer retention* (2007), and their notes on
cohort tables.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from trato.analytics.grouping import Floats

type Months = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Cohorts:
    """``starts``, shape ``(cohorts,)``, counts months from 1970-01; cells are ``(cohorts,
    tenures)``.

    ``size`` is how many customers each cohort has, ``active`` how many of them bought, ``orders``
    how many purchases, ``revenue`` and ``margin`` how much. NaN where the month has not ended.
    """

    starts: Months
    size: Floats
    active: Floats
    orders: Floats
    revenue: Floats
    margin: Floats

    @property
    def tenures(self) -> int:
        return int(self.active.shape[1])

    @property
    def months(self) -> list[date]:
        """The first day of each cohort's month."""
        return [day_of(month) for month in self.starts.tolist()]

    @property
    def retention(self) -> Floats:
        """The share of each cohort that bought at each tenure."""
        return np.asarray(self.active / self.size[:, None])

    @property
    def cumulative_revenue(self) -> Floats:
        """Revenue up to each tenure, for each customer of the cohort."""
        return np.asarray(np.cumsum(self.revenue, axis=1) / self.size[:, None])

    @property
    def cumulative_margin(self) -> Floats:
        return np.asarray(np.cumsum(self.margin, axis=1) / self.size[:, None])

    @property
    def known(self) -> Floats:
        """How many customers each tenure's totals stand on, shape ``(tenures,)``."""
        return np.asarray(np.where(np.isnan(self.active), 0, self.size[:, None]).sum(axis=0))

    @property
    def curve(self) -> Floats:
        """The share of customers that bought at each tenure, over the cohorts that reached it."""
        return self._over_customers(self.active)

    @property
    def revenue_curve(self) -> Floats:
        """Revenue of a customer at each tenure, over the cohorts that reached it."""
        return self._over_customers(self.revenue)

    @property
    def margin_curve(self) -> Floats:
        return self._over_customers(self.margin)

    def _over_customers(self, cells: Floats) -> Floats:
        told = ~np.isnan(cells)
        customers = np.where(told, self.size[:, None], 0).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(told, cells, 0).sum(axis=0) / customers)


def month_of(day: date) -> int:
    """Months from 1970-01."""
    return (day.year - 1970) * 12 + day.month - 1


def day_of(month: int) -> date:
    """The first day of a month counted from 1970-01."""
    return date(1970 + int(month) // 12, int(month) % 12 + 1, 1)


def last_day_of(month: int) -> date:
    return date.fromordinal(day_of(month + 1).toordinal() - 1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months from that of ``first`` to that of ``last``."""
    return [day_of(month) for month in range(month_of(first), month_of(last) + 1)]


def complete_until(as_of: date) -> int:
    """The last month that has wholly passed on ``as_of``, counted from 1970-01."""
    following = date.fromordinal(as_of.toordinal() + 1)
    return month_of(following) - 1


def table(months: pa.Table, as_of: date, *, first: pa.Table | None = None) -> Cohorts:
    """Cohorts from ``months``: customer, month (first day), orders, amount, margin (NaN unknown).

    ``first`` (customer, month) says when each customer came, where ``months`` does not reach back
    to it; customers who are in neither belong to no cohort. Raises ``ValueError`` if nobody bought.
    """
    if not months.num_rows:
        raise ValueError("nobody bought: there is no cohort")
    customer, at = _numbers(months, "customer"), month_numbers(months["month"])
    people, who = np.unique(customer, return_inverse=True)
    started = np.full(people.size, np.iinfo(np.int64).max)
    np.minimum.at(started, who, at)
    if first is not None:
        told = dict(zip(first["customer"].to_pylist(), month_numbers(first["month"]), strict=True))
        known = [told.get(one, late) for one, late in zip(people.tolist(), started, strict=True)]
        started = np.array(known, np.int64)
    margin = np.asarray(months["margin"].to_numpy(), np.float64)
    starts, size = np.unique(started, return_counts=True)
    return cells(
        cohort=started[who],
        month=at,
        active=np.ones(at.size),
        orders=_numbers(months, "orders"),
        revenue=np.asarray(months["amount"].to_numpy(), np.float64),
        margin=margin,
        sizes=dict(zip(starts.tolist(), size.tolist(), strict=True)),
        until=complete_until(as_of),
    )


def cells(
    *,
    cohort: ArrayLike,
    month: ArrayLike,
    active: ArrayLike,
    orders: ArrayLike,
    revenue: ArrayLike,
    margin: ArrayLike,
    sizes: dict[int, int],
    until: int,
) -> Cohorts:
    """Cohorts from rows that were counted already: columns ``(rows,)``, months from 1970-01.

    ``sizes`` says how many customers came in each month, ``until`` is the last month that counts.
    Raises ``ValueError`` if no cohort came by then.
    """
    starts = np.array(sorted(start for start in sizes if start <= until), np.int64)
    if not starts.size:
        raise ValueError("no cohort has a month that has ended")
    width = until - int(starts[0]) + 1
    rows, at = np.asarray(cohort, np.int64), np.asarray(month, np.int64)
    inside = (at <= until) & (at >= rows) & np.isin(rows, starts)
    place = np.searchsorted(starts, rows[inside]) * width + at[inside] - rows[inside]
    future = np.arange(width) + starts[:, None] > until

    def summed(column: ArrayLike) -> Floats:
        values = np.asarray(column, np.float64)[inside]
        known = ~np.isnan(values)
        # Of nothing at all, bincount counts in whole numbers.
        total = np.bincount(place[known], values[known], future.size).astype(np.float64)
        count = np.bincount(place[known], minlength=future.size)
        any_row = np.bincount(place, minlength=future.size)
        # Sold, but at no known cost: unknown. Nothing sold: nothing earned.
        total[(count == 0) & (any_row > 0)] = np.nan
        grid = np.asarray(total.reshape(future.shape), np.float64)
        grid[future] = np.nan
        return grid

    return Cohorts(
        starts=starts,
        size=np.array([sizes[int(start)] for start in starts], np.float64),
        active=summed(active),
        orders=summed(orders),
        revenue=summed(revenue),
        margin=summed(margin),
    )


def payback(cumulative: Floats, cost: float) -> int | None:
    """The first tenure at which what a customer has brought, ``(tenures,)``, covers the cost.

    None when it never does within what is known.
    """
    reached = np.flatnonzero(np.nan_to_num(cumulative, nan=-np.inf) >= cost)
    return int(reached[0]) if reached.size else None


def month_numbers(column: pa.ChunkedArray) -> Months:
    """Months from 1970-01 of a column of dates."""
    days = np.asarray(column.to_numpy(), "datetime64[M]")
    return days.astype(np.int64)


def _numbers(table: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(table[name].to_numpy(), np.int64)
