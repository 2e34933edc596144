"""The peers that ours are measured beside: simple rules, and ALS of the library ``implicit``.

Each gives the best ``count`` items for some customers: customers × ``count``, -1 for none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from trato.analytics.recommend import repurchase, tuning
from trato.analytics.recommend.cross_sell import CrossSell
from trato.analytics.recommend.data import Codes, Floats, Pairs, Scores, matrix
from trato.analytics.recommend.neighbours import blocks, nearest
from trato.analytics.recommend.ranking import best, rule_out
from trato.analytics.recommend.repurchase import Repurchase

try:
    from implicit.als import AlternatingLeastSquares
except ImportError:
    AlternatingLeastSquares = None

type Ranker = Callable[[NDArray[np.integer], int], Codes]
_BLOCK = 500
HAS_IMPLICIT = AlternatingLeastSquares is not None


@dataclass(frozen=True)
class Popular:
    """What most customers bought; ``fresh``: of what the customer never bought."""

    found: Pairs
    fresh: bool

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        rows = self.found.table()
        buyers = self.found.buyers.astype(np.float32)

        def scores(block: NDArray[np.integer]) -> Scores:
            result = np.tile(buyers, (len(block), 1))
            if self.fresh:
                rule_out(result, rows[block])
            return result

        return _ranked(customers, scores, count)


@dataclass(frozen=True)
class Cosine:
    """Plain item-item cosine over who bought what, shrunk by 10; the nearest 200 of each item."""

    found: Pairs

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        rows = self.found.table()
        alike = nearest(self._likeness(rows), 200)

        def scores(block: NDArray[np.integer]) -> Scores:
            result = np.asarray((rows[block] @ alike).toarray(), np.float32)
            rule_out(result, rows[block])
            return result

        return _ranked(customers, scores, count)

    def _likeness(self, rows: sparse.csr_array) -> Iterator[tuple[int, sparse.csr_array]]:
        columns, length = rows.T.tocsr(), np.sqrt(self.found.buyers).astype(np.float32)
        for part in blocks(columns, np.diff(rows.indptr)):
            likeness = columns[part] @ rows
            own = np.repeat(length[part], np.diff(likeness.indptr))
            likeness.data /= own * length[likeness.indices] + 10
            yield part.start, likeness


@dataclass(frozen=True)
class Als:
    """Weighted matrix factorisation (Hu, Koren, Volinsky, ICDM 2008) as ``implicit`` does it.

    Settings chosen on the validation weeks of Online Retail and Complete Journey. One thread of
    OpenBLAS, as it asks for: it is much slower otherwise.
    """

    found: Pairs
    fresh: bool
    factors: int = 32

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        rows = self.found.table()
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=self.factors, regularization=5.0, alpha=1.0, random_state=0, num_threads=1
            )
            model.fit(sparse.csr_matrix(rows), show_progress=False)

        def scores(block: NDArray[np.integer]) -> Scores:
            result = np.asarray(model.user_factors[block] @ model.item_factors.T, np.float32)
            result -= result.min() - 1
            if self.fresh:
                rule_out(result, rows[block])
            return result

        return _ranked(customers, scores, count)


@dataclass(frozen=True)
class PersonalFrequency:
    """What the customer bought on most days; ``half_life`` days fade it (None: not)."""

    found: Pairs
    half_life: float | None = None

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        found = self.found
        weight = np.ones(len(found.day))
        if self.half_life is not None:
            weight = 0.5 ** ((found.as_of - found.day) / self.half_life)
        total = np.add.reduceat(weight, found.start[:-1]) if len(found) else weight
        return _owned(found, total, customers, count)


@dataclass(frozen=True)
class OurCrossSell:
    """``never`` (customers × items) is not 0 where an item must not be offered."""

    model: CrossSell
    never: sparse.csr_array | None = None

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        return tuning.top(self.model, customers, count, never=self.never)


@dataclass(frozen=True)
class OurRepurchase:
    """``never`` as of `OurCrossSell`."""

    found: Pairs
    model: Repurchase
    never: sparse.csr_array | None = None

    def __call__(self, customers: NDArray[np.integer], count: int) -> Codes:
        found = self.found
        chance = self.model.probability(repurchase.describe(found))
        ranked = repurchase.score(found, chance).astype(np.float64)
        never = self.never
        if never is not None:
            lone = ~repurchase.is_repeated(found)
            never = (never + matrix(found.customer[lone], found.item[lone], never.shape)).tocsr()
        return _owned(found, ranked, customers, count, never)


def _owned(
    found: Pairs,
    score: Floats,
    customers: NDArray[np.integer],
    count: int,
    never: sparse.csr_array | None = None,
) -> Codes:
    """The best of what was bought before; the items' popularity breaks ties and fills up.

    By places instead of scores, which single precision would not tell apart.
    """
    fame = np.empty(found.items)
    fame[np.lexsort((-np.arange(found.items), found.buyers))] = np.arange(1, found.items + 1)
    place = np.empty(len(found))
    place[np.lexsort((fame[found.item], score))] = np.arange(len(found))
    table = found.table(found.items + 1 + place)

    def scores(block: NDArray[np.integer]) -> Scores:
        result = np.maximum(table[block].toarray(), fame.astype(np.float32))
        if never is not None:
            rule_out(result, never[block])
        return np.asarray(result, np.float32)

    return _ranked(customers, scores, count)


def _ranked(
    customers: NDArray[np.integer],
    scores: Callable[[NDArray[np.integer]], Scores],
    count: int,
) -> Codes:
    parts = [best(scores(block), count)[0] for block in _blocks(customers)]
    return np.concatenate(parts) if parts else np.empty((0, count), np.int32)


def _blocks(customers: NDArray[np.integer]) -> Iterator[NDArray[np.integer]]:
    for start in range(0, len(customers), _BLOCK):
        yield customers[start : start + _BLOCK]
