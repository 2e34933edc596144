"""Cross-selling: items a customer has never bought and is likely to buy next.

Three parts, each small: what a customer owns counts more when bought lately; EASE (or, for the
large catalogue, item neighbours) turns it into scores; and an item whose sales rise or fall is
moved up or down by its trend. How much of each is chosen on validation weeks (``tuning``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from trato.analytics.recommend import ease, neighbours
from trato.analytics.recommend.data import Chosen, Pairs, Scores
from trato.analytics.recommend.ranking import rule_out

LARGEST_CATALOGUE = ease.LARGEST_SIDE
_TREND_HALF_LIFE = 14.0
# Purchases that a recent count must outweigh before a trend is believed.
_TREND_PRIOR = 2.0


@dataclass(frozen=True)
class Settings:
    """``half_life`` days after which the last purchase of an item counts half as much on top of
    the other half, which never fades (None: age does not matter); ``trend`` 0 ignores the trend of
    sales, 1 follows it fully; ``neighbours``: by item neighbours, whatever EASE could solve."""

    regularisation: float = 500.0
    half_life: float | None = None
    trend: float = 0.0
    neighbours: bool = False


@dataclass(frozen=True)
class CrossSell:
    """``factor``: by how much the trend moves each item."""

    model: ease.Scorer | neighbours.Neighbours
    factor: NDArray[np.float32]
    settings: Settings

    @property
    def rows(self) -> sparse.csr_array:
        """What each customer owns."""
        return self.model.rows

    def cells(self) -> NDArray[np.int64]:
        """How many scores each customer has, at the most."""
        customers, items = self.rows.shape
        if isinstance(self.model, neighbours.Neighbours):
            return np.asarray(np.minimum(self.model.cells() + 1, items))
        return np.full(customers, items)

    def scores(self, customers: Chosen, never: sparse.csr_array) -> Scores | sparse.csr_array:
        """Scores of some customers; at most 0 for what they own or ``never``, which has their rows
        only, holds."""
        return weighed(self.model.scores(customers), self.factor, self.rows[customers], never)


def weighed(
    scores: Scores | sparse.csr_array, factor: NDArray[np.float32], *out: sparse.csr_array
) -> Scores | sparse.csr_array:
    """The scores times the factors of the items; at most 0 for what any of ``out`` holds."""
    if isinstance(scores, sparse.csr_array):
        scores = scores.copy()
        scores.data *= factor[scores.indices]
        for rows in out:
            scores = scores - scores.multiply(rows != 0)
        return scores
    scores = scores * factor
    for rows in out:
        rule_out(scores, rows)
    return scores


def is_large(customers: int, items: int) -> bool:
    """Whether EASE cannot be solved: not even by the smaller side."""
    return min(customers, items) > LARGEST_CATALOGUE


def fit(found: Pairs, settings: Settings | None = None) -> CrossSell:
    """EASE where it can be solved, else neighbours."""
    settings = settings or Settings()
    rows = preferences(found, settings.half_life)
    model: ease.Scorer | neighbours.Neighbours
    if settings.neighbours or is_large(*rows.shape):
        model = neighbours.fit(rows)
    else:
        model = ease.fit(rows, settings.regularisation)
    return CrossSell(model, trend(found) ** np.float32(settings.trend), settings)


def preferences(found: Pairs, half_life: float | None = None) -> sparse.csr_array:
    """Customers × items: 1 for what was bought just now, fading to 0.5 with age; 0 never bought."""
    if half_life is None:
        return found.table()
    return found.table(0.5 + 0.5 ** (1 + (found.as_of - found.last) / half_life))


def trend(found: Pairs) -> NDArray[np.float32]:
    """Recent sales over usual sales of each item, shrunk towards 1 for want of purchases.

    Recent counts fade with a half-life of 14 days; a Gamma prior worth two purchases (mean 1)
    keeps rare items near 1.
    """
    item = np.repeat(found.item, found.count)
    weight = 0.5 ** ((found.as_of - found.day) / _TREND_HALF_LIFE)
    recent = np.bincount(item, weight, found.items)
    usual = np.bincount(item, minlength=found.items) / max(len(item), 1) * recent.sum()
    return ((recent + _TREND_PRIOR) / (usual + _TREND_PRIOR)).astype(np.float32)
