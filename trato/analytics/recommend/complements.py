"""Complements and substitutes: what goes into one basket more, or less, often than it would.

Plain lift calls nearly all pairs complements, because big baskets hold everything and each customer
has a taste. So baskets are compared only with baskets of the same customer and like size (strata):

* Mantel and Haenszel, "Statistical Aspects of the Analysis of Data from Retrospective Studies of
  Disease", 1959: test and common odds ratio over 2 × 2 tables.
* Robins, Breslow, Greenland, "Estimators of the Mantel-Haenszel Variance", 1986: its error.
* Benjamini and Hochberg, "Controlling the False Discovery Rate", 1995: which pairs to believe.

Baskets of given sizes make any two items a little exclusive (in baskets of one item they always
are): in a stratum of N baskets with sizes k, chance makes n1 n2 sum(k (k - 1)) / sum(k)² joint
ones, not n1 n2 / N. Expectations say so, and odds ratios are over the one chance alone would give.

A table that expects fewer than ``fewest`` joint baskets is not looked at. Pairs are ranked by the
bound of the odds ratio that is nearer to 1 (lower for complements, upper for substitutes).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from trato.analytics.recommend.data import Codes, Floats, Mask, Purchases, matrix

_SIZES = np.array([3, 6, 10, 16, 25, 40])
# One-sided 95 %.
_BOUND = float(stats.norm.ppf(0.95))
# Cells of a dense block of item pairs.
_CELLS = 600_000


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
class Complements:
    """Believed pairs, ``first`` < ``second``, one value a pair in each array.

    ``odds_ratio`` is over the one of chance; ``bound`` is above 1 for complements and below 1 for
    substitutes. ``tested`` pairs were looked at; at most ``false_rate`` of those believed are
    expected to be wrong. ``pooled``: baskets that were their customer's only one of their size were
    compared with each other, because most were such; taste is then not wholly taken out.
    """

    first: Codes
    second: Codes
    odds_ratio: Floats
    bound: Floats
    together: NDArray[np.int64]
    expected: Floats
    baskets: NDArray[np.int64]
    tested: int
    false_rate: float
    pooled: bool
    log_bounds: sparse.csr_array

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
        """What completes a cart: the items whose log bounds with the cart's items sum highest.

        ``item`` of each result is the one in the cart that speaks most for it. Never what is in
        the cart, or is more a substitute than a complement, or is not ``sellable``.
        """
        inside = np.unique(np.asarray(cart, np.int64))
        rows = self.log_bounds[inside]
        score = np.asarray(rows.sum(axis=0)).ravel()
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

    def _partners(self, item: int, count: int, *, above: bool) -> list[Pair]:
        row = self.log_bounds[[item]]
        sign = 1 if above else -1
        order = np.lexsort((row.indices, -sign * row.data))
        kept = [int(row.indices[at]) for at in order if sign * row.data[at] > 0]
        return [self._pair(item, other) for other in kept[:count]]

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
    baskets, stratum, pooled = _strata(lines)
    tables = _Tables.of(baskets, stratum)
    found = _screen(tables, fewest)
    chance = 2 * stats.norm.sf(np.abs(found.together - found.expected) / np.sqrt(found.variance))
    believed = discoveries(chance, false_rate) & (found.together != found.expected)
    first, second = found.first[believed], found.second[believed]
    ratio, error = _odds_ratios(tables, first, second)
    complement = (found.together > found.expected)[believed]
    bound = ratio * np.exp(np.where(complement, -1, 1) * _BOUND * error)
    # The approximate bound of a believed pair may reach 1: such a pair is not offered.
    clear = np.where(complement, bound > 1, bound < 1) & np.isfinite(bound)
    first, second, ratio, bound = first[clear], second[clear], ratio[clear], bound[clear]
    return Complements(
        first=first,
        second=second,
        odds_ratio=ratio,
        bound=bound,
        together=found.together[believed][clear].astype(np.int64),
        expected=found.expected[believed][clear],
        baskets=np.bincount(baskets.indices, minlength=lines.items),
        tested=len(found.first),
        false_rate=false_rate,
        pooled=pooled,
        log_bounds=_both_ways(first, second, np.log(np.maximum(bound, 1e-3)), lines.items),
    )


def discoveries(chance: Floats, false_rate: float) -> Mask:
    """Benjamini-Hochberg: which p-values to believe at this rate of false discoveries."""
    order = np.argsort(chance, kind="stable")
    limits = false_rate * np.arange(1, len(chance) + 1) / max(len(chance), 1)
    passed = np.flatnonzero(chance[order] <= limits)
    believed = np.zeros(len(chance), bool)
    if len(passed):
        believed[order[: passed[-1] + 1]] = True
    return believed


@dataclass(frozen=True)
class _Tables:
    """Baskets × items, strata × items, and both turned round; of each stratum the ``size`` in
    baskets and the ``crowding``: joint baskets by chance over what independence would give."""

    baskets: sparse.csr_array
    strata: sparse.csr_array
    stratum: NDArray[np.int64]
    size: Floats
    crowding: Floats
    by_item: sparse.csr_array
    strata_by_item: sparse.csr_array

    @classmethod
    def of(cls, baskets: sparse.csr_array, stratum: NDArray[np.int64]) -> "_Tables":
        number = len(stratum)
        size = np.bincount(stratum).astype(np.float64)
        group = matrix(
            stratum.astype(np.int32), np.arange(number, dtype=np.int32), (len(size), number)
        )
        strata = (group @ baskets).tocsr()
        width = np.diff(baskets.indptr).astype(np.float64)
        slots, joint = np.bincount(stratum, width), np.bincount(stratum, width * (width - 1))
        crowding = joint * size / np.maximum(slots, 1) ** 2
        by_item, strata_by_item = baskets.T.tocsr(), strata.T.tocsr()
        return cls(baskets, strata, stratum, size, crowding, by_item, strata_by_item)


@dataclass(frozen=True)
class _Found:
    first: Codes
    second: Codes
    together: Floats
    expected: Floats
    variance: Floats


def _strata(lines: Purchases) -> tuple[sparse.csr_array, NDArray[np.int64], bool]:
    """Baskets that another of the same stratum can be compared with, and their strata."""
    kept = lines.bought
    _ids, first, basket = np.unique(kept.basket, return_index=True, return_inverse=True)
    table = matrix(basket.astype(np.int32), kept.item, (len(first), lines.items))
    table.data[:] = 1
    size = np.digitize(np.diff(table.indptr), _SIZES)
    stratum = (kept.customer[first].astype(np.int64) + 1) * (len(_SIZES) + 1) + size
    alone = _counts(stratum) < 2
    pooled = bool(alone.mean() > 0.5) if len(alone) else False
    if pooled:
        stratum = np.where(alone, size, stratum)
    compared = _counts(stratum) > 1
    _names, dense = np.unique(stratum[compared], return_inverse=True)
    return table[np.flatnonzero(compared)], dense.astype(np.int64), pooled


def _counts(stratum: NDArray[np.int64]) -> NDArray[np.int64]:
    _names, at, count = np.unique(stratum, return_inverse=True, return_counts=True)
    return np.asarray(count[at], np.int64)


def _screen(tables: _Tables, fewest: float) -> _Found:
    """Joint baskets, their expectation and hypergeometric variance, where ``fewest`` is reached.

    Two items are expected together at most as often as the root of what each is with itself
    (Cauchy and Schwarz): with the items in the order of that, few pairs are left to work out.
    """
    strata = tables.strata
    entry = np.repeat(tables.size, np.diff(strata.indptr))
    crowding = np.repeat(tables.crowding, np.diff(strata.indptr))
    expected, spread = strata.copy(), strata.copy()
    expected.data = strata.data * np.sqrt(crowding / entry)
    spread.data = strata.data * (entry - strata.data) / (entry * np.sqrt(entry - 1))
    alone = np.bincount(strata.indices, expected.data.astype(float) ** 2, strata.shape[1])
    order = np.argsort(-alone, kind="stable")
    # The last item that reaches it with the item at each place; rounding must not lose a pair.
    needed = -(fewest**2) * (1 - 1e-6) / np.maximum(alone[order], 1e-9)
    reach = np.searchsorted(-alone[order], needed, side="right")
    order = order[: reach.max(initial=0)]
    ordered = tuple(table[:, order] for table in (tables.baskets, expected, spread))
    parts = [_screen_block(ordered, fewest, block) for block in _blocks(reach[: len(order)])]
    if not parts:
        none, nothing = np.empty(0, np.int32), np.empty(0)
        return _Found(none, none, nothing, nothing, nothing)
    low, high, *numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
    first, second = np.minimum(order[low], order[high]), np.maximum(order[low], order[high])
    place = np.lexsort((second, first))
    pairs = first[place].astype(np.int32), second[place].astype(np.int32)
    return _Found(*pairs, *(column[place] for column in numbers))


def _screen_block(
    tables: tuple[sparse.csr_array, ...], fewest: float, block: tuple[int, int, int]
) -> tuple[NDArray[np.integer] | Floats, ...]:
    """Of the items from ``start`` to ``stop`` with those after them, up to ``reach``."""
    start, stop, reach = block
    together, expected, variance = (
        (table[:, start:stop].T @ table[:, start:reach]).toarray() for table in tables
    )
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


def _odds_ratios(tables: _Tables, first: Codes, second: Codes) -> tuple[Floats, Floats]:
    """Common odds ratio of each pair over that of chance, and the error of its logarithm."""
    ratio, error = np.empty(len(first)), np.empty(len(first))
    # The tables are those of the strata of the second: it is to be the rarer one.
    spread = np.diff(tables.strata_by_item.indptr)
    rarer = spread[first] < spread[second]
    first, second = np.where(rarer, second, first), np.where(rarer, first, second)
    order = np.argsort(first, kind="stable")
    begins = np.flatnonzero(np.diff(first[order], prepend=-1))
    for part in np.split(order, begins[1:]) if len(order) else []:
        joint, margins, start = _tables_of(tables, int(first[part[0]]), second[part])
        chance = tables.crowding[margins[3]] * margins[0] * margins[1] / margins[2]
        found, error[part] = mantel_haenszel(joint, *margins[:3], start)
        usual, _error = mantel_haenszel(chance, *margins[:3], start)
        ratio[part] = found / usual
    return ratio, error


def _tables_of(
    tables: _Tables, first: int, second: Codes
) -> tuple[Floats, tuple[Floats, Floats, Floats, NDArray[np.integer]], NDArray[np.int64]]:
    """The tables of one item with each of some others, end to end, and where each one's begin.

    Joint baskets; those with the first, with the second, all of the stratum, and its number.
    """
    strata, counts, start = _rows(tables.strata_by_item, second)
    own_strata, own_counts, _start = _rows(tables.strata_by_item, np.array([first]))
    with_first = np.zeros(len(tables.size))
    with_first[own_strata] = own_counts
    holding, _ones, begin = _rows(tables.by_item, second)
    inside = np.zeros(len(tables.stratum), bool)
    inside[_rows(tables.by_item, np.array([first]))[0]] = True
    number = len(tables.size)
    cell = np.repeat(np.arange(len(second)), np.diff(np.append(start, len(strata)))) * number
    cell += strata
    # A stratum without the first item tells nothing.
    telling = with_first[strata] > 0
    strata, counts, cell = strata[telling], counts[telling], cell[telling]
    which = np.repeat(np.arange(len(second)), np.diff(np.append(begin, len(holding))))
    both = inside[holding]
    shared = which[both] * number + tables.stratum[holding[both]]
    joint = np.bincount(np.searchsorted(cell, shared), minlength=len(cell))
    margins = with_first[strata], counts.astype(np.float64), tables.size[strata], strata
    return joint.astype(np.float64), margins, np.searchsorted(cell, np.arange(len(second)) * number)


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


def _rows(
    table: sparse.csr_array, rows: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Columns and values of some rows, end to end, and where each row begins."""
    begin = table.indptr[rows].astype(np.int64)
    length = table.indptr[rows + 1] - begin
    start = np.cumsum(length) - length
    at = np.arange(int(length.sum())) + np.repeat(begin - start, length)
    return table.indices[at].astype(np.int64), table.data[at], start


def _both_ways(first: Codes, second: Codes, value: Floats, items: int) -> sparse.csr_array:
    ends = np.append(first, second), np.append(second, first)
    return matrix(*ends, (items, items), np.append(value, value))
