"""Complements and substitutes: what goes into one basket more, or less, often than it would.

Plain lift calls nearly all pairs complements, because big baskets hold everything and each customer
has a taste. So baskets are compared only with baskets of the same customer and like size (strata):

* Mantel and Haenszel, "Statistical Aspects of the Analysis of Data from Retrospective Studies of
  Disease", 1959: test and common odds ratio over 2 × 2 tables.
* Robins, Breslow, Greenland, "Estimators of the Mantel-Haenszel Variance", 1986: its error.
* Benjamini and Hochberg, "Controlling the False Discovery Rate", 1995: which pairs to believe.

* Hájek, "Asymptotic Theory of Rejective Sampling with Varying Probabilities", 1964: how often two
  items meet by chance. Baskets of given sizes make items a little exclusive (in baskets of one item
  they always are), all but those that are in nearly every basket. Of N baskets, shares p1, p2 hold
  the items (q: do not), so N (p1 p2 + t p1 q1 p2 q2) hold both; t is such that joint baskets of all
  pairs add up to what the sizes tell. Odds ratios are over the one that chance alone would give.

A table that expects fewer than ``fewest`` joint baskets is not looked at. Pairs are ranked by the
bound of the odds ratio that is nearer to 1 (lower for complements, upper for substitutes).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special, stats

from trato.analytics.recommend.data import Codes, Floats, Mask, Purchases, matrix
from trato.analytics.recommend.strata import Tables, by_chance, stratify, tables_of

# One-sided 95 %.
_BOUND = float(stats.norm.ppf(0.95))
# Cells of a dense block of item pairs.
_CELLS = 600_000

type _Products = list[tuple[sparse.csr_array, sparse.csr_array]]


@dataclass(frozen=True)
class Pair:
    """Item ``other`` with ``item``: ``together`` of the ``baskets`` that hold ``item`` hold both
    (``expected`` by chance)."""

    item: int
    other: int
    odds_ratio: float
    bound: float
    baskets: int
    together: int
    expected: float


@dataclass(frozen=True)
class Ranked:
    """Partners of items, in parallel arrays: the best ``other`` has ``rank`` 1; ``pair`` is the
    place in the arrays of the complements."""

    item: Codes
    other: Codes
    rank: NDArray[np.int64]
    pair: NDArray[np.int64]


@dataclass(frozen=True)
class Complements:
    """Believed pairs, ``first`` < ``second``, one value a pair in each array.

    ``odds_ratio`` is over the one of chance; ``bound`` is above 1 for complements and below 1 for
    substitutes; ``q_value`` is the share of wrong ones among the pairs at least as sure.
    ``tested`` pairs were looked at; at most ``false_rate`` of those believed are expected to be
    wrong. ``pooled``: baskets that were their customer's only one of their size were
    compared with each other, because most were such; taste is then not wholly taken out.
    ``log_bounds`` and ``joint`` (baskets with both) are tables of items × items.
    """

    first: Codes
    second: Codes
    odds_ratio: Floats
    bound: Floats
    together: NDArray[np.int64]
    expected: Floats
    q_value: Floats
    baskets: NDArray[np.int64]
    tested: int
    false_rate: float
    pooled: bool
    log_bounds: sparse.csr_array
    joint: sparse.csr_array

    def __len__(self) -> int:
        return len(self.first)

    def complements(self, item: int, count: int = 10) -> list[Pair]:
        """The strongest complements of an item, best first."""
        return self._partners(item, count, above=True)

    def substitutes(self, item: int, count: int = 10) -> list[Pair]:
        """The strongest substitutes of an item, best first."""
        return self._partners(item, count, above=False)

    def for_cart(
        self, cart: NDArray[np.integer], count: int = 10, sellable: Mask | None = None
    ) -> list[Pair]:
        """What completes a cart: the items whose log bounds with the cart's items sum highest,
        each times the share of the baskets with the cart's item that hold the other.

        ``item`` of each result is the one in the cart that speaks most for it. Never what is in
        the cart, or is more a substitute than a complement, or is not ``sellable``.
        """
        inside = np.unique(np.asarray(cart, np.int64))
        rows, joint = self.log_bounds[inside], self.joint[inside]
        goes_with = np.asarray(rows.sum(axis=0)).ravel() > 0
        rows.data *= joint.data / np.repeat(self.baskets[inside], np.diff(rows.indptr))
        score = np.where(goes_with, np.asarray(rows.sum(axis=0)).ravel(), 0)
        score[inside] = 0
        if sellable is not None:
            score[~sellable] = 0
        found = np.flatnonzero(score > 0)
        found = found[np.lexsort((found, -score[found]))][:count]
        strongest = rows[:, found].toarray().argmax(axis=0)
        return [
            self._pair(int(inside[at]), int(other))
            for at, other in zip(strongest, found, strict=True)
        ]

    def ranked(
        self, count: int, *, above: bool, offered: Mask | None = None, least: float = 1.0
    ) -> Ranked:
        """The strongest complements (``above``) or substitutes of every item, ``offered`` ones,
        whose odds are surely ``least`` times those of chance (or chance's ``least`` times theirs).
        """
        kind = np.flatnonzero(self.bound > least if above else self.bound < 1 / least)
        place = np.tile(kind, 2)
        item = np.append(self.first[kind], self.second[kind])
        other = np.append(self.second[kind], self.first[kind])
        if offered is not None:
            kept = offered[other]
            place, item, other = place[kept], item[kept], other[kept]
        strength = self.bound[place] * (1 if above else -1)
        order = np.lexsort((other, -strength, item))
        begins = np.searchsorted(item[order], item[order])
        rank = np.arange(len(order)) - begins + 1
        order, rank = order[rank <= count], rank[rank <= count]
        return Ranked(item[order], other[order], rank, place[order])

    def _partners(self, item: int, count: int, *, above: bool) -> list[Pair]:
        found = self.ranked(count, above=above)
        return [self._pair(item, int(other)) for other in found.other[found.item == item]]

    def _pair(self, item: int, other: int) -> Pair:
        low, high = min(item, other), max(item, other)
        key = self.first.astype(np.int64) * len(self.baskets) + self.second
        at = int(np.searchsorted(key, low * len(self.baskets) + high))
        return Pair(
            item,
            other,
            float(self.odds_ratio[at]),
            float(self.bound[at]),
            int(self.baskets[item]),
            int(self.together[at]),
            float(self.expected[at]),
        )


def fit(lines: Purchases, *, fewest: float = 10.0, false_rate: float = 0.05) -> Complements:
    """Find the pairs worth believing in all baskets (returns aside).

    Raises ``ValueError`` unless 0 < ``false_rate`` < 1 and ``fewest`` > 0.
    """
    if not 0 < false_rate < 1 or fewest <= 0:
        raise ValueError("the false rate must be between 0 and 1, the fewest expected above 0")
    baskets, stratum, pooled = stratify(lines)
    tables = Tables.of(baskets, stratum)
    found = _screen(tables, fewest)
    rates = discovery_rates(_surprise(found.together, found.expected, found.variance))
    believed = rates <= false_rate
    first, second = found.first[believed], found.second[believed]
    ratio, error = _odds_ratios(tables, first, second)
    complement = (found.together > found.expected)[believed]
    bound = ratio * np.exp(np.where(complement, -1, 1) * _BOUND * error)
    # The approximate bound of a believed pair may reach 1: such a pair is not offered.
    clear = np.where(complement, bound > 1, bound < 1) & np.isfinite(bound)
    first, second, ratio, bound = first[clear], second[clear], ratio[clear], bound[clear]
    together = found.together[believed][clear]
    return Complements(
        first=first,
        second=second,
        odds_ratio=ratio,
        bound=bound,
        together=together.astype(np.int64),
        expected=found.expected[believed][clear],
        q_value=rates[believed][clear],
        baskets=np.bincount(baskets.indices, minlength=lines.items),
        tested=len(found.first),
        false_rate=false_rate,
        pooled=pooled,
        log_bounds=_both_ways(first, second, np.log(np.maximum(bound, 1e-3)), lines.items),
        joint=_both_ways(first, second, together, lines.items),
    )


def _surprise(together: Floats, expected: Floats, variance: Floats) -> Floats:
    """Two-sided p-values: of a Poisson variable, scaled to have mean and variance."""
    scale = expected / variance
    above = special.gammainc(np.maximum(together, 1e-9) * scale, expected * scale)
    below = special.gammaincc(together * scale + 1, expected * scale)
    return np.asarray(np.minimum(2 * np.minimum(above, below), 1), np.float64)


def discovery_rates(chance: Floats) -> Floats:
    """Benjamini-Hochberg: the lowest rate of false discoveries that believes each p-value."""
    order = np.argsort(chance, kind="stable")
    rates = chance[order] * len(chance) / np.arange(1, len(chance) + 1)
    lowest = np.empty(len(chance))
    lowest[order] = np.minimum.accumulate(rates[::-1])[::-1]
    return lowest


@dataclass(frozen=True)
class _Found:
    first: Codes
    second: Codes
    together: Floats
    expected: Floats
    variance: Floats


def _screen(tables: Tables, fewest: float) -> _Found:
    """Joint baskets, their expectation and hypergeometric variance, where ``fewest`` is reached.

    Two items are expected together at most as often as the root of what each is with itself
    (Cauchy and Schwarz): with the items in the order of that, few pairs are left to work out.
    """
    both, alone = _products(tables)
    order = np.argsort(-alone, kind="stable")
    # The last item that reaches it with the item at each place; rounding must not lose a pair.
    needed = -(fewest**2) * (1 - 1e-4) / np.maximum(alone[order], 1e-9)
    reach = np.searchsorted(-alone[order], needed, side="right")
    order = order[: reach.max(initial=0)]
    ordered = [(left[:, order].T.tocsr(), right[:, order]) for left, right in both]
    parts = [_screen_block(ordered, fewest, block) for block in _blocks(reach[: len(order)])]
    if not parts:
        none, nothing = np.empty(0, np.int32), np.empty(0)
        return _Found(none, none, nothing, nothing, nothing)
    low, high, *numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
    first, second = np.minimum(order[low], order[high]), np.maximum(order[low], order[high])
    place = np.lexsort((second, first))
    pairs = first[place].astype(np.int32), second[place].astype(np.int32)
    return _Found(*pairs, *(column[place] for column in numbers))


def _products(tables: Tables) -> tuple[_Products, Floats]:
    """What has to be multiplied to have of all pairs their joint baskets, their expectation without
    the tilt, and (as one complex number) what the tilt adds to it and the variance; and what is
    expected of each item with itself, at most."""
    counts, row = tables.strata.data, np.diff(tables.strata.indptr)
    size, tilt = np.repeat(tables.size, row), np.repeat(tables.tilt, row)
    either = counts * (size - counts) / size
    alone = counts**2 / size + np.maximum(tilt, 0) * either**2 / size
    free = _like(tables.strata, (counts / np.sqrt(size)).astype(np.float32))
    weighted = either * (tilt / size + 1j / (size - 1))
    tilted = _like(tables.strata, either.astype(np.complex64))
    likewise = _like(tables.strata, weighted.astype(np.complex64))
    both = [(tables.baskets, tables.baskets), (free, free), (tilted, likewise)]
    return both, np.bincount(tables.strata.indices, alone, tables.strata.shape[1])


def _like(table: sparse.csr_array, values: NDArray[np.generic]) -> sparse.csr_array:
    return sparse.csr_array((values, table.indices, table.indptr), shape=table.shape)


def _screen_block(
    tables: _Products, fewest: float, block: tuple[int, int, int]
) -> tuple[NDArray[np.integer] | Floats, ...]:
    """Of the items from ``start`` to ``stop`` with those after them, up to ``reach``."""
    start, stop, reach = block
    together, free, tilted = (
        (left[start:stop] @ right[:, start:reach]).toarray() for left, right in tables
    )
    expected, variance = free + tilted.real, tilted.imag
    at = np.nonzero(np.triu(expected >= fewest, 1) & (variance > 0))
    numbers = (table[at].astype(np.float64) for table in (together, expected, variance))
    return at[0] + start, at[1] + start, *numbers


def _blocks(reach: NDArray[np.integer]) -> Iterator[tuple[int, int, int]]:
    """Where each block of items begins and ends, and how far its first item reaches."""
    start = 0
    while start < len(reach) and reach[start] > start + 1:
        width = int(reach[start]) - start
        stop = min(start + max(_CELLS // width, 1), len(reach))
        yield start, stop, int(reach[start])
        start = stop


def _odds_ratios(tables: Tables, first: Codes, second: Codes) -> tuple[Floats, Floats]:
    """Common odds ratio of each pair over that of chance, and the error of its logarithm."""
    ratio, error = np.empty(len(first)), np.empty(len(first))
    # The tables are those of the strata of the second: it is to be the rarer one.
    spread = np.diff(tables.strata_by_item.indptr)
    rarer = spread[first] < spread[second]
    first, second = np.where(rarer, second, first), np.where(rarer, first, second)
    order = np.argsort(first, kind="stable")
    begins = np.flatnonzero(np.diff(first[order], prepend=-1))
    for part in np.split(order, begins[1:]) if len(order) else []:
        joint, margins, start = tables_of(tables, int(first[part[0]]), second[part])
        chance = by_chance(*margins[:3], tables.tilt[margins[3]])
        found, error[part] = mantel_haenszel(joint, *margins[:3], start)
        usual, _error = mantel_haenszel(chance, *margins[:3], start)
        ratio[part] = found / usual
    return ratio, error


def mantel_haenszel(
    joint: Floats,
    first: Floats,
    second: Floats,
    size: Floats,
    start: NDArray[np.integer] | None = None,
) -> tuple[Floats, Floats]:
    """Common odds ratio of 2 × 2 tables, and the standard error of its logarithm.

    Of each table: baskets with both, with the first, with the second, and all of them. ``start``
    says where sets of tables begin (one set by default): one result a set. Half a table stands in
    where the ratio would be 0 or infinite, so that the result stays finite.
    """
    start = np.zeros(1, np.int64) if start is None else start
    neither = size - first - second + joint
    agree, differ = (joint + neither) / size, (first + second - 2 * joint) / size
    up, down = joint * neither / size, (first - joint) * (second - joint) / size
    total_up, total_down = np.add.reduceat(up, start), np.add.reduceat(down, start)
    total_up[total_up <= 0], total_down[total_down <= 0] = 0.5, 0.5
    variance = (
        np.add.reduceat(agree * up, start) / (2 * total_up**2)
        + np.add.reduceat(agree * down + differ * up, start) / (2 * total_up * total_down)
        + np.add.reduceat(differ * down, start) / (2 * total_down**2)
    )
    return total_up / total_down, np.sqrt(variance)


def _both_ways(first: Codes, second: Codes, value: Floats, items: int) -> sparse.csr_array:
    ends = np.append(first, second), np.append(second, first)
    return matrix(*ends, (items, items), np.append(value, value))
