"""How much hangs on how few: Lorenz curve, Gini coefficient, share of the best, whale curve.

The Lorenz curve (M. O. Lorenz, 1905) orders customers from the least to the most; the Gini
coefficient is twice the area between it and equality. Where some lose money that coefficient can
exceed 1 and says little, so it is not given; the *whale curve* (R. Kaplan & V. Narayanan,
*Measuring and managing customer profitability*, 2001) orders from the most to the least: it climbs
above 100 % and comes down over those who cost more than they bring.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.grouping import Floats

POINTS = 101


@dataclass(frozen=True, eq=False)
class Concentration:
    """``people`` and ``share`` are points of the whale curve, shape ``(points,)``, both from 0.

    ``share[i]`` is what the best ``people[i]`` of all customers bring of the total. ``gini`` is
    None where somebody's value is negative or the total is nothing.
    """

    customers: int
    total: float
    people: Floats
    share: Floats
    gini: float | None
    losing: int

    @property
    def lorenz(self) -> Floats:
        """The share of the total that the *least* ``people`` bring, shape ``(points,)``."""
        return np.asarray(1 - np.interp(1 - self.people, self.people, self.share))

    def of_best(self, people: float) -> float:
        """What the best share of customers (0 to 1) brings of the total."""
        return float(np.interp(people, self.people, self.share))


def concentration(values: ArrayLike, points: int = POINTS) -> Concentration | None:
    """``values`` are of one customer each, shape ``(customers,)``; unknown ones (NaN) are left out.

    None where there is nobody or the total is not above nothing: shares of it would mean nothing.
    """
    known = np.asarray(values, np.float64)
    known = np.sort(known[np.isfinite(known)])[::-1]
    total = float(known.sum())
    if not known.size or total <= 0:
        return None
    climbing = np.concatenate([[0.0], np.cumsum(known)]) / total
    places = np.unique(np.rint(np.linspace(0, known.size, points)).astype(np.int64))
    losing = int((known < 0).sum())
    area = float((climbing[1:] + climbing[:-1]).sum()) / (2 * known.size)
    return Concentration(
        customers=known.size,
        total=total,
        people=places / known.size,
        share=climbing[places],
        gini=None if losing else 2 * area - 1,
        losing=losing,
    )
