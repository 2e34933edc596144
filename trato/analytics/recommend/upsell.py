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
    """``low`` to ``high``: ways up from an item to a better one, the best of each item first, with
    one value a way in ``rate``, ``pace`` and ``moved``. ``buyers`` and ``wait`` have one an item:
    days from its last purchase before a better one is offered, 0 of what does not last."""

    low: Codes
    high: Codes
    rate: NDArray[np.float32]
    pace: NDArray[np.float32]
    moved: NDArray[np.int32]
    buyers: NDArray[np.int64]
    wait: NDArray[np.int64]

    def renumbered(self, code: NDArray[np.integer], count: int) -> "UpSell":
        """Of other ``count`` items, in the same order: the new code of each item, -1 of one that is
        no more."""
        stays = code >= 0
        kept = stays[self.low] & stays[self.high]
        buyers, wait = np.zeros((2, count), np.int64)
        buyers[code[stays]], wait[code[stays]] = self.buyers[stays], self.wait[stays]
        return UpSell(
            code[self.low[kept]].astype(np.int32),
            code[self.high[kept]].astype(np.int32),
            self.rate[kept],
            self.pace[kept],
            self.moved[kept],
            buyers,
            wait,
        )

    def candidates(self, found: Pairs, items: Items, first: int, last: int) -> Moves:
        """For the customers from code ``first`` up to ``last`` (not included)."""
        begin, end = int(found.of_customer[first]), int(found.of_customer[last])
        entry, start = by_category(found, items, begin, end)
        usual = entry[start]
        tier = items.tier[found.item[entry]]
        highest = np.maximum.reduceat(tier, start) if len(start) else tier
        latest = np.maximum.reduceat(found.last[entry], start) if len(start) else tier
        ripe = found.as_of - latest > self.wait[found.item[usual]]
        usual, highest = usual[ripe], highest[ripe]
        row = found.item[usual]
        start = np.searchsorted(self.low, row)
        length = np.searchsorted(self.low, row, "right") - start
        at = _runs(start, length)
        pair, item = np.repeat(usual, length), self.high[at]
        known = (items.tier[item] != UNKNOWN) & (np.repeat(highest, length) != UNKNOWN)
        fits = ~known | (items.tier[item] > np.repeat(highest, length))
        fits &= items.active[item]
        pair, item, at = pair[fits], item[fits], at[fits]
        return Moves(
            customer=found.customer[pair],
            pair=pair,
            item=item,
            rate=self.rate[at],
            pace=self.pace[at],
            moved=self.moved[at],
            buyers=self.buyers[found.item[pair]].astype(np.int32),
        )


def fit(found: Pairs, items: Items, *, keep: int = 8) -> UpSell:
    """Count who moved up, over all customers; the ``keep`` best ways up from each item stay."""
    ways = movers.ways(found, items)
    lower, upper = ways.low, ways.high
    rate = rates(found, lower, upper, ways.both)
    kept = np.flatnonzero(ways.believed(found) & items.active[upper])
    kept = kept[np.lexsort((upper[kept], -rate[kept], lower[kept]))]
    counts = np.bincount(lower[kept], minlength=found.items)
    place = np.arange(len(kept)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = kept[place < keep]
    return UpSell(
        lower[kept],
        upper[kept],
        rate[kept].astype(np.float32),
        ways.pace(found)[kept].astype(np.float32),
        ways.moved[kept].astype(np.int32),
        found.buyers,
        _wait(found, ways.waits),
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
