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

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from trato.analytics.counting import Counting, Estimate, Rows
from trato.analytics.dropout import estimate
from trato.analytics.expectation import purchases_while_alive
from trato.analytics.grouping import Floats, Histories, chunks
from trato.analytics.maximum import Slopes
from trato.analytics.nbd import Purchasing
from trato.analytics.tables import Customers


@dataclass(frozen=True)
class Geometric(Counting):
    """A fitted model with a chance to leave after a purchase; without it a is 0, b infinite."""

    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    occasions: ClassVar[int]

    r: float
    alpha: float
    a: float
    b: float

    def _alive(self, who: Customers) -> Rows:
        def alive(part: slice) -> Floats:
            frequency, recency, age = who.rows(part)
            chances = frequency + self.occasions
            silence = np.log1p((age - recency) / (self.alpha + recency))
            with np.errstate(divide="ignore", over="ignore"):
                odds = self.a / (self.b + chances - 1) * np.exp((self.r + frequency) * silence)
                return np.where(chances > 0, 1 / (1 + odds), 1.0)

        return alive

    def simulate(
        self, generator: np.random.Generator, horizon: float, frequency: Floats, age: Floats
    ) -> Floats:
        rate = generator.gamma(self.r + frequency) / (self.alpha + age)
        bought = generator.poisson(rate * horizon)
        if self.a == 0:
            return bought.astype(np.float64)
        chance = generator.beta(self.a, self.b + frequency + self.occasions)
        until = generator.geometric(np.maximum(chance, 1e-15))
        return np.minimum(bought, until).astype(np.float64)

    def _purchases(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        tau = times / (self.alpha + ages)[:, None]
        if self.a == 0:
            return (self.r + frequency) * tau
        b = self.b + frequency + self.occasions
        return purchases_while_alive(self.r + frequency, self.a, b, tau)


def estimate_geometric(data: Histories, occasions: int) -> Estimate:
    """The maximum of the likelihood of (r, alpha, a, b)."""
    found = estimate(
        data.scaled,
        lambda histories: Likelihood(histories, occasions),
        lambda point: float(point[2] / (point[2] + point[3])),
    )
    return found.in_units_of(data)


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
