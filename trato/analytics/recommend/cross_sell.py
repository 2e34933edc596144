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
from trato.analytics.recommend.data import Codes, Purchases, Scores, matrix, pairs
from trato.analytics.recommend.ranking import best, best_sparse, rule_out

LARGEST_CATALOGUE = ease.LARGEST_SIDE
_TREND_HALF_LIFE = 14.0
# Purchases that a recent count must outweigh before a trend is believed.
_TREND_PRIOR = 2.0


@dataclass(frozen=True)
class Settings:
    """``half_life`` days after which the last purchase of an item counts half as much on top of
    the other half, which never fades (None: age does not matter); ``trend`` 0 ignores the trend of
    sales, 1 follows it fully."""

    regularisation: float = 500.0
    half_life: float | None = None
    trend: float = 0.0


@dataclass(frozen=True)
class CrossSell:
    """``preferences`` are the customers' rows that scores are asked for, ``owned`` alike."""

    model: ease.Scorer | neighbours.Neighbours
    preferences: sparse.csr_array
    factor: NDArray[np.float32]
    settings: Settings

    def best(
        self, block: slice, count: int, never: sparse.csr_array, sellable: NDArray[np.bool_]
    ) -> tuple[Codes, Scores]:
        """Items and scores, best first, for a block of customers; -1 where there are no more.

        ``never`` is customers × items of what must not be offered to whom (what they own is left
        out anyway); ``sellable`` says it of all customers at once.
        """
        rows, factor = self.preferences[block], np.where(sellable, self.factor, 0)
        scores = self.model.scores(rows)
        if isinstance(scores, sparse.csr_array):
            scores.data *= factor[scores.indices]
            for out in (rows, never[block]):
                scores = scores - scores.multiply(out != 0)
            return best_sparse(scores, count)
        scores *= factor
        for out in (rows, never[block]):
            rule_out(scores, out)
        scores[scores <= 0] = -np.inf
        return best(scores, count)


def fit(lines: Purchases, as_of: int, settings: Settings | None = None) -> CrossSell:
    """Fit to all lines before the day ``as_of``: EASE where it can be solved, else neighbours."""
    settings = settings or Settings()
    known = lines.between(np.iinfo(np.int32).min, as_of)
    rows = preferences(known, as_of, settings.half_life)
    model: ease.Scorer | neighbours.Neighbours
    if min(rows.shape) > LARGEST_CATALOGUE:
        model = neighbours.fit(rows)
    else:
        model = ease.fit(rows, settings.regularisation)
    return CrossSell(model, rows, trend(known, as_of) ** np.float32(settings.trend), settings)


def preferences(lines: Purchases, as_of: int, half_life: float | None = None) -> sparse.csr_array:
    """Customers × items: 1 for what was bought just now, fading to 0.5 with age; 0 never bought."""
    found = pairs(lines)
    weight = np.ones(len(found))
    if half_life is not None:
        weight = 0.5 + 0.5 ** (1 + (as_of - found.last) / half_life)
    return matrix(found.customer, found.item, (lines.customers, lines.items), weight)


def trend(lines: Purchases, as_of: int) -> NDArray[np.float32]:
    """Recent sales over usual sales of each item, shrunk towards 1 for want of purchases.

    Recent counts fade with a half-life of 14 days; a Gamma prior worth two purchases (mean 1)
    keeps rare items near 1.
    """
    found = pairs(lines)
    item = np.repeat(found.item, found.count)
    recent = np.bincount(item, 0.5 ** ((as_of - found.day) / _TREND_HALF_LIFE), lines.items)
    usual = np.bincount(item, minlength=lines.items) / max(len(item), 1) * recent.sum()
    return ((recent + _TREND_PRIOR) / (usual + _TREND_PRIOR)).astype(np.float32)
