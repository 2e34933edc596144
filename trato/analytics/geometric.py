"""What BG/NBD and MBG/NBD share: purchases at random, and a chance to leave after each of them.

A customer buys at rate ``lambda`` ~ Gamma(r, alpha) and leaves after a purchase with chance ``p`` ~
Beta(a, b). With ``n`` occasions to leave up to the last purchase (``x`` in BG/NBD, ``x + 1`` in
MBG/NBD) the likelihood of (x, t_x, T) is

    G(r+x)/G(r) alpha^r (alpha+T)^-(r+x) B(a, b+n)/B(a, b) [1 + exp(d)],
    d = ln a - ln(b+n-1) + (r+x) ln((alpha+T)/(alpha+t_x)),

without the bracket where n = 0; 1/(1 + exp(d)) is the chance of being alive. The ratios of gamma
and beta functions are products over whole numbers: summed over customers they need only how many
have more than k purchases. Times enter through a table over the distinct times, and what is left
is one exponential a distinct history.
"""

import math
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics import nbd
from trato.analytics.expectation import discounting, purchases_while_alive
from trato.analytics.grouping import Floats, Histories, chunks, group
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.nbd import Limit, Purchasing, span
from trato.analytics.tables import Customers, Pairs

PARAMETERS = ("r", "alpha", "a", "b")
# A fit begins where the fit to this many groups of customers ended.
SAMPLE = 50_000
NO_CHANCE = 1e-6
LITTLE_CHANCE = 1e-3
NO_GAIN = 1e-3


def unknown() -> Floats:
    return np.full((4, 4), np.inf)


