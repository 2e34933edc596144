"""The best few of many scores, row by row."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Codes, Scores

NOBODY = -1


def best(scores: Scores, count: int) -> tuple[Codes, Scores]:
    """Items and scores of the ``count`` highest a row, highest first; ties to the lower code.

    Rows × ``count``. Scores of -inf are never chosen: the places left over hold item -1.
    """
    width = scores.shape[1]
    kept = min(count, width)
    if kept < width:
        chosen = np.argpartition(scores, width - kept, axis=1)[:, width - kept :]
        chosen.sort(axis=1)
    else:
        chosen = np.tile(np.arange(width), (len(scores), 1))
    values = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    items = np.full((len(scores), count), NOBODY, np.int32)
    ranked = np.full((len(scores), count), -np.inf, np.float32)
    items[:, :kept] = np.take_along_axis(chosen, order, axis=1)
    ranked[:, :kept] = np.take_along_axis(values, order, axis=1)
    items[np.isneginf(ranked)] = NOBODY
    return items, ranked


def best_sparse(scores: sparse.csr_array, count: int) -> tuple[Codes, Scores]:
    """The same of a sparse block: what is not held, and what is not above 0, is never chosen."""
    row = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    held = scores.data > 0
    place, order = places(row[held], scores.indices[held], scores.data[held])
    top = place < count
    items = np.full((scores.shape[0], count), NOBODY, np.int32)
    ranked = np.full((scores.shape[0], count), -np.inf, np.float32)
    at = row[held][order][top], place[top]
    items[at] = scores.indices[held][order][top]
    ranked[at] = scores.data[held][order][top]
    return items, ranked


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


def best_of(scores: Scores | sparse.csr_array, count: int) -> tuple[Codes, Scores]:
    """The best above 0 of a dense or sparse block (a dense one is changed)."""
    if isinstance(scores, sparse.csr_array):
        return best_sparse(scores, count)
    scores[scores <= 0] = -np.inf
    return best(scores, count)


def rule_out(scores: Scores, rows: sparse.csr_array) -> None:
    """Set to -inf what a sparse block of the same shape holds."""
    scores[np.repeat(np.arange(len(scores)), np.diff(rows.indptr)), rows.indices] = -np.inf
