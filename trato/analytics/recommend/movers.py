"""Who moved up: counted over all customers, for pairs of a lesser and a better item.

A later first purchase of something dearer is not yet a move: who buys now this and now that takes
turns, and who adds a tamper to a machine completes. A customer **moved** from X to Y whose last
purchase of X was before the first of Y, and who was seen for long enough afterwards: as long as
the usual pause between two purchases of X, or of Y. What lasts has no such pause.

Whoever takes turns ends with Y as often as with X, so as many move down as up; and whoever
completes often takes both on one day. A sign test of those who moved up against these two tells a
way up: of those only who began and moved while both were sold, or whatever is new would win, and
whatever is no longer sold would lose.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from trato.analytics.recommend.complements import discovery_rates
from trato.analytics.recommend.data import UNKNOWN, Codes, Floats, Items, Mask, Pairs, pair_keys

# Dearer by a tenth at least, and by not more than three times: out of reach otherwise.
DEARER, TOO_DEAR = 1.1, 3.0
# Items of one customer and category that are compared, the latest first; pairs of a block.
_LATEST = 30
_BLOCK = 2_000_000
# Customers that are looked at together, so that memory does not grow with all of them.
_CUSTOMERS = 200_000
# Waits are counted by length, in steps of a sixth.
STEPS = np.unique(np.geomspace(1, 1200, 48).astype(np.int64))
# With fewer, up and against it together, nothing is sure: many pairs are looked at.
FEWEST = 7
# One-sided 90 %.
_BOUND = 1.2816
# The share of wrong ways up that is put up with.
FALSE_RATE = 0.1
# Of its buyers so many moved at least, and so many times as many as other customers buy the better.
LEAST_SHARE, LEAST_LIFT = 0.05, 2.0


@dataclass(frozen=True)
class Ways:
    """From item ``low`` to item ``high``, one value a pair in each array.

    ``moved`` up; ``up`` are those who did while both were sold, ``against`` it those who moved down
    while both were, or began with both on one day. ``both`` bought both, ``with_both`` are the days
    since they had both, of all of them. But ``waits`` has a row an item: those who moved up from
    it, by how long they had waited (``STEPS``).
    """

    low: Codes
    high: Codes
    waits: NDArray[np.int64]
    moved: Floats
    up: Floats
    against: Floats
    both: Floats
    with_both: Floats

    def pace(self, found: Pairs) -> Floats:
        """Moves a day that a buyer of X had not yet bought Y."""
        since = np.bincount(found.item, found.as_of - found.first, found.items)
        pace: Floats = self.moved / np.maximum(since[self.low] - self.with_both, 1)
        return pace

    def believed(self, found: Pairs) -> Mask:
        """Where customers surely move up, often enough to be told."""
        looked_at = self.up + self.against >= FEWEST
        chance = stats.binom.sf(self.up - 1, self.up + self.against, 0.5)
        sure = np.zeros(len(self.low), bool)
        sure[looked_at] = discovery_rates(chance[looked_at]) <= FALSE_RATE
        buyers = found.buyers[self.low]
        others = (found.buyers[self.high] - self.both) / np.maximum(found.people - buyers, 1)
        often = self.moved >= LEAST_SHARE * buyers
        often &= lower_bound(self.moved, buyers) >= LEAST_LIFT * others
        mask: Mask = sure & often
        return mask


def lower_bound(some: Floats, number: NDArray[np.integer]) -> Floats:
    """Wilson's, of a share."""
    share, square = some / np.maximum(number, 1), _BOUND**2 / np.maximum(number, 1)
    width = _BOUND * np.sqrt(
        share * (1 - share) / np.maximum(number, 1) + (square / _BOUND) ** 2 / 4
    )
    bound: Floats = (share + square / 2 - width) / (1 + square)
    return bound


def ways(found: Pairs, items: Items) -> Ways:
    """Count, over all customers."""
    times = _Times.of(found)
    waits = np.zeros(found.items * len(STEPS), np.int64)
    keys, sums = [np.empty(0, np.int64)], [np.empty((5, 0))]
    for low, high in _compared(found, items):
        lesser, better = found.item[low], found.item[high]
        moved, down = times.moved(low, high), times.moved(high, low)
        at_once = found.first[low] == found.first[high]
        numbers = (
            moved,
            moved & times.were_sold(low, high),
            (down & times.were_sold(high, low)) | at_once,
            np.ones(len(low), bool),
            found.as_of - np.maximum(found.first[low], found.first[high]),
        )
        key, total = _summed(pair_keys(lesser, better, found.items), np.array(numbers, np.float64))
        keys.append(key)
        sums.append(total)
        waited = (found.first[high] - found.last[low])[moved]
        place = pair_keys(lesser[moved], np.searchsorted(STEPS, waited, "right") - 1, len(STEPS))
        waits += np.bincount(place, minlength=waits.size)
    key, total = _summed(np.concatenate(keys), np.concatenate(sums, axis=1))
    low, high = np.divmod(key, max(found.items, 1))
    of_item = waits.reshape(found.items, len(STEPS))
    return Ways(low.astype(np.int32), high.astype(np.int32), of_item, *total)