@dataclass(frozen=True)
class Geometric:
    """A fitted model; times are in the unit of the table it was fitted to.

    ``covariance`` is that of the logarithms of (r, alpha, a, b), shape ``(4, 4)``. Where nothing in
    the data speaks for customers leaving, ``limit`` says so, a is 0, b is infinite, and everything
    is what the NBD says.
    """

    occasions: ClassVar[int]

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = np.nan
    customers: float = np.nan
    covariance: Floats = field(default_factory=unknown, compare=False, repr=False)
    limit: Limit | None = None

    @property
    def is_degenerate(self) -> bool:
        """Whether the data left a parameter without a finite estimate; ``limit`` says how."""
        return self.limit is not None

    @property
    def standard_errors(self) -> dict[str, float]:
        """By parameter, from the curvature at the maximum; infinite where there is none."""
        spread = np.sqrt(np.diag(self.covariance))
        values = (self.r, self.alpha, self.a, self.b)
        return {
            name: float(value * error) if value else np.inf
            for name, value, error in zip(PARAMETERS, values, spread, strict=True)
        }

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Chance that a customer has not left, from 0 to 1, in the shape of the customers.

        Raises ``ValueError`` naming the first row that cannot be.
        """
        who = Customers.of(frequency, recency, age)
        return who.each(lambda part: self._alive(*who.rows(part)))

    def expected_purchases(
        self, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Mean purchases within ``horizon`` after ``age``, in the shape of the customers.

        Raises ``ValueError`` for a horizon that is no time or a row that cannot be.
        """
        return self.discounted_purchases(horizon, 0.0, frequency, recency, age)

    def discounted_purchases(
        self,
        horizon: float,
        rate: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """As ``expected_purchases``, each counted as ``exp(-rate * time)``: its present value."""
        times, weights = discounting(span(horizon), rate)
        who = Customers.of(frequency, recency, age)
        pairs = Pairs.of(who.frequency, who.age)
        means = pairs.table(lambda count, ages: self._stays(times, count, ages) @ weights)
        return who.each(lambda part: self._alive(*who.rows(part)) * means[pairs.places[part]])

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Mean repeat purchases of a new customer within ``horizon`` of the first purchase."""
        times = np.asarray(horizon, np.float64)
        start = np.zeros(1)
        alive = self._alive(start, start, start)
        means = self._stays(np.array([span(time) for time in times.ravel()]), 0.0, start)
        return np.asarray((alive * means[0]).reshape(times.shape))

    def _alive(self, frequency: Floats, recency: Floats, age: Floats) -> Floats:
        chances = frequency + self.occasions
        silence = np.log1p((age - recency) / (self.alpha + recency))
        with np.errstate(divide="ignore", over="ignore"):
            odds = self.a / (self.b + chances - 1) * np.exp((self.r + frequency) * silence)
            return np.where(chances > 0, 1 / (1 + odds), 1.0)

    def _stays(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        """Mean purchases of who is alive, shape ``(ages, times)``."""
        tau = times / (self.alpha + ages)[:, None]
        if self.a == 0:
            return (self.r + frequency) * tau
        b = self.b + frequency + self.occasions
        return purchases_while_alive(self.r + frequency, self.a, b, tau)

    @classmethod
    def fitted(
        cls,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Fit by maximum likelihood; see ``fit`` of the model's module."""
        data = group(frequency, recency, age, weights)
        return cls._without_leaving(data) if not data.frequency.any() else cls._fitted(data)

    @classmethod
    def _fitted(cls, data: Histories) -> Self:
        scaled = data.scaled
        start = np.ones(4)
        if scaled.weights.size > 2 * SAMPLE:
            start = maximise(Likelihood(scaled.sample(SAMPLE), cls.occasions), start).point
        found = maximise(Likelihood(scaled, cls.occasions), start)
        value = found.value - data.purchases * math.log(data.mean_age)
        r, alpha, a, b = (float(number) for number in found.point)
        if a / (a + b) < LITTLE_CHANCE:
            simple = cls._without_leaving(data)
            if a / (a + b) < NO_CHANCE or value - simple.log_likelihood < NO_GAIN:
                return simple
        limit = Limit.EDGE if found.bounded else None
        alpha *= data.mean_age
        return cls(r, alpha, a, b, value, data.customers, found.covariance, limit)

    @classmethod
    def _without_leaving(cls, data: Histories) -> Self:
        simple = nbd.fit_histories(data)
        covariance = unknown()
        covariance[:2, :2] = simple.covariance
        return cls(
            simple.r,
            simple.alpha,
            0.0,
            np.inf,
            simple.log_likelihood,
            simple.customers,
            covariance,
            simple.limit or Limit.NOBODY_LEAVES,
        )


class Likelihood:
    """Log-likelihood of (r, alpha, a, b), shape ``(4,)``, with its gradient and Hessian.

    ``occasions`` is what is added to the frequency for the occasions to leave: 0 or 1.
    """

    def __init__(self, data: Histories, occasions: int) -> None:
        self._times = data.times
        self._purchasing = Purchasing(data)
        chances = data.frequency + occasions
        self._stayed = data.longer_than(chances)
        left = np.flatnonzero(chances)
        self._x, self._n = data.frequency[left].astype(np.float64), chances[left]
        self._last, self._end, self._weights = data.last[left], data.end[left], data.weights[left]

    def __call__(self, point: Floats) -> Slopes:
        value, gradient, hessian = self._leaving(point)
        bought = self._purchasing(point[:2])
        stayed = self._staying(point[2:])
        for part, found in ((slice(0, 2), bought), (slice(2, 4), stayed)):
            value += found[0]
            gradient[part] += found[1]
            hessian[part, part] += found[2]
        return value, gradient, hessian

    def _staying(self, point: Floats) -> Slopes:
        """B(a, b+n)/B(a, b): not having left on n occasions."""
        a, b = point
        stayed, occasion = self._stayed, np.arange(self._stayed.size)
        both, alone = 1 / (a + b + occasion), 1 / (b + occasion)
        gradient = np.array([-stayed @ both, a * (stayed @ (both * alone))])
        hessian = np.full((2, 2), stayed @ both**2)
        hessian[1, 1] -= stayed @ alone**2
        return float(-stayed @ np.log1p(a * alone)), gradient, hessian

    def _leaving(self, point: Floats) -> Slopes:
        """1 + exp(d): still there, or gone since the last purchase."""
        r, alpha, a, b = point
        since, inverse = np.log1p(self._times / alpha), 1 / (alpha + self._times)
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        for part in chunks(self._x.size):
            last, end = self._last[part], self._end[part]
            rate, weights = r + self._x[part], self._weights[part]
            other = 1 / (b - 1 + self._n[part])
            silence, tail = since[end] - since[last], inverse[last] - inverse[end]
            odds = np.log(a * other) + rate * silence
            small = np.exp(-np.abs(odds))
            gone = np.where(odds > 0, 1, small) / (1 + small)
            slopes = np.stack([silence, -rate * tail, np.full(rate.size, 1 / a), -other])
            value += float(weights @ (np.maximum(odds, 0) + np.log1p(small)))
            weights = weights * gone
            gradient += slopes @ weights
            hessian += (slopes * (weights * (1 - gone))) @ slopes.T
            hessian[0, 1] -= weights @ tail
            hessian[1, 0] -= weights @ tail
            hessian[1, 1] += weights @ (rate * tail * (inverse[last] + inverse[end]))
            hessian[2, 2] -= weights.sum() / a**2
            hessian[3, 3] += weights @ other**2
        return value, gradient, hessian
