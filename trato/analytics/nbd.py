"""NBD: customers who buy at random, each at a rate of their own, and never leave.

Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8, 26-41. With rates
lambda ~ Gamma(r, alpha) the purchases of a customer of age T are negative binomial. It is what
BG/NBD, MBG/NBD and Pareto/NBD become when nothing in the data speaks for customers leaving.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.counting import Counting, Estimate, Limit, Rows
from trato.analytics.grouping import Floats, Histories, group
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.tables import Customers


@dataclass(frozen=True)
class NegativeBinomial(Counting):
    """A fitted NBD. ``p_alive`` is 1 for everybody: nobody leaves in this model."""

    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha")

    r: float
    alpha: float

    def _alive(self, who: Customers) -> Rows:
        return lambda part: np.ones_like(who.age[part], np.float64)

    def simulate(
        self, generator: np.random.Generator, horizon: float, frequency: Floats, age: Floats
    ) -> Floats:
        rate = generator.gamma(self.r + frequency) / (self.alpha + age)
        return generator.poisson(rate * horizon).astype(np.float64)

    def _purchases(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        return (self.r + frequency) * times / (self.alpha + ages)[:, None]


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> NegativeBinomial:
    """Fit by maximum likelihood.

    All arrays have shape ``(customers,)``; ``frequency`` are whole numbers, times of any one unit,
    ``weights`` says how many customers a row stands for. Raises ``ValueError`` for an empty table,
    lengths that differ, or, naming it, the first row that cannot be.
    """
    data = group(frequency, recency, age, weights)
    return NegativeBinomial.of(estimate_nbd(data), data)


def estimate_nbd(data: Histories) -> Estimate:
    """The maximum of the likelihood; without any repeat purchase the rate is 0."""
    if not data.frequency.any():
        nothing = np.full((2, 2), np.inf)
        return Estimate(np.array([0.0, 1.0]), 0.0, nothing, Limit.NOBODY_RETURNS)
    found = maximise(Purchasing(data.scaled), (1.0, 1.0))
    limit = Limit.EDGE if found.bounded else None
    return Estimate(found.point, found.value, found.covariance, limit).in_units_of(data)


class Purchasing:
    """Log-likelihood of (r, alpha): the sum of ln G(r+x)/G(r) alpha^r (alpha+T)^-(r+x)."""

    def __init__(self, data: Histories) -> None:
        self._times = data.times
        self._bought = data.longer_than(data.frequency)
        self._customers = np.bincount(data.end, data.weights, data.times.size)
        self._purchases = np.bincount(data.end, data.weights * data.frequency, data.times.size)

    def __call__(self, point: Floats) -> Slopes:
        r, alpha = point
        step = r + np.arange(self._bought.size)
        spent = r * self._customers + self._purchases
        since = np.log1p(self._times / alpha)
        slope = self._times / (alpha * (alpha + self._times))
        bought = self._bought.sum()
        value = self._bought @ np.log(step / alpha) - spent @ since
        gradient = np.array(
            [self._bought @ (1 / step) - self._customers @ since, spent @ slope - bought / alpha]
        )
        both = self._customers @ slope
        curve = bought / alpha**2 - spent @ (slope * (1 / (alpha + self._times) + 1 / alpha))
        hessian = np.array([[-self._bought @ step**-2.0, both], [both, curve]])
        return float(value), gradient, hessian
