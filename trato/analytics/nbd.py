"""NBD: customers who buy at random, each at a rate of their own, and never leave.

Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8, 26-41. With rates
lambda ~ Gamma(r, alpha) the purchases of a customer of age T are negative binomial. It is what
BG/NBD, MBG/NBD and Pareto/NBD become when nothing in the data speaks for customers leaving.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.grouping import Floats, Histories, group
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.tables import Customers


class Limit(StrEnum):
    """What a model became where the data leave parameters without a finite estimate."""

    NOBODY_LEAVES = "nobody_leaves"
    NOBODY_RETURNS = "nobody_returns"
    EDGE = "edge"


@dataclass(frozen=True)
class NegativeBinomial:
    """A fitted NBD; times are in the unit of the table it was fitted to.

    ``covariance`` is that of (ln r, ln alpha). ``limit`` is set when nobody bought twice (``r`` is
    then 0) or when a parameter ran to the edge (everybody has the same rate).
    """

    r: float
    alpha: float
    log_likelihood: float = np.nan
    customers: float = np.nan
    covariance: Floats = field(
        default_factory=lambda: np.full((2, 2), np.inf), compare=False, repr=False
    )
    limit: Limit | None = None

    @property
    def is_degenerate(self) -> bool:
        return self.limit is not None

    @property
    def standard_errors(self) -> dict[str, float]:
        """By name; infinite where the data do not bound a parameter."""
        spread = np.sqrt(np.diag(self.covariance))
        return {"r": self.r * float(spread[0]), "alpha": self.alpha * float(spread[1])}

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """1 for everybody: nobody leaves in this model. Raises like ``expected_purchases``."""
        return np.ones(Customers.of(frequency, recency, age).shape)

    def expected_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Mean purchases within ``horizon`` after ``age``, in the shape of the customers.

        Raises ``ValueError`` for a horizon that is no time or a row that cannot be.
        """
        time = span(horizon)
        who = Customers.of(frequency, recency, age)

        def work(part: slice) -> Floats:
            count, _last, end = who.rows(part)
            return time * (self.r + count) / (self.alpha + end)

        return who.each(work)

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Mean repeat purchases of a new customer within ``horizon`` of the first purchase."""
        return self.r / self.alpha * np.asarray(horizon, np.float64)

    def discounted_purchases(
        self,
        horizon: float,
        rate: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """As ``expected_purchases``, each at ``exp(-rate * time)``; ``rate`` a unit of time."""
        present = horizon if rate == 0 else -np.expm1(-rate * span(horizon)) / rate
        return self.expected_purchases(float(present), frequency, recency, age)


def span(horizon: float) -> float:
    """The horizon itself; raises ``ValueError`` for what is no time to come."""
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon {horizon} is not a time from 0 up")
    return float(horizon)


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
    return fit_histories(group(frequency, recency, age, weights))


def fit_histories(data: Histories) -> NegativeBinomial:
    """Fit to what is grouped already; without any repeat purchase the rate is 0."""
    if not data.frequency.any():
        return NegativeBinomial(0.0, 1.0, 0.0, data.customers, limit=Limit.NOBODY_RETURNS)
    found = maximise(Purchasing(data.scaled), (1.0, 1.0))
    r, alpha = (float(value) for value in found.point)
    return NegativeBinomial(
        r,
        alpha * data.mean_age,
        found.value - data.purchases * math.log(data.mean_age),
        data.customers,
        found.covariance,
        Limit.EDGE if found.bounded else None,
    )


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
