"""EASE: the best linear model from what customers own to what else they own, in closed form.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. With X the 0/1 matrix of
customers × items and l the regularisation, P = (X'X + l I)^-1 and the score of a customer with row
x is x B, B = I - P / diag(P). The inverse is taken on the smaller side: when customers are fewer
than items, P = (I - X' Q X) / l with Q = (X X' + l I)^-1 needs the matrix of customers only. B is
never formed: X P = Q X, so the scores of customer u are x_u - (q_u X) / diag(P).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from trato.analytics.recommend.data import Chosen, Scores, rows_of

# A matrix of this side takes 12 CPU s in single precision; four times the memory of 10,000.
LARGEST_SIDE = 20_000
_DOUBLE_UP_TO = 6_000
# Numbers of a block of products: more of them do not stay in the cache.
_CELLS = 2_000_000


class Scorer(Protocol):
    """What every cross-selling model can do; ``rows`` are the customers it was fitted to."""

    @property
    def rows(self) -> sparse.csr_array: ...

    def scores(self, customers: Chosen) -> Scores:
        """Scores of all items (columns) for some of the customers."""


@dataclass(frozen=True)
class EaseByItems:
    """``weights[i, j]``: what owning item i adds to the score of item j."""

    rows: sparse.csr_array
    weights: NDArray[np.float32]

    def scores(self, customers: Chosen) -> Scores:
        return np.asarray(self.rows[customers] @ self.weights, np.float32)


@dataclass(frozen=True)
class EaseByCustomers:
    """The same model held as ``inverse``, Q, and the ``diagonal`` of P."""

    rows: sparse.csr_array
    inverse: NDArray[np.float32]
    diagonal: NDArray[np.float32]

    def scores(self, customers: Chosen) -> Scores:
        projected = _times(self.inverse[customers], self.rows)
        scores = np.divide(projected, -self.diagonal, order="C")
        own = self.rows[customers]
        scores[rows_of(own), own.indices] += own.data
        return scores


type Ease = EaseByItems | EaseByCustomers


def fit(rows: sparse.csr_array, regularisation: float = 500.0) -> Ease:
    """Fit to customers × items (float32, 0/1 or weights), by the smaller side.

    Raises ``ValueError`` when regularisation is not above 0 or both sides pass ``LARGEST_SIDE``.
    """
    if regularisation <= 0:
        raise ValueError("the regularisation must be above 0")
    if min(rows.shape) > LARGEST_SIDE:
        raise ValueError("too many customers and items for an exact solution: use neighbours")
    by_customers = rows.shape[0] < rows.shape[1]
    return (_by_customers if by_customers else _by_items)(rows, regularisation)


def _by_items(rows: sparse.csr_array, regularisation: float) -> EaseByItems:
    inverse = _inverse(rows.T @ rows, regularisation)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return EaseByItems(rows, weights.astype(np.float32, copy=False))


def _by_customers(rows: sparse.csr_array, regularisation: float) -> EaseByCustomers:
    inverse = _inverse(rows @ rows.T, regularisation).astype(np.float32, copy=False)
    explained = np.zeros(rows.shape[1])
    step = max(_CELLS // rows.shape[1], 1)
    for start in range(0, rows.shape[0], step):
        own = rows[start : start + step]
        projected = _times(inverse[start : start + step], rows)
        at = rows_of(own), own.indices
        explained += np.bincount(own.indices, own.data * projected[at], rows.shape[1])
    diagonal = ((1 - explained) / regularisation).astype(np.float32)
    return EaseByCustomers(rows, inverse, diagonal)


def _inverse(gram: sparse.csr_array, regularisation: float) -> NDArray[np.floating]:
    """(gram + regularisation I)^-1 by Cholesky; single precision where double costs too much."""
    side = gram.shape[0]
    if not side:
        # LAPACK would complain of it on standard output, in the midst of what programs read there.
        return np.empty((0, 0))
    dense = gram.toarray().astype(np.float64 if side <= _DOUBLE_UP_TO else np.float32, copy=False)
    dense[np.diag_indices(side)] += regularisation
    potrf, potri = linalg.get_lapack_funcs(("potrf", "potri"), (dense,))
    factor, failed = potrf(dense.T, lower=True, overwrite_a=True)
    if failed:
        raise ValueError("the matrix is too badly conditioned: raise the regularisation")
    half, _failed = potri(factor, lower=True, overwrite_c=True)
    upper = half.T
    _mirror(upper)
    return np.asarray(upper)


def _mirror(square: NDArray[np.floating], block: int = 512) -> None:
    """Copy the upper triangle over the lower one, without a second matrix."""
    for start in range(0, len(square), block):
        stop = start + block
        square[stop:, start:stop] = square[start:stop, stop:].T
        corner = square[start:stop, start:stop]
        corner[...] = np.triu(corner) + np.triu(corner, 1).T


def _times(dense: NDArray[np.floating], rows: sparse.csr_array) -> NDArray[np.float32]:
    return np.asarray((rows.T @ dense.T).T, np.float32)
