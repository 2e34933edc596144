"""Up-selling: a better item of the same category, where customers are seen to move up.

An up-trade is a customer's first purchase of a better item of a category after buying a lesser one.
From each item, the share of its buyers who moved to each better one is counted and shrunk towards
how often the better one is moved to at all; the square root of the customer's own cross-selling
score then says whom it suits. Moves that fewer than ``fewest`` customers made are not offered.

Of what lasts (hardly anybody buys it again) hardly anybody wants a better one at once: it is
offered once as many days have passed as nine in ten of those who moved up from it had waited.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import UNKNOWN, Codes, Items, Mask, Pairs, matrix

# Dearer by a tenth at least, and by not more than three times: out of reach otherwise.
DEARER, TOO_DEAR = 1.1, 3.0
_PRIOR = 20.0
# Whoever has an item that lasts waits as long as the quickest tenth of those who moved up from it;
# of so many at least, else from all that lasts.
_QUICKEST, _ENOUGH = 0.1, 10
# Waits are counted by length, in steps of a sixth.
_STEPS = np.unique(np.geomspace(1, 1200, 48).astype(np.int64))
# Items of one customer and category that are compared, the latest first; pairs of a block.
_LATEST = 30
_BLOCK = 2_000_000


@dataclass(frozen=True)
class Moves:
    """Candidates: arrays with one value each. ``pair`` is the number, in the pairs asked about, of
    what the customer usually buys of the category; ``item`` is better; ``moved`` of ``buyers`` of
    the usual item moved to it, ``rate`` is the shrunk share."""

    customer: Codes
    pair: NDArray[np.int64]
    item: Codes
    rate: NDArray[np.float32]
    moved: NDArray[np.int32]
    buyers: NDArray[np.int32]


@dataclass(frozen=True)
class UpSell:
    """``rate`` and ``moved``: from item (row) to better item (column), of the same structure;
    ``wait``: days from the last purchase of each item before a better one is offered, 0 of what
    does not last."""

    rate: sparse.csr_array
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
            moved=self.moved.data[at].astype(np.int32),
            buyers=self.buyers[found.item[pair]].astype(np.int32),
        )


def fit(found: Pairs, items: Items, *, fewest: int = 3, keep: int = 8) -> UpSell:
    """Count who moved up, over all customers; the ``keep`` best ways up from each item stay."""
    shape = (found.items, found.items)
    total = sparse.csr_array(shape, dtype=np.float32)
    waits = np.zeros((found.items, len(_STEPS)), np.int64)
    for low, high, waited in _observed(found, items):
        total = total + matrix(low, high, shape)
        step = np.searchsorted(_STEPS, waited, "right") - 1
        waits += np.bincount(low * np.int64(len(_STEPS)) + step, minlength=waits.size).reshape(
            waits.shape
        )
    lower = np.repeat(np.arange(found.items), np.diff(total.indptr))
    upper, moved = total.indices, total.data
    usual = np.bincount(upper, moved, found.items) / max(float(found.buyers[lower].sum()), 1)
    rate = (moved + _PRIOR * usual[upper]) / (found.buyers[lower] + _PRIOR)
    kept = np.flatnonzero((moved >= fewest) & items.active[upper])
    kept = kept[np.lexsort((upper[kept], -rate[kept], lower[kept]))]
    counts = np.bincount(lower[kept], minlength=found.items)
    place = np.arange(len(kept)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = kept[place < keep]
    indptr = np.append(0, np.cumsum(np.bincount(lower[kept], minlength=found.items)))
    places = upper[kept], indptr
    return UpSell(
        sparse.csr_array((rate[kept].astype(np.float32), *places), shape=shape),
        sparse.csr_array((moved[kept], *places), shape=shape),
        found.buyers,
        _wait(found, waits),
        items,
    )


def _wait(found: Pairs, waits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days, by item; ``waits`` counts those who moved up from it, by steps of how long they had
    waited."""
    lasts = found.lasts
    is_enough = waits.sum(axis=1, keepdims=True) >= _ENOUGH
    seen = np.cumsum(np.where(is_enough, waits, waits[lasts].sum(axis=0)), axis=1)
    step = (seen <= _QUICKEST * seen[:, -1:]).sum(axis=1)
    days: NDArray[np.int64] = np.append(_STEPS, 0)[step]
    return np.where(lasts, days, 0)


