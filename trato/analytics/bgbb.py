"""BG/BB: buying or not on each of a number of occasions (a year, a campaign), until leaving.

Fader, Hardie & Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting",
Marketing Science 29, 1086-1108. Whoever is alive buys on an occasion with chance Beta(alpha, beta)
and leaves at the beginning of one with chance Beta(gamma, delta).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.counting import Counting, Estimate, Limit, Rows
from trato.analytics.dropout import estimate
from trato.analytics.grouping import Column, Floats, Histories, Integers, group
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.tables import Customers

# A customer of so many occasions has so many moments to have left at.
MOST_OCCASIONS = 10_000


@dataclass(frozen=True)
class BetaGeoBetaBinomial(Counting):
    """A fitted BG/BB; times are numbers of occasions. Without leaving gamma is 0, delta infinite.

    ``age`` is how many occasions there were, ``recency`` the last one with a purchase (0 without).
    ``p_alive`` is about the last occasion; horizons are whole numbers of occasions to come.
    """

    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    timed: ClassVar[tuple[str, ...]] = ()

    alpha: float
    beta: float
    gamma: float
    delta: float

    def _alive(self, who: Customers) -> Rows:
        if self.gamma == 0:
            return lambda part: np.ones_like(who.age[part], np.float64)
        _check(who.frequency, who.recency, who.age)
        base = int(who.age.max(initial=0)) + 1
        keys = (who.frequency.astype(np.int64) * base + who.recency.astype(np.int64)) * base
        keys, places = np.unique(keys + who.age.astype(np.int64), return_inverse=True)
        rest, ages = np.divmod(keys, base)
        counts, lasts = np.divmod(rest, base)
        stories = _Stories.of(counts, lasts, ages)
        alive = stories.sums(stories.logs(self.point)[0])[1][stories.starts]
        return lambda part: alive[places[part]]

    def simulate(
        self, generator: np.random.Generator, horizon: float, frequency: Floats, age: Floats
    ) -> Floats:
        chance = generator.beta(
            np.maximum(self.alpha + frequency, 1e-300), self.beta + age - frequency
        )
        stay = np.full(age.shape, int(horizon))
        if self.gamma > 0:
            leave = generator.beta(self.gamma, self.delta + age)
            stay = np.minimum(stay, generator.geometric(np.maximum(leave, 1e-15)) - 1)
        bought: Floats = generator.binomial(stay, chance).astype(np.float64)
        return bought

    def _moments(self, horizon: float, rate: float) -> tuple[Floats, Floats]:
        occasions = np.arange(1, _whole(np.array([horizon]))[0] + 1, dtype=np.float64)
        factors = np.exp(-rate * occasions)
        return occasions, factors - np.append(factors, 0.0)[1:]

    def _purchases(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        ahead = np.arange(_whole(times).max(initial=0))
        leaves = self.gamma / (self.gamma + self.delta + ages[:, None] + ahead)
        alive = np.cumsum(np.exp(np.cumsum(np.log1p(-leaves), axis=1)), axis=1)
        alive = np.hstack([np.zeros((ages.size, 1)), alive])
        chance = (self.alpha + frequency) / (self.alpha + self.beta + ages)
        return np.asarray(chance[:, None] * alive[:, _whole(times)])


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
) -> BetaGeoBetaBinomial:
    """Fit by maximum likelihood.

    All arrays have shape ``(customers,)`` and are whole numbers: ``frequency`` counts the occasions
    with a purchase after the first, ``recency`` is the number of the last of them (0 without) and
    ``age`` of how many there were; ``weights`` says how many customers a row stands for. Raises
    ``ValueError`` for an empty table, lengths that differ, or, naming it, the first row that cannot
    be.
    """
    data = group(frequency, recency, age, weights)
    _check(*(np.asarray(column) for column in (frequency, recency, age)))
    found = estimate(
        data,
        Likelihood,
        lambda point: float(point[2] / (point[2] + point[3])),
        simple=_estimate_staying,
    )
    return BetaGeoBetaBinomial.of(found, data)


def _whole(times: Floats) -> Integers:
    if (times != np.floor(times)).any():
        raise ValueError(f"horizon {times} is not a whole number of occasions")
    return times.astype(np.int64)


def _check(frequency: Column, recency: Column, age: Column) -> None:
    bad = (frequency > recency) | (age != np.floor(age)) | (recency != np.floor(recency))
    bad |= age > MOST_OCCASIONS
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(
            f"row {row}: {frequency[row]} purchases, the last on occasion {recency[row]} of "
            f"{age[row]}: occasions are whole numbers to {MOST_OCCASIONS}, each of one purchase"
        )


@dataclass(frozen=True, eq=False)
class _Stories:
    """All that may have happened: a customer is alive, or left before one of the silent ones.

    Of each story ``stayed`` occasions alive and whether the customer ``left`` then, shape
    ``(stories,)``; those of a customer begin at ``starts``, being alive first.
    """

    frequency: Integers
    stayed: Integers
    left: Integers
    starts: Integers

    @classmethod
    def of(cls, frequency: Integers, recency: Integers, age: Integers) -> "_Stories":
        sizes = age - recency + 1
        starts = np.cumsum(sizes) - sizes
        number = np.arange(sizes.sum()) - np.repeat(starts, sizes)
        silent = np.repeat(recency, sizes) + number - 1
        stayed = np.where(number == 0, np.repeat(age, sizes), silent)
        return cls(np.repeat(frequency, sizes), stayed, (number > 0).astype(np.int64), starts)

    def logs(self, point: Floats) -> tuple[Floats, Floats, Floats]:
        """Log-likelihood of the stories; slopes ``(4, stories)``, curves ``(4, 4, stories)``."""
        alpha, beta, gamma, delta = point
        x, stayed, left = self.frequency, self.stayed, self.left
        bought, leaving = _ratio(alpha, beta, x, stayed - x), _ratio(gamma, delta, left, stayed)
        curves = np.zeros((4, 4, x.size))
        curves[:2, :2], curves[2:, 2:] = bought[2], leaving[2]
        return bought[0] + leaving[0], np.concatenate([bought[1], leaving[1]]), curves

    def sums(self, logs: Floats) -> tuple[Floats, Floats]:
        """Log-likelihood by customer, and the share each story has in it."""
        size = np.diff(self.starts, append=logs.size)
        most = np.maximum.reduceat(logs, self.starts)
        share = np.exp(logs - np.repeat(most, size))
        total = np.add.reduceat(share, self.starts)
        return most + np.log(total), share / np.repeat(total, size)


def _ratio(a: float, b: float, i: Integers, j: Integers) -> tuple[Floats, Floats, Floats]:
    """ln B(a+i, b+j)/B(a, b) with slopes ``(2, n)`` and curves ``(2, 2, n)`` in a and b."""
    first, second, both = _rising(a, i), _rising(b, j), _rising(a + b, i + j)
    cross = -both[2]
    curves = np.array([[first[2] + cross, cross], [cross, second[2] + cross]])
    return first[0] + second[0] - both[0], np.stack([first[1], second[1]]) - both[1], curves


def _rising(a: float, i: Integers) -> Floats:
    """ln G(a+i)/G(a) and its first two derivatives: shape ``(3, n)``."""
    steps = a + np.arange(int(i.max(initial=0)))
    table = np.zeros((3, steps.size + 1))
    table[:, 1:] = np.cumsum([np.log(steps), 1 / steps, -(steps**-2.0)], axis=1)
    return np.asarray(table[:, i])


class Likelihood:
    """Log-likelihood of (alpha, beta, gamma, delta), shape ``(4,)``, its gradient and Hessian."""

    def __init__(self, data: Histories) -> None:
        last, end = (data.times[at].astype(np.int64) for at in (data.last, data.end))
        self._weights, self._stories = data.weights, _Stories.of(data.frequency, last, end)

    def __call__(self, point: Floats) -> Slopes:
        stories, weights = self._stories, self._weights
        logs, slopes, curves = stories.logs(point)
        values, shares = stories.sums(logs)
        means = np.add.reduceat(slopes * shares, stories.starts, axis=1)
        amounts = shares * np.repeat(weights, np.diff(stories.starts, append=shares.size))
        hessian = curves @ amounts + (slopes * amounts) @ slopes.T - (means * weights) @ means.T
        return float(weights @ values), means @ weights, hessian


def _estimate_staying(data: Histories) -> Estimate:
    """The beta-binomial: nobody leaves."""
    if not data.frequency.any():
        nothing = np.full((2, 2), np.inf)
        return Estimate(np.array([0.0, 1.0]), 0.0, nothing, Limit.NOBODY_RETURNS)
    missed = data.times[data.end].astype(np.int64) - data.frequency

    def slopes(point: Floats) -> Slopes:
        logs, gradient, curves = _ratio(point[0], point[1], data.frequency, missed)
        return float(data.weights @ logs), gradient @ data.weights, curves @ data.weights

    found = maximise(slopes, (1.0, 1.0))
    limit = Limit.EDGE if found.bounded else None
    return Estimate(found.point, found.value, found.covariance, limit)
