"""Who moved up: counted over all customers, for pairs of a lesser and a better item.

A later first purchase of something dearer is not yet a move: who buys now this and now that takes
turns, and who adds a tamper to a machine completes. A customer **moved** from X to Y whose last
purchase of X was before the first of Y, and who was seen for long enough afterwards: as long as
the usual pause between two purchases of X, or of Y. What lasts has no such pause.

Whoever takes turns ends with Y as often as with X, so as many move down as up. A sign test of the
two tells a way up: of those only who began and moved while both were sold, or whatever is new would
win, and whatever is no longer sold would lose.
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
# Customers that are looked at together.
_CUSTOMERS = 200_000
# Waits are counted by length, in steps of a sixth.
STEPS = np.unique(np.geomspace(1, 1200, 48).astype(np.int64))
# With fewer who moved, nothing is sure; one-sided 90 % and 95 %.
FEWEST = 4
_BOUND, _SURELY = 1.2816, 1.6449
# The share of wrong ways up that is put up with.
FALSE_RATE = 0.1
# Of its buyers so many moved at least, and so many times as many as other customers buy the better.
LEAST_SHARE, LEAST_LIFT = 0.05, 2.0


@dataclass(frozen=True)
class Ways:
    """From item ``low`` to item ``high``, one value a pair in each array.

    ``moved`` up. ``up`` and ``down`` are those who moved while both were sold; ``both`` bought
    both, ``together`` of them X on the day of their first Y (``expected`` by chance, with
    ``variance``, by how many of their days hold X). ``with_both``: days since they had both, of all
    of them. ``waits``: of each item, those who moved up from it by how long they had waited
    (``STEPS``).
    """

    low: Codes
    high: Codes
    moved: Floats
    up: Floats
    down: Floats
    both: Floats
    together: Floats
    expected: Floats
    variance: Floats
    with_both: Floats
    waits: NDArray[np.int64]

    def pace(self, found: Pairs) -> Floats:
        """Moves a day that a buyer of X had not yet bought Y."""
        since = np.bincount(found.item, found.as_of - found.first, found.items)
        pace: Floats = self.moved / np.maximum(since[self.low] - self.with_both, 1)
        return pace

    def believed(self, found: Pairs) -> Mask:
        """Where customers surely move up, often enough to be told."""
        looked_at = self.up + self.down >= FEWEST
        chance = stats.binom.sf(self.up - 1, self.up + self.down, 0.5)
        sure = np.zeros(len(self.low), bool)
        sure[looked_at] = discovery_rates(chance[looked_at]) <= FALSE_RATE
        beyond = self.together - self.expected
        completes = (self.together >= FEWEST - 1) & (beyond > _SURELY * np.sqrt(self.variance))
        buyers = found.buyers[self.low]
        people = np.count_nonzero(np.diff(found.of_customer))
        others = (found.buyers[self.high] - self.both) / np.maximum(people - buyers, 1)
        often = self.moved >= np.maximum(FEWEST, LEAST_SHARE * buyers)
        often &= lower_bound(self.moved, buyers) >= LEAST_LIFT * others
        mask: Mask = sure & ~completes & often
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
    waits = np.zeros(found.items * len(STEPS), np.int64)
    keys, sums = [np.empty(0, np.int64)], [np.empty((8, 0))]
    for key, numbers, low, waited in _observed(found, items):
        step = np.searchsorted(STEPS, waited, "right") - 1
        waits += np.bincount(low * np.int64(len(STEPS)) + step, minlength=waits.size)
        keys.append(key)
        sums.append(numbers)
    key, total = _summed(np.concatenate(keys), np.concatenate(sums, axis=1))
    low, high = np.divmod(key, max(found.items, 1))
    table = waits.reshape(found.items, len(STEPS))
    moved, up, down, both, together, expected, variance, with_both = total
    return Ways(
        low=low.astype(np.int32),
        high=high.astype(np.int32),
        moved=moved,
        up=up,
        down=down,
        both=both,
        together=together,
        expected=expected,
        variance=variance,
        with_both=with_both,
        waits=table,
    )


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
    ratio = items.price[high] / items.price[low]
    higher = np.where(tiers, items.tier[high] > items.tier[low], ratio >= DEARER)
    in_reach = ~(ratio < 1) & ~(ratio > TOO_DEAR)
    better: Mask = same & higher & in_reach & ~(items.margin[high] < items.margin[low])
    return better


@dataclass(frozen=True)
class _Seen:
    """Of items: the days of the first and of the last sale, and the usual days between two
    purchases; of customers: the last day, and how many days they bought on."""

    born: NDArray[np.int64]
    gone: NDArray[np.int64]
    pause: Floats
    last: NDArray[np.int64]
    days: NDArray[np.int64]

    @classmethod
    def of(cls, found: Pairs) -> "_Seen":
        born = np.full(found.items, found.as_of)
        np.minimum.at(born, found.item, found.first)
        gone = np.zeros(found.items, np.int64)
        np.maximum.at(gone, found.item, found.last)
        last = np.zeros(found.customers, np.int64)
        np.maximum.at(last, found.customer, found.last)
        spans = np.bincount(found.item, found.last - found.first, found.items)
        times = np.bincount(found.item, found.count - 1, found.items)
        pause = np.where(found.lasts, 0, spans / np.maximum(times, 1))
        return cls(born, gone, pause, last, _days(found))


def _days(found: Pairs) -> NDArray[np.int64]:
    """How many days each customer bought on."""
    days, width = np.zeros(found.customers, np.int64), found.as_of + 1
    for begin, end in _some_customers(found):
        who = np.repeat(found.customer[begin:end], found.count[begin:end])
        visits = np.unique(pair_keys(who, found.day[found.start[begin] : found.start[end]], width))
        whose, count = np.unique(visits // width, return_counts=True)
        days[whose] = count
    return days


def _some_customers(found: Pairs) -> Iterator[tuple[int, int]]:
    """Where the pairs of so many customers begin and end, so that memory does not grow with all."""
    for first in range(0, found.customers, _CUSTOMERS):
        last = min(first + _CUSTOMERS, found.customers)
        yield int(found.of_customer[first]), int(found.of_customer[last])


def _observed(
    found: Pairs, items: Items
) -> Iterator[tuple[NDArray[np.int64], Floats, Codes, Codes]]:
    """Of some customers: keys of pairs of items with their sums (as `Ways` has them); of each who
    moved up from which item, and how many days after they had last bought it."""
    seen = _Seen.of(found)
    for begin, end in _some_customers(found):
        entry, start = by_category(found, items, begin, end, latest=True)
        length = np.minimum(np.diff(np.append(start, len(entry))), _LATEST)
        square = length * length
        for part in _parts(square):
            group = np.arange(int(square[part].sum()))
            offset = np.repeat(np.cumsum(square[part]) - square[part], square[part])
            side, base = np.repeat(length[part], square[part]), np.repeat(start[part], square[part])
            low = entry[base + (group - offset) // side]
            high = entry[base + (group - offset) % side]
            better = is_better(items, found.item[low], found.item[high])
            yield _counted(found, seen, low[better], high[better])


def _counted(
    found: Pairs, seen: _Seen, low: NDArray[np.int64], high: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats, Codes, Codes]:
    lesser, better, who = found.item[low], found.item[high], found.customer[low]
    pause = np.maximum(seen.pause[lesser], seen.pause[better])
    up = (found.last[low] < found.first[high]) & (seen.last[who] - found.first[high] >= pause)
    down = (found.last[high] < found.first[low]) & (seen.last[who] - found.first[low] >= pause)
    share = found.count[low] / seen.days[who]
    numbers = (
        up,
        up & (found.first[low] >= seen.born[better]) & (found.first[high] <= seen.gone[lesser]),
        down & (found.first[high] >= seen.born[lesser]) & (found.first[low] <= seen.gone[better]),
        np.ones(len(low)),
        _is_bought_on(found, low, found.first[high]),
        share,
        share * (1 - share),
        found.as_of - np.maximum(found.first[low], found.first[high]),
    )
    key, sums = _summed(pair_keys(lesser, better, found.items), np.array(numbers, np.float64))
    return key, sums, lesser[up], (found.first[high] - found.last[low])[up]


def _is_bought_on(found: Pairs, pair: NDArray[np.int64], day: Codes) -> Mask:
    """Whether each pair has the day among its days."""
    low, high = found.start[pair], found.start[pair + 1]
    while (high - low > 1).any():
        middle = (low + high) // 2
        later = found.day[middle] > day
        low, high = np.where(later, low, middle), np.where(later, middle, high)
    mask: Mask = found.day[low] == day
    return mask


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
