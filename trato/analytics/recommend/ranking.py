"""The best few of many scores, row by row."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Codes, Scores, rows_of

NOBODY = -1
_GROUP = 16
_TINY = np.float32(1e-30)
# Rows of very different lengths are not worth laying side by side.
_WIDEST = 8


def best(scores: Scores | sparse.csr_array, count: int) -> tuple[Codes, Scores]:
    """Items and scores of the ``count`` highest above 0 of each row, highest first.

    Rows × ``count``; ties go to the lower code; places left over hold item -1 and score 0.
    """
    if isinstance(scores, sparse.csr_array):
        lengths = np.diff(scores.indptr)
        row = np.repeat(np.arange(scores.shape[0]), lengths)
        held = scores.data >= _sparse_limit(scores, row, lengths, count)
        row, column, value = row[held], scores.indices[held], scores.data[held]
    else:
        at = np.flatnonzero(scores >= _limit(scores, count)[:, None])
        row, column = np.divmod(at, scores.shape[1])
        value = scores.ravel()[at]
    place, order = places(row, column, value)
    top = place < count
    items = np.full((scores.shape[0], count), NOBODY, np.int32)
    ranked = np.zeros((scores.shape[0], count), np.float32)
    where = row[order][top], place[top]
    items[where], ranked[where] = column[order][top], value[order][top]
    return items, ranked


def _limit(scores: Scores, count: int) -> NDArray[np.float32]:
    """A value above 0 of each row that at least ``count`` scores reach (or all above 0).

    It is the ``count``-th highest of the maxima of groups of columns: cheaper than of all columns,
    and hardly more scores reach it.
    """
    rows, width = scores.shape
    groups = max(width // _GROUP, 1)
    if groups <= count:
        maxima = scores
    else:
        maxima = scores[:, : groups * _GROUP].reshape(rows, _GROUP, groups).max(axis=1)
    if maxima.shape[1] <= count:
        return np.full(rows, _TINY)
    at = maxima.shape[1] - count
    return np.maximum(np.partition(maxima, at, axis=1)[:, at], _TINY)


def _sparse_limit(
    scores: sparse.csr_array, row: Codes, lengths: NDArray[np.integer], count: int
) -> NDArray[np.float32]:
    """The same for each entry of a sparse block, whose rows are laid side by side for it."""
    width = int(lengths.max(initial=0))
    if not width or len(lengths) * width > _WIDEST * len(row):
        return np.full(len(row), _TINY)
    laid = np.zeros((len(lengths), width), np.float32)
    laid[row, np.arange(len(row)) - scores.indptr[row]] = scores.data
    return _limit(laid, count)[row]


def places(
    row: NDArray[np.integer], item: NDArray[np.integer], score: NDArray[np.floating]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place 0, 1, 2 … of each entry within its row, and the order that sorts them so."""
    order = np.lexsort((item, -score, row))
    ordered = row[order]
    fresh = np.append(True, ordered[1:] != ordered[:-1]) if len(order) else np.empty(0, bool)
    start = np.flatnonzero(fresh)
    lengths = np.diff(np.append(start, len(order)))
    return np.arange(len(order)) - np.repeat(start, lengths), order


def rule_out(scores: Scores, rows: sparse.csr_array) -> None:
    """Set to -inf what a sparse block of the same shape holds."""
    scores[rows_of(rows), rows.indices] = -np.inf
