"""Up-selling: a better item of the same category, where customers are seen to move up.

Offered is only what customers surely move up to: see `trato.analytics.recommend.movers`. In which
order, the share of the buyers of what a customer has who bought the better one, too, tells better
than the share of those who moved: many more are counted. It is shrunk towards the share of all
customers; times the customer's own cross-selling score, which says whom it suits.

Of what lasts (hardly anybody buys it again) hardly anybody wants a better one at once: it is
offered once as many days have passed as nine in ten of those who moved up from it had waited.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import movers
from trato.analytics.recommend.data import UNKNOWN, Codes, Floats, Items, Pairs
from trato.analytics.recommend.movers import STEPS, by_category

# So many more buyers would have bought the better one like all customers.
_PRIOR = 20.0
# Whoever has an item that lasts waits as long as the quickest tenth of those who moved up from it;
# of so many at least, else from all that lasts.
_QUICKEST, _ENOUGH = 0.1, 10


@dataclass(frozen=True)
class Moves:
    """Candidates: arrays with one value each. ``pair`` is the number, in the pairs asked about, of
    what the customer usually buys of the category; ``item`` is better; ``moved`` of ``buyers`` of
    the usual item moved to it, ``rate`` is what they are ordered by, ``pace`` the moves a day."""

    customer: Codes
    pair: NDArray[np.int64]
    item: Codes
    rate: NDArray[np.float32]
    pace: NDArray[np.float32]
    moved: NDArray[np.int32]
    buyers: NDArray[np.int32]


@dataclass(frozen=True)
class UpSell:
    """``rate``, ``pace`` and ``moved``: from item (row) to better item (column), of the same
    structure; ``wait``: days from the last purchase of each item before a better one is offered, 0
    of what does not last."""

    rate: sparse.csr_array
    pace: sparse.csr_array
    moved: sparse.csr_array
    buyers: NDArray[np.int64]
    wait: NDArray[np.int64]
    items: Items

    def candidates(self, found: Pairs, first: int, last: int) -> Moves:
        """For the customers from code ``first`` up to ``last`` (not included)."""
        begin, end = int(found.of_customer[first]), int(found.of_customer[last])
        entry, start = by_category(found, self.items, begin, end)
        usual = entry[start]
        tier = self.items.tier[found.item[entry]]
        highest = np.maximum.reduceat(tier, start) if len(start) else tier
        latest = np.maximum.reduceat(found.last[entry], start) if len(start) else tier
        ripe = found.as_of - latest > self.wait[found.item[usual]]
        usual, highest = usual[ripe], highest[ripe]
        row = found.item[usual]
        length = np.diff(self.rate.indptr)[row]
        at = _runs(self.rate.indptr[row], length)
        pair, item = np.repeat(usual, length), self.rate.indices[at]
        known = (self.items.tier[item] != UNKNOWN) & (np.repeat(highest, length) != UNKNOWN)
        fits = ~known | (self.items.tier[item] > np.repeat(highest, length))
        pair, item, at = pair[fits], item[fits].astype(np.int32), at[fits]
        return Moves(
            customer=found.customer[pair],
            pair=pair,
            item=item,
            rate=self.rate.data[at],
            pace=self.pace.data[at],
            moved=self.moved.data[at].astype(np.int32),
            buyers=self.buyers[found.item[pair]].astype(np.int32),
        )


def fit(found: Pairs, items: Items, *, keep: int = 8) -> UpSell:
    """Count who moved up, over all customers; the ``keep`` best ways up from each item stay."""
    shape = (found.items, found.items)
    ways = movers.ways(found, items)
    lower, upper = ways.low, ways.high
    rate = rates(found, lower, upper, ways.both)
    kept = np.flatnonzero(ways.believed(found) & items.active[upper])
    kept = kept[np.lexsort((upper[kept], -rate[kept], lower[kept]))]
    counts = np.bincount(lower[kept], minlength=found.items)
    place = np.arange(len(kept)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = kept[place < keep]
    indptr = np.append(0, np.cumsum(np.bincount(lower[kept], minlength=found.items)))
    places = upper[kept], indptr
    return UpSell(
        sparse.csr_array((rate[kept].astype(np.float32), *places), shape=shape),
        sparse.csr_array((ways.pace(found)[kept].astype(np.float32), *places), shape=shape),
        sparse.csr_array((ways.moved[kept], *places), shape=shape),
        found.buyers,
        _wait(found, ways.waits),
        items,
    )


def rates(
    found: Pairs, low: NDArray[np.integer], high: NDArray[np.integer], both: Floats
) -> Floats:
    """The share of the buyers of each ``low`` who are among the ``both``, who bought ``high``, too:
    shrunk towards the share of all customers who did."""
    usual = found.buyers[high] / max(found.people, 1)
    rate: Floats = (both + _PRIOR * usual) / (found.buyers[low] + _PRIOR)
    return rate


def _wait(found: Pairs, waits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days, by item; ``waits`` counts those who moved up from it, by steps of how long they had
    waited."""
    lasts = found.lasts
    is_enough = waits.sum(axis=1, keepdims=True) >= _ENOUGH
    seen = np.cumsum(np.where(is_enough, waits, waits[lasts].sum(axis=0)), axis=1)
    step = (seen <= _QUICKEST * seen[:, -1:]).sum(axis=1)
    days: NDArray[np.int64] = np.append(STEPS, 0)[step]
    return np.where(lasts, days, 0)


def _runs(start: NDArray[np.integer], length: NDArray[np.integer]) -> NDArray[np.int64]:
    """Concatenation of the ranges from each start, of each length."""
    offset = np.cumsum(length) - length
    run: NDArray[np.int64] = np.arange(int(length.sum())) + np.repeat(start - offset, length)
    return run