def is_better(items: Items, low: NDArray[np.integer], high: NDArray[np.integer]) -> Mask:
    """Whether each ``high`` is an up-sell from each ``low``.

    Same known category. Of higher quality where both tiers are known, else dearer; never of lower
    quality, cheaper, out of reach (three times the price) or of less margin, as far as is known.
    """
    same = (items.category[low] == items.category[high]) & (items.category[low] != UNKNOWN)
    tiers = (items.tier[low] != UNKNOWN) & (items.tier[high] != UNKNOWN)
    ratio = items.price[high] / items.price[low]
    higher = np.where(tiers, items.tier[high] > items.tier[low], ratio >= DEARER)
    in_reach = ~(ratio < 1) & ~(ratio > TOO_DEAR)
    better: Mask = same & higher & in_reach & ~(items.margin[high] < items.margin[low])
    return better


def _observed(found: Pairs, items: Items) -> Iterator[tuple[Codes, Codes, Codes]]:
    """Moves from a lesser to a better item of one category, a customer and move once; and how many
    days after they last bought the lesser one."""
    step = 200_000
    for first in range(0, found.customers, step):
        last = min(first + step, found.customers)
        begin, end = int(found.of_customer[first]), int(found.of_customer[last])
        entry, start = by_category(found, items, begin, end, latest=True)
        length = np.minimum(np.diff(np.append(start, len(entry))), _LATEST)
        square = length * length
        for part in _parts(square):
            group = np.arange(int(square[part].sum()))
            offset = np.repeat(np.cumsum(square[part]) - square[part], square[part])
            side, base = np.repeat(length[part], square[part]), np.repeat(start[part], square[part])
            low = entry[base + (group - offset) // side]
            high = entry[base + (group - offset) % side]
            later = found.first[high] > found.first[low]
            below, above = found.item[low[later]], found.item[high[later]]
            better = is_better(items, below, above)
            waited = _waited(found, low[later][better], found.first[high[later][better]])
            yield below[better], above[better], waited


def _waited(found: Pairs, pair: NDArray[np.int64], day: Codes) -> Codes:
    """Days since the latest day of each pair before a day after its first."""
    low, high = found.start[pair], found.start[pair + 1]
    while (high - low > 1).any():
        middle = (low + high) // 2
        before = found.day[middle] < day
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    waited: Codes = day - found.day[low]
    return waited


def by_category(
    found: Pairs, items: Items, begin: int, end: int, *, latest: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of known category grouped by customer and category, and where the groups begin.

    In a group the most often bought comes first (or, for ``latest``, the last one begun).
    """
    entry = np.arange(begin, end)
    entry = entry[items.category[found.item[entry]] != UNKNOWN]
    category = items.category[found.item[entry]]
    leading = found.first[entry] if latest else found.count[entry]
    order = np.lexsort((-found.last[entry], -leading, category, found.customer[entry]))
    entry, category = entry[order], category[order]
    customer = found.customer[entry]
    fresh = np.ones(len(entry), bool)
    fresh[1:] = (category[1:] != category[:-1]) | (customer[1:] != customer[:-1])
    return entry, np.flatnonzero(fresh)


def _parts(square: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of groups with about ``_BLOCK`` comparisons in all."""
    total = np.cumsum(square)
    start = 0
    while start < len(square):
        done = int(total[start - 1]) if start else 0
        stop = max(int(np.searchsorted(total, done + _BLOCK, "right")), start + 1)
        yield slice(start, stop)
        start = stop


def _runs(start: NDArray[np.integer], length: NDArray[np.integer]) -> NDArray[np.int64]:
    """Concatenation of the ranges from each start, of each length."""
    offset = np.cumsum(length) - length
    run: NDArray[np.int64] = np.arange(int(length.sum())) + np.repeat(start - offset, length)
    return run
