"""Prices over time: an index of the company's own, and who pays more for the same thing."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
from scipy import sparse
from scipy.sparse import linalg

from trato.analytics.cohorts import month_numbers
from trato.analytics.grouping import Column, Floats, Integers
from trato.analytics.ratios import LEVEL, Ratio, of_logarithm

PASSES, ENOUGH = 500, 1e-10
# Prices so far from the usual one are slips of the pen, gifts or other units.
FURTHEST = 4.0


@dataclass(frozen=True, eq=False)
class Index:
    """``level``, shape ``(months,)``, is 1 in the first of ``months`` (counted from 1970-01)."""

    months: Integers
    level: Floats

    def at(self, months: Column) -> Floats:
        """The level of any months; before the first and after the last month it stands still."""
        place = np.searchsorted(self.months, np.asarray(months, np.int64), side="right") - 1
        return np.asarray(self.level[np.clip(place, 0, self.level.size - 1)])


def index(sales: pa.Table) -> Index:
    """The level of prices by month, chained over the products sold in both of two months.

    ``sales``: month (date), product, quantity, amount, rows of any grain. Changes of price are
    weighted by the products' mean share of the money in the two months (L. Tornqvist, 1936), so
    that new, dropped and dearer products do not count as a change of price. Raises ``ValueError``
    if nothing was sold.
    """
    month, product, quantity, amount = _added_up(sales)
    sold = (quantity > 0) & (amount > 0)
    month, product = month[sold], product[sold]
    quantity, amount = quantity[sold], amount[sold]
    if not month.size:
        raise ValueError("nothing was sold: there are no prices")
    price = np.log(amount / quantity)
    months = np.unique(month)
    level = np.zeros(months.size)
    parts = [np.flatnonzero(month == one) for one in months]
    for at, (before, now) in enumerate(pairwise(parts), 1):
        _, old, new = np.intersect1d(
            product[before], product[now], assume_unique=True, return_indices=True
        )
        old, new = before[old], now[new]
        change = 0.0
        if old.size:
            weight = amount[old] / amount[old].sum() + amount[new] / amount[new].sum()
            change = float((weight * (price[new] - price[old])).sum() / 2)
        level[at] = level[at - 1] + change
    return Index(months, np.exp(level))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """``customers``, sorted, are those who bought comparable things both early and late."""

    ratio: Ratio
    customers: Integers


def compared(
    customer: Integers, thing: Integers, price: Floats, late: Column, level: float = LEVEL
) -> Comparison | None:
    """How many times as much the same customer pays for the same thing when ``late``.

    All of shape ``(rows,)``: ``thing`` is a product in a month, ``price`` what was paid for a unit,
    ``late`` whether the customer was an old one by then. Logarithms of prices are freed of every
    customer's and of every thing's mean at once (two-way fixed effects), so neither who stays nor
    what is bought nor what everybody's prices did can be taken for the effect. The error is
    clustered by customer (C. Cameron & D. Miller, *A practitioner's guide to cluster-robust
    inference*, 2015). None where no customer has bought comparable things both early and late.
    """
    kept = np.isfinite(price) & (price > 0)
    customer, thing = customer[kept], thing[kept]
    logs, flag = np.log(price[kept]), np.asarray(late, np.float64)[kept]
    logs, flag, people, customers = _comparable(customer, thing, logs, flag)
    spread = float(flag @ flag)
    if customers.size < 2 or spread < 1e-9:
        return None
    effect = float(flag @ logs) / spread
    score = np.bincount(people, flag * (logs - effect * flag))
    tell = np.bincount(people, flag * flag) > 1e-12
    informative = int(tell.sum())
    if informative < 2:
        return None
    error = float(np.sqrt((score @ score) * informative / (informative - 1))) / spread
    ratio = of_logarithm(effect, error, informative - 1, informative, level)
    return Comparison(ratio, customers[tell])


def _comparable(
    customer: Integers, thing: Integers, logs: Floats, flag: Floats
) -> tuple[Floats, Floats, Integers, Integers]:
    """Without slips of the pen; freed of the means of customers and of things. The customer of each
    row by its place among the customers, and these."""
    _, things = np.unique(thing, return_inverse=True)
    if not logs.size:
        return logs, flag, things, customer
    usual = np.bincount(things, logs) / np.bincount(things)
    kept = np.abs(logs - usual[things]) <= np.log(FURTHEST)
    logs, flag = logs[kept], flag[kept]
    customers, people = np.unique(customer[kept], return_inverse=True)
    _, things = np.unique(thing[kept], return_inverse=True)
    met = _met(people, things)
    return (
        _freed(logs, people, things, met),
        _freed(flag, people, things, met),
        people,
        customers,
    )


def _met(people: Integers, things: Integers) -> sparse.csr_array:
    """How often each customer bought each thing."""
    shape = (people.max(initial=-1) + 1, things.max(initial=-1) + 1)
    return sparse.coo_array((np.ones(people.size), (people, things)), shape).tocsr()


def _freed(values: Floats, people: Integers, things: Integers, met: sparse.csr_array) -> Floats:
    """Without the means of customers and of things at once.

    The customers' means are taken off exactly; what is left of the things' is the solution of a
    system of as many equations as things (conjugate gradients, scaled by how often each was sold).
    """
    if not values.size:
        return values
    often, sold = np.asarray(met.sum(axis=1)), np.asarray(met.sum(axis=0))
    bought = met.T.tocsr()

    def centred(values: Floats) -> Floats:
        means: Floats = np.bincount(people, values) / often
        return values - means[people]

    def system(effect: Floats) -> Floats:
        left: Floats = sold * effect - bought @ ((met @ effect) / often)
        return left

    size = (sold.size, sold.size)
    effect, _state = linalg.cg(
        linalg.LinearOperator(size, matvec=system, dtype=np.float64),
        np.bincount(things, centred(values)),
        rtol=ENOUGH,
        maxiter=PASSES,
        M=linalg.LinearOperator(size, matvec=lambda left: left / sold, dtype=np.float64),
    )
    return centred(values - effect[things])


def _added_up(sales: pa.Table) -> tuple[Integers, Integers, Floats, Floats]:
    rows = month_numbers(sales["month"])
    product = np.asarray(sales["product"].to_numpy(), np.int64)
    things, code = np.unique(product, return_inverse=True)
    cells, place = np.unique(rows * things.size + code, return_inverse=True)
    quantity = np.bincount(place, np.asarray(sales["quantity"].to_numpy(), np.float64))
    amount = np.bincount(place, np.asarray(sales["amount"].to_numpy(), np.float64))
    return cells // things.size, things[cells % things.size], quantity, amount
