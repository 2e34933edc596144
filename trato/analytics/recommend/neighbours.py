"""Item neighbours: items are alike when the same customers own them; for large catalogues.

Cosine of the items' columns (Sarwar et al., "Item-Based Collaborative Filtering Recommendation
Algorithms", WWW 2001) after every customer's row is brought to length 1, so that who owns a lot
counts no more than others. Lengths are damped by ``shrink`` customers, against chance in the tail.
The products of the sparse columns are taken in blocks of items and only the nearest are kept:
memory is bounded whatever the catalogue.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Chosen

# Pairs of items that a block may meet; about 12 bytes each.
_PAIRS_A_BLOCK = 12_000_000


@dataclass(frozen=True)
class Neighbours:
    """``weights[i, j]``: what owning item i adds to the score of j; at most ``keep`` an item."""

    rows: sparse.csr_array
    weights: sparse.csr_array

    def cells(self) -> NDArray[np.int64]:
        """How many scores each customer has, counting those of several items twice."""
        held = np.diff(self.weights.indptr)[self.rows.indices]
        before = np.append(0, np.cumsum(held, dtype=np.int64))
        return np.asarray(np.diff(before[self.rows.indptr]))

    def scores(self, customers: Chosen) -> sparse.csr_array:
        """Scores of some customers; what is not held is nothing."""
        return self.rows[customers] @ self.weights


def fit(rows: sparse.csr_array, *, keep: int = 100, shrink: float = 10.0) -> Neighbours:
    """Nearest items of each item, from customers × items (0/1 or weights)."""
    scaled = _scaled(rows, shrink)
    columns = scaled.T.tocsr()
    parts = blocks(columns, np.diff(scaled.indptr))
    products = ((part.start, columns[part] @ scaled) for part in parts)
    return Neighbours(rows, nearest(products, keep))


def _scaled(rows: sparse.csr_array, shrink: float) -> sparse.csr_array:
    """Rows of length 1, then columns over their damped length; positions in 32 bits if they fit."""
    squares = np.maximum(rows.power(2).sum(axis=1), 1e-12)
    data = rows.data * np.repeat(1 / np.sqrt(squares), np.diff(rows.indptr)).astype(np.float32)
    one_customer = float((data**2).sum()) / max(rows.nnz, 1)
    columns = np.bincount(rows.indices, data**2, rows.shape[1])
    data *= (1 / np.sqrt(columns + shrink * one_customer)).astype(np.float32)[rows.indices]
    narrow = np.int32 if rows.nnz <= np.iinfo(np.int32).max else np.int64
    places = (rows.indices.astype(narrow), rows.indptr.astype(narrow))
    return sparse.csr_array((data, *places), shape=rows.shape)


def nearest(parts: Iterable[tuple[int, sparse.csr_array]], keep: int) -> sparse.csr_array:
    """The ``keep`` greatest values of each item (column). ``parts`` are rows of the likeness of all
    items with each other, and the first item of each."""
    kept = []
    for first, likeness in parts:
        own = np.arange(first, first + likeness.shape[0])
        at, indptr = strongest(likeness, likeness.data, own, keep)
        places = likeness.indices[at], indptr
        kept.append(sparse.csr_array((likeness.data[at], *places), likeness.shape))
    if not kept:
        return sparse.csr_array((0, 0), dtype=np.float32)
    return sparse.vstack(kept, format="csr").T.tocsr()


def strongest(
    products: sparse.csr_array,
    values: NDArray[np.float32],
    own: NDArray[np.integer],
    keep: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Entries with the ``keep`` greatest values above 0 of each row, and where the rows begin.

    ``own`` is the item of each row, which is not its own neighbour; of equal values the first stay.
    """
    chosen: list[NDArray[np.int64]] = []
    for row, (start, stop) in enumerate(pairwise(products.indptr)):
        of_row = values[start:stop]
        of_row[products.indices[start:stop] == own[row]] = 0
        best = np.flatnonzero(of_row > 0)
        if len(best) > keep:
            limit = np.partition(of_row, len(of_row) - keep)[len(of_row) - keep]
            above, equal = np.flatnonzero(of_row > limit), np.flatnonzero(of_row == limit)
            best = np.sort(np.append(above, equal[: keep - len(above)]))
        chosen.append(best + start)
    indptr = np.append(0, np.cumsum([len(found) for found in chosen], dtype=np.int64))
    return np.concatenate(chosen), indptr


def blocks(columns: sparse.csr_array, widths: NDArray[np.integer]) -> Iterator[slice]:
    """Runs of items whose customers together own about ``_PAIRS_A_BLOCK`` items."""
    met = np.append(0, np.cumsum(widths[columns.indices], dtype=np.int64))[columns.indptr]
    start = 0
    while start < columns.shape[0]:
        stop = int(np.searchsorted(met, met[start] + _PAIRS_A_BLOCK, "right")) - 1
        stop = min(max(stop, start + 1), columns.shape[0])
        yield slice(start, stop)
        start = stop
