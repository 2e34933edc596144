"""Who bought X also bought Y, counted: the reason a seller can say aloud for a cross-sale."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend.data import Codes, Pairs, rows_of
from trato.analytics.recommend.neighbours import blocks

# Fewer joint buyers prove nothing; one-sided 90 %.
_FEWEST = 3
_BOUND = 1.2816
# Up to here a full table is held, because looking up in it is faster.
_SMALL_CATALOGUE = 4096
# Numbers; 16 bytes each.
_MOST_HELD = 10_000_000


class Together:
    """``joint[j, i]``: how many of i's buyers also bought j; ``strength[j, i]``: lower bound of the
    share they are, where it is above j's share of all customers.

    Of a large catalogue few items are ever offered: those are counted when they first are. When
    what is held of them grows too large, counting begins anew.
    """

    def __init__(self, found: Pairs) -> None:
        self._found = found
        self._share = (found.buyers / max(found.people, 1)).astype(np.float32)
        self._rows = found.table()
        self._columns = self._rows.T.tocsr()
        # The rows of items in the tables; of those not yet counted -1.
        self._place = np.full(found.items, -1)
        nothing = sparse.csr_array((0, found.items), dtype=np.float32)
        self._joint: sparse.csr_array | NDArray[np.float32] = nothing
        self._strength: sparse.csr_array | NDArray[np.float32] = nothing
        self._nothing = nothing
        if found.items <= _SMALL_CATALOGUE:
            self._count_all()
            # Nothing is left to be counted by them.
            self._rows = self._columns = nothing

    def strongest(
        self, customer: NDArray[np.integer], item: Codes
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Of each offer: the pair (its number in ``found``) of the customer that speaks most for
        the item, and its strength; 0 when none does."""
        found = self._found
        start, stop = found.of_customer[customer], found.of_customer[customer + 1]
        length = np.maximum(stop - start, 1)
        begin = np.cumsum(length) - length
        entry = np.arange(int(length.sum())) + np.repeat(start - begin, length)
        entry = np.minimum(entry, len(found) - 1)
        row = np.repeat(self._counted(item), length)
        strength = _at(self._strength, row, found.item[entry])
        # One number holds strength and entry: bits of positive floats order as the floats do.
        packed = (strength.view(np.int32).astype(np.int64) << 32) | entry
        best = np.maximum.reduceat(packed, begin) if len(begin) else packed
        value = (best >> 32).astype(np.int32).view(np.float32)
        return best & 0xFFFFFFFF, np.where(stop > start, value, 0)

    def count(self, item: Codes, because: Codes) -> NDArray[np.int32]:
        """Customers who bought both."""
        return _at(self._joint, self._counted(item), because).astype(np.int32)

    def _counted(self, item: Codes) -> NDArray[np.int64]:
        """Their rows in the tables."""
        new = np.unique(item[self._place[item] < 0])
        if new.size:
            if isinstance(self._strength, sparse.csr_array) and self._strength.nnz > _MOST_HELD:
                new = np.unique(item)
                self._place[:] = -1
                self._joint = self._strength = self._nothing
            self._place[new] = self._strength.shape[0] + np.arange(new.size)
            self._count(new)
        return self._place[item]

    def _count_all(self) -> None:
        found = self._found
        self._joint = (self._columns @ self._rows).toarray()
        self._strength = _bound(self._joint, found.buyers, self._share[:, None])
        np.fill_diagonal(self._strength, 0)
        self._place = np.arange(found.items)

    def _count(self, new: NDArray[np.integer]) -> None:
        found, columns = self._found, self._columns[new]
        joint, bounds = [self._joint], [self._strength]
        for block in blocks(columns, np.diff(self._rows.indptr)):
            products, of_row = columns[block] @ self._rows, new[block]
            # Most of them, in a large catalogue.
            products.data[products.data < _FEWEST] = 0
            own = rows_of(products)
            usual, buyers = self._share[of_row][own], found.buyers[products.indices]
            values = _bound(products.data, buyers, usual)
            values[products.indices == of_row[own]] = 0
            products.data[values == 0] = 0
            strength = products.copy()
            strength.data = values
            for table, parts in ((products, joint), (strength, bounds)):
                table.eliminate_zeros()
                table.sort_indices()
                parts.append(table)
        self._joint = sparse.vstack(joint, format="csr")
        self._strength = sparse.vstack(bounds, format="csr")


def _at(
    table: sparse.csr_array | NDArray[np.float32], row: NDArray[np.int64], column: Codes
) -> NDArray[np.float32]:
    if not len(row):
        return np.empty(0, np.float32)
    return np.ascontiguousarray(np.asarray(table[row, column]).ravel(), np.float32)


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
