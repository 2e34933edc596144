"""Who bought X also bought Y, counted: the reason a seller can say aloud for a cross-sale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Codes, Pairs
from trato.analytics.recommend.neighbours import blocks, strongest

# Fewer joint buyers prove nothing; one-sided 90 %.
_FEWEST = 3
_BOUND = 1.2816
# Up to here a full table is held, because looking up in it is faster.
_SMALL_CATALOGUE = 4096


@dataclass(frozen=True)
class Together:
    """``strength[j, i]``: lower bound of the share of i's buyers who also bought j, where it is
    above j's share of all customers; ``joint[j, i]``: how many they are. Of a large catalogue the
    200 strongest i of each j are held."""

    joint: sparse.csr_array | NDArray[np.float32]
    strength: sparse.csr_array | NDArray[np.float32]

    def strongest(
        self, found: Pairs, customer: NDArray[np.integer], item: Codes
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Of each offer: the pair (its number in ``found``) of the customer that speaks most for
        the item, and its strength; 0 when none does."""
        start, stop = found.of_customer[customer], found.of_customer[customer + 1]
        length = np.maximum(stop - start, 1)
        begin = np.cumsum(length) - length
        entry = np.arange(int(length.sum())) + np.repeat(start - begin, length)
        entry = np.minimum(entry, len(found) - 1)
        strength = self._strength(np.repeat(item, length), found.item[entry])
        # One number holds strength and entry: bits of positive floats order as the floats do.
        packed = (strength.view(np.int32).astype(np.int64) << 32) | entry
        best = np.maximum.reduceat(packed, begin) if len(begin) else packed
        value = (best >> 32).astype(np.int32).view(np.float32)
        return best & 0xFFFFFFFF, np.where(stop > start, value, 0)

    def count(self, item: Codes, because: Codes) -> NDArray[np.int32]:
        """Customers who bought both."""
        if not len(item):
            return np.empty(0, np.int32)
        return np.asarray(self.joint[item, because]).ravel().astype(np.int32)

    def _strength(self, item: Codes, because: Codes) -> NDArray[np.float32]:
        if not len(item):
            return np.empty(0, np.float32)
        return np.ascontiguousarray(np.asarray(self.strength[item, because]).ravel(), np.float32)


def fit(found: Pairs, *, keep: int = 200) -> Together:
    """Count joint buyers of all pairs of items, in blocks of items."""
    rows = found.table()
    columns = rows.T.tocsr()
    share = (found.buyers / max(found.people, 1)).astype(np.float32)
    if found.items <= _SMALL_CATALOGUE:
        counts = (columns @ rows).toarray()
        strength = _bound(counts, found.buyers, share[:, None])
        np.fill_diagonal(strength, 0)
        return Together(counts, strength)
    joint, bounds = [], []
    for block in blocks(columns, np.diff(rows.indptr)):
        products = columns[block] @ rows
        # Most of them, in a large catalogue.
        products.data[products.data < _FEWEST] = 0
        products.eliminate_zeros()
        own = np.repeat(share[block], np.diff(products.indptr))
        values = _bound(products.data, found.buyers[products.indices], own)
        at, indptr = strongest(products, values, block.start, keep)
        places = products.indices[at], indptr
        joint.append(sparse.csr_array((products.data[at], *places), shape=products.shape))
        bounds.append(sparse.csr_array((values[at], *places), shape=products.shape))
    return Together(sparse.vstack(joint, format="csr"), sparse.vstack(bounds, format="csr"))


def nothing(found: Pairs) -> Together:
    """For lists that need no reasons."""
    empty = sparse.csr_array((found.items, found.items), dtype=np.float32)
    return Together(empty, empty)


def _bound(
    joint: NDArray[np.float32], buyers: NDArray[np.int64], usual: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Wilson's lower bound of joint / buyers; 0 where it is not above the usual share."""
    number = np.maximum(buyers, 1).astype(np.float32)
    share = joint / number
    square = np.float32(_BOUND**2)
    width = np.sqrt(np.maximum(share * (1 - share), 0) / number + square / (4 * number**2))
    bound = (share + square / (2 * number) - np.float32(_BOUND) * width) / (1 + square / number)
    bound[(bound <= usual) | (joint < _FEWEST)] = 0
    return bound
