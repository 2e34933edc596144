"""Pareto/NBD: purchases at random until the customer leaves, which may happen at any time.

Schmittlein, Morrison & Colombo (1987), "Counting your customers: who are they and what will they do
next?", Management Science 33, 1-24. A customer buys at rate lambda ~ Gamma(r, alpha) and leaves at
rate mu ~ Gamma(s, beta); silence speaks for having left whether or not there was a repeat purchase.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import exprel

from trato.analytics.counting import Counting, Rows
from trato.analytics.dropout import estimate
from trato.analytics.grouping import Floats, Histories, chunks, group
from trato.analytics.leaving import Leaving
from trato.analytics.maximum import Slopes
from trato.analytics.tables import Customers, Pairs


@dataclass(frozen=True)
class ParetoNBD(Counting):
    """A fitted Pareto/NBD; without leaving s is 0 and beta infinite."""

    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    timed: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    r: float
    alpha: float
    s: float
    beta: float

    def _alive(self, who: Customers) -> Rows:
        if self.s == 0:
            return lambda part: np.ones_like(who.age[part], np.float64)
        last, end = (Pairs.of(who.frequency, times) for times in (who.recency, who.age))
        since_last, since_end = self._gone(last), self._gone(end)

        def alive(part: slice) -> Floats:
            frequency, recency, age = who.rows(part)
            silence = np.log1p((age - recency) / (self.alpha + recency))
            stayed = np.exp(-self.s * np.log1p(age / self.beta))
            still = np.exp(-(self.r + frequency) * silence)
            gone = since_last[last.places[part]] - still * since_end[end.places[part]]
            here = still * stayed
            total = here + np.maximum(gone, 0)
            # After hundreds of usual lifetimes both are 0 to the computer; silence still tells.
            return np.asarray(np.divide(here, total, out=still, where=total > 0))

        return alive

    def _gone(self, pairs: Pairs) -> Floats:
        times, at = np.unique(pairs.age, return_inverse=True)
        leaving = Leaving(times, pairs.frequency.astype(np.int64), at)
        return np.asarray(leaving(self.point)[0])

    def simulate(
        self, generator: np.random.Generator, horizon: float, frequency: Floats, age: Floats
    ) -> Floats:
        rate = generator.gamma(self.r + frequency) / (self.alpha + age)
        stay = np.full(age.shape, horizon)
        if self.s > 0:
            leaving = generator.gamma(self.s, size=age.shape) / (self.beta + age)
            # Who leaves at a rate of next to nothing stays for ever.
            with np.errstate(divide="ignore", over="ignore"):
                stay = np.minimum(stay, generator.exponential(size=age.shape) / leaving)
        bought: Floats = generator.poisson(rate * stay).astype(np.float64)
        return bought

    def _purchases(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        rate = (self.r + frequency) / (self.alpha + ages)[:, None]
        if self.s == 0:
            return np.asarray(rate * times)
        since = (self.beta + ages)[:, None]
        later = np.log1p(times / since)
        return np.asarray(rate * since * later * exprel((1 - self.s) * later))


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> ParetoNBD:
    """Fit by maximum likelihood.

    All arrays have shape ``(customers,)``: ``frequency`` counts the purchases after the first
    (whole numbers), ``recency`` is the time from the first to the last purchase, ``age`` from the
    first purchase to the end of observation, both in any one unit (whole days or weeks are fitted
    fastest), which is also the unit of ``alpha``, ``beta`` and of horizons. ``weights`` says how
    many customers a row stands for. Raises ``ValueError`` for an empty table, lengths that differ,
    or, naming it, the first row that cannot be.
    """
    data = group(frequency, recency, age, weights)
    found = estimate(data.scaled, Likelihood, lambda at: float(at[2] / at[3]), exact=False)
    return ParetoNBD.of(found.in_units_of(data), data)


class Likelihood:
    """Log-likelihood of (r, alpha, s, beta), shape ``(4,)``, and its gradient.

    In place of the Hessian stands the outer product of the customers' gradients, which has the same
    mean (Berndt, Hall, Hall & Hausman 1974).
    """

    def __init__(self, data: Histories) -> None:
        self._data = data
        size = data.times.size
        last, end = data.frequency * size + data.last, data.frequency * size + data.end
        cells, places = np.unique(np.concatenate([last, end]), return_inverse=True)
        self._last, self._end = places[: last.size], places[last.size :]
        self._at = cells % size
        self._leaving = Leaving(data.times, cells // size, self._at)

    def __call__(self, point: Floats) -> Slopes:
        scores, value, product = np.zeros(4), 0.0, np.zeros((4, 4))
        bought, pairs = self._bought(point), self._pairs(point)
        for part in chunks(self._last.size):
            weights = self._data.weights[part]
            likelihood, slopes = self._slopes(part, point, bought, pairs)
            value += float(weights @ likelihood)
            scores += slopes @ weights
            product += (slopes * weights) @ slopes.T
        # What the change to logarithms adds to a Hessian is no part of the outer product.
        return value, scores, -product - np.diag(scores / point)

    def _bought(self, point: Floats) -> Floats:
        """ln G(r+x)/G(r) alpha^-x and its slopes in r and alpha, by x: shape ``(3, x + 1)``."""
        r, alpha = point[:2]
        step = np.arange(int(self._data.frequency.max()))
        found = np.zeros((3, step.size + 1))
        found[0, 1:] = np.cumsum(np.log((r + step) / alpha))
        found[1, 1:] = np.cumsum(1 / (r + step))
        found[2, 1:] = -(step + 1) / alpha
        return found

    def _pairs(self, point: Floats) -> tuple[Floats, Floats]:
        """By pair of frequency and time: sigma, and what is left alive less sigma, with slopes."""
        s, beta = point[2:]
        gone = self._leaving(point)
        times = self._data.times[self._at]
        since = np.log1p(times / beta)
        stayed = np.exp(-s * since)
        rest = -gone
        rest[0] += stayed
        rest[3] -= stayed * since
        rest[4] += stayed * s * times / (beta * (beta + times))
        return gone, rest

    def _slopes(
        self, part: slice, point: Floats, bought: Floats, pairs: tuple[Floats, Floats]
    ) -> tuple[Floats, Floats]:
        """Log-likelihood ``(groups,)`` and slopes ``(4, groups)`` of the histories of ``part``."""
        data, (r, alpha) = self._data, point[:2]
        x, last, end = data.frequency[part], data.times[data.last[part]], data.times[data.end[part]]
        rho, silence = r + x, np.log1p((end - last) / (alpha + last))
        still = np.exp(-rho * silence)
        found = pairs[1][:, self._end[part]]
        found *= still
        rest = found[0].copy()
        found += pairs[0][:, self._last[part]]
        rest /= found[0]
        slopes = found[1:] / found[0]
        before = np.log1p(last / alpha)
        slopes[0] += bought[1, x] - before - rest * silence
        tail = 1 / (alpha + last) - 1 / (alpha + end)
        slopes[1] += bought[2, x] + rho * (last / (alpha * (alpha + last)) + rest * tail)
        return bought[0, x] - rho * before + np.log(found[0]), slopes
