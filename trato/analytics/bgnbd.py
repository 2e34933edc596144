"""BG/NBD: purchases at random until the customer leaves, which happens after a repeat purchase.

Fader, Hardie & Lee (2005), "'Counting your customers' the easy way: an alternative to the
Pareto/NBD model", Marketing Science 24, 275-284. A customer who never came back has had no
occasion to leave: ``p_alive`` is 1 for everybody who bought once. For that figure use ``mbgnbd``
or ``paretonbd``.
"""

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import ArrayLike

from trato.analytics.geometric import Geometric, estimate_geometric
from trato.analytics.grouping import group


@dataclass(frozen=True)
class BetaGeo(Geometric):
    """A fitted BG/NBD. ``p_alive`` is 1 where frequency is 0, by the model's own assumption."""

    occasions: ClassVar[int] = 0


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> BetaGeo:
    """Fit by maximum likelihood.

    All arrays have shape ``(customers,)``: ``frequency`` counts the purchases after the first
    (whole numbers), ``recency`` is the time from the first to the last purchase, ``age`` from the
    first purchase to the end of observation, both in any one unit (whole days or weeks are fitted
    fastest), which is also the unit of ``alpha`` and of horizons. ``weights`` says how many
    customers a row stands for. Raises ``ValueError`` for an empty table, lengths that differ, or,
    naming it, the first row that cannot be.
    """
    data = group(frequency, recency, age, weights)
    return BetaGeo.of(estimate_geometric(data, BetaGeo.occasions), data)
