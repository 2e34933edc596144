"""Baskets in strata of one customer and like size, and how often two items meet by chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Codes, Floats, Purchases, matrix, rows_of

_SIZES = np.array([3, 6, 10, 16, 25, 40])


def stratify(lines: Purchases) -> tuple[sparse.csr_array, NDArray[np.int64], bool]:
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


@dataclass(frozen=True)
class Tables:
    """Baskets × items, strata × items, and both turned round; of each stratum the ``size`` in
    baskets and the ``tilt`` t by which chance is not independence."""

    baskets: sparse.csr_array
    strata: sparse.csr_array
    stratum: NDArray[np.int64]
    size: Floats
    tilt: Floats
    by_item: sparse.csr_array
    strata_by_item: sparse.csr_array

    @classmethod
    def of(cls, baskets: sparse.csr_array, stratum: NDArray[np.int64]) -> "Tables":
        number = len(stratum)
        size = np.bincount(stratum).astype(np.float64)
        group = matrix(
            stratum.astype(np.int32), np.arange(number, dtype=np.int32), (len(size), number)
        )
        strata = (group @ baskets).tocsr()
        width = np.diff(baskets.indptr).astype(np.float64)
        mean = np.bincount(stratum, width) / size
        variance = np.maximum(np.bincount(stratum, width**2) / size - mean**2, 0)
        tilt = _tilt(strata, size, variance)
        by_item, strata_by_item = baskets.T.tocsr(), strata.T.tocsr()
        return cls(baskets, strata, stratum, size, tilt, by_item, strata_by_item)


def _tilt(strata: sparse.csr_array, size: Floats, variance: Floats) -> Floats:
    """``variance``: of the sizes of the baskets in each stratum."""
    row = rows_of(strata)
    share = strata.data / size[row]
    either = share * (1 - share)
    alone = np.bincount(row, either, len(size))
    pairs = alone**2 - np.bincount(row, either**2, len(size))
    return np.where(pairs > 1e-9, (variance - alone) / np.maximum(pairs, 1e-9), 0)


def by_chance(first: Floats, second: Floats, size: Floats, tilt: Floats) -> Floats:
    """Joint baskets by chance, within what the margins leave possible."""
    together = first * second / size
    together += tilt * first * (size - first) * second * (size - second) / size**3
    return np.clip(together, np.maximum(first + second - size, 0), np.minimum(first, second))


def tables_of(
    tables: Tables, first: int, second: Codes
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


def _rows(
    table: sparse.csr_array, rows: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Columns and values of some rows, end to end, and where each row begins."""
    begin = table.indptr[rows].astype(np.int64)
    length = table.indptr[rows + 1] - begin
    start = np.cumsum(length) - length
    at = np.arange(int(length.sum())) + np.repeat(begin - start, length)
    return table.indices[at].astype(np.int64), table.data[at], start
