"""Complements and substitutes: what goes into one basket more, or less, often than it would.

Plain lift calls nearly all pairs complements, because big baskets hold everything and each customer
has a taste. So baskets are compared only with baskets of the same customer and like size (strata):

* Mantel and Haenszel, "Statistical Aspects of the Analysis of Data from Retrospective Studies of
  Disease", 1959: test and common odds ratio over 2 × 2 tables.
* Robins, Breslow, Greenland, "Estimators of the Mantel-Haenszel Variance", 1986: its error.
* Benjamini and Hochberg, "Controlling the False Discovery Rate", 1995: which pairs to believe.

A table that expects fewer than ``fewest`` joint baskets is not looked at. Pairs are ranked by the
bound of the odds ratio that is nearer to 1 (lower for complements, upper for substitutes).
"""

from dataclasses import dataclass
from itertools import pairwise

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

    ``bound`` is above 1 for complements and below 1 for substitutes. ``tested`` pairs were looked
    at; at most ``false_rate`` of those believed are expected to be wrong. ``pooled``: baskets
    that were their customer's only one of their size were compared with each other, because most
    were such; taste is then not wholly taken out.
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
    """Baskets × items, strata × items, items × baskets and items × strata; baskets a stratum."""

    baskets: sparse.csr_array
    strata: sparse.csr_array
    stratum: NDArray[np.int64]
    size: Floats
    by_item: sparse.csr_array
    strata_by_item: sparse.csr_array

    @classmethod
    def of(cls, baskets: sparse.csr_array, stratum: NDArray[np.int64]) -> "_Tables":
        number = len(stratum)
        size = np.bincount(stratum).astype(np.float64)
        group = matrix(stratum, np.arange(number), (len(size), number))
        strata = (group @ baskets).tocsr()
        return cls(baskets, strata, stratum, size, baskets.T.tocsr(), strata.T.tocsr())


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
    table = matrix(basket, kept.item, (len(first), lines.items))
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
    """Joint baskets, their expectation and hypergeometric variance, where ``fewest`` is reached."""
    usable = np.flatnonzero(np.diff(tables.by_item.indptr) >= fewest)
    strata = tables.strata[:, usable]
    entry = np.repeat(tables.size, np.diff(strata.indptr))
    expected, spread = strata.copy(), strata.copy()
    expected.data = strata.data / np.sqrt(entry)
    spread.data = strata.data * (entry - strata.data) / (entry * np.sqrt(entry - 1))
    parts = [
        _screen_block(table, usable, fewest, (start, stop))
        for table in [(tables.baskets[:, usable], expected, spread)]
        for start, stop in pairwise(_edges(len(usable)))
    ]
    if not parts:
        none, nothing = np.empty(0, np.int32), np.empty(0)
        return _Found(none, none, nothing, nothing, nothing)
    return _Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _screen_block(
    tables: tuple[sparse.csr_array, ...],
    usable: NDArray[np.int64],
    fewest: float,
    rows: tuple[int, int],
) -> tuple[NDArray[np.integer] | Floats, ...]:
    start, stop = rows
    together, expected, variance = (
        (table[:, start:stop].T @ table[:, start:]).toarray() for table in tables
    )
    low, high = np.nonzero(np.triu(expected >= fewest, 1) & (variance > 0))
    at = low, high
    return (
        usable[low + start].astype(np.int32),
        usable[high + start].astype(np.int32),
        together[at].astype(np.float64),
        expected[at].astype(np.float64),
        variance[at].astype(np.float64),
    )


def _edges(count: int) -> list[int]:
    step = max(_CELLS // max(count, 1), 1)
    return [*range(0, count, step), count] if count else []


def _odds_ratios(tables: _Tables, first: Codes, second: Codes) -> tuple[Floats, Floats]:
    """Common odds ratio of each pair and the standard error of its logarithm."""
    ratio, error = np.empty(len(first)), np.empty(len(first))
    of_first = np.zeros(len(tables.size))
    in_first = np.zeros(len(tables.stratum), bool)
    for item in np.unique(first):
        strata, counts = _row(tables.strata_by_item, item)
        holding, _ones = _row(tables.by_item, item)
        of_first[strata], in_first[holding] = counts, True
        for at in np.flatnonzero(first == item):
            strata_other, of_second = _row(tables.strata_by_item, second[at])
            holding_other, _ones = _row(tables.by_item, second[at])
            shared = tables.stratum[holding_other[in_first[holding_other]]]
            joint = np.bincount(shared, minlength=len(tables.size))[strata_other]
            margins = (
                of_first[strata_other],
                of_second.astype(np.float64),
                tables.size[strata_other],
            )
            ratio[at], error[at] = mantel_haenszel(joint.astype(np.float64), *margins)
        of_first[strata], in_first[holding] = 0, False
    return ratio, error


def mantel_haenszel(
    joint: Floats, first: Floats, second: Floats, size: Floats
) -> tuple[float, float]:
    """Common odds ratio of 2 × 2 tables, and the standard error of its logarithm.

    Of each table: baskets with both, with the first, with the second, and all of them. Half a
    table is added where the ratio would be 0 or infinite, so that the result stays finite.
    """
    neither = size - first - second + joint
    agree, differ = (joint + neither) / size, (first + second - 2 * joint) / size
    up, down = joint * neither / size, (first - joint) * (second - joint) / size
    total_up, total_down = up.sum() or 0.5, down.sum() or 0.5
    variance = (
        (agree * up).sum() / (2 * total_up**2)
        + (agree * down + differ * up).sum() / (2 * total_up * total_down)
        + (differ * down).sum() / (2 * total_down**2)
    )
    return float(total_up / total_down), float(np.sqrt(variance))


def _row(table: sparse.csr_array, row: int) -> tuple[Codes, NDArray[np.float32]]:
    block = slice(table.indptr[row], table.indptr[row + 1])
    return table.indices[block], table.data[block]


def _both_ways(first: Codes, second: Codes, value: Floats, items: int) -> sparse.csr_array:
    ends = np.append(first, second), np.append(second, first)
    return matrix(*ends, (items, items), np.append(value, value))