def _summed(key: NDArray[np.int64], numbers: Floats) -> tuple[NDArray[np.int64], Floats]:
    unique, at = np.unique(key, return_inverse=True)
    return unique, np.array([np.bincount(at, row, len(unique)) for row in numbers])


def is_better(items: Items, low: NDArray[np.integer], high: NDArray[np.integer]) -> Mask:
    """Whether each ``high`` is an up-sell from each ``low``.

    Same known category. Of higher quality where both tiers are known, else dearer; never of lower
    quality, cheaper, out of reach (three times the price) or of less margin, as far as is known.
    """
    same = (items.category[low] == items.category[high]) & (items.category[low] != UNKNOWN)
    tiers = (items.tier[low] != UNKNOWN) & (items.tier[high] != UNKNOWN)
    # What costs anything is out of reach of what is free; of two free ones no ratio is known.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = items.price[high] / items.price[low]
    higher = np.where(tiers, items.tier[high] > items.tier[low], ratio >= DEARER)
    in_reach = ~(ratio < 1) & ~(ratio > TOO_DEAR)
    better: Mask = same & higher & in_reach & ~(items.margin[high] < items.margin[low])
    return better


@dataclass(frozen=True)
class _Times:
    """Of items: the days of the first and of the last sale, and the usual days between two
    purchases; of customers: the last day. What is asked about are entries of ``found``, two by two,
    of one customer each."""

    found: Pairs
    born: NDArray[np.int64]
    gone: NDArray[np.int64]
    pause: Floats
    seen: NDArray[np.int64]

    @classmethod
    def of(cls, found: Pairs) -> "_Times":
        born = np.full(found.items, found.as_of)
        np.minimum.at(born, found.item, found.first)
        gone = np.zeros(found.items, np.int64)
        np.maximum.at(gone, found.item, found.last)
        seen = np.zeros(found.customers, np.int64)
        np.maximum.at(seen, found.customer, found.last)
        spans = np.bincount(found.item, found.last - found.first, found.items)
        times = np.bincount(found.item, found.count - 1, found.items)
        pause = np.where(found.lasts, 0, spans / np.maximum(times, 1))
        return cls(found, born, gone, pause, seen)

    def moved(self, left: NDArray[np.int64], new: NDArray[np.int64]) -> Mask:
        """Who left the one item before the first of the new one, and for good."""
        found = self.found
        pause = np.maximum(self.pause[found.item[left]], self.pause[found.item[new]])
        afterwards = self.seen[found.customer[new]] - found.first[new]
        mask: Mask = (found.last[left] < found.first[new]) & (afterwards >= pause)
        return mask

    def were_sold(self, left: NDArray[np.int64], new: NDArray[np.int64]) -> Mask:
        """Whether both were: the new one when they began with the other, that when they moved."""
        found = self.found
        already = found.first[left] >= self.born[found.item[new]]
        mask: Mask = already & (found.first[new] <= self.gone[found.item[left]])
        return mask


def _compared(found: Pairs, items: Items) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Entries of a lesser and of a better item of one customer and category, block by block."""
    for first in range(0, found.customers, _CUSTOMERS):
        last = min(first + _CUSTOMERS, found.customers)
        begin, end = int(found.of_customer[first]), int(found.of_customer[last])
        entry, start = by_category(found, items, begin, end, latest=True)
        length = np.minimum(np.diff(np.append(start, len(entry))), _LATEST)
        start, length = start[length > 1], length[length > 1]
        square = np.cumsum(length * length)
        cuts = np.searchsorted(square, np.arange(_BLOCK, square[-1:].sum(), _BLOCK))
        for base, side in zip(np.split(start, cuts), np.split(length, cuts), strict=True):
            number = side * side
            offset = np.repeat(np.cumsum(number) - number, number)
            place = np.arange(len(offset)) - offset
            base, side = np.repeat(base, number), np.repeat(side, number)
            low, high = entry[base + place // side], entry[base + place % side]
            better = is_better(items, found.item[low], found.item[high])
            yield low[better], high[better]


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
