"""MBG/NBD: like BG/NBD, but a customer may leave after the first purchase already.

Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models for customer
base analysis", International Journal of Research in Marketing 24, 201-209; Hoppe & Wagner (2007),
"Customer base analysis: the case for a central variant of the Betageometric/NBD model", Marketing
Journal of Research and Management 3, 75-90. Here who bought once has a chance of being alive below
1.
"""

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from trato.analytics.geometric import Geometric, estimate_geometric
from trato.analytics.grouping import group


@dataclass(frozen=True)
class ModifiedBetaGeo(Geometric):
    """A fitted MBG/NBD; ``p_alive`` falls with silence for every customer."""

    occasions: ClassVar[int] = 1


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> ModifiedBetaGeo:
    """Fit by maximum likelihood. The arrays, and what is raised, are those of ``bgnbd.fit``."""
    data = group(frequency, recency, age, weights)
    return ModifiedBetaGeo.of(estimate_geometric(data, ModifiedBetaGeo.occasions), data)
