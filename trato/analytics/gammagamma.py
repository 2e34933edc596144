"""Gamma-Gamma: what a purchase of a customer is worth.

Fader & Hardie (2013), "The Gamma-Gamma model of monetary value", brucehardie.com/notes/025; Fader,
Hardie & Lee (2005), "RFM and CLV", Journal of Marketing Research 42, 415-430. A purchase is worth
Gamma(p, nu), customers differ by nu ~ Gamma(q, v), and the worth of a purchase is taken to be
independent of how often a customer buys. Few purchases are drawn towards the mean of all customers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, digamma, polygamma

from trato.analytics.counting import Limit
from trato.analytics.grouping import Column, Floats, checked_weights, chunks, columns, numbers
from trato.analytics.maximum import Slopes, maximise
from trato.analytics.uncertainty import relative_error

# A fit begins where the fit to about this many customers ended.
SAMPLE = 50_000


@dataclass(frozen=True)
class GammaGamma:
    """A fitted Gamma-Gamma model; ``v`` is in the unit of money of the table.

    ``customers`` were fitted, ``observed_mean`` is their mean, ``dropped`` had repeat purchases but
    no money above 0. ``covariance`` is that of the logarithms of (p, q, v), shape ``(3, 3)``.
    """

    parameters: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    p: float
    q: float
    v: float
    log_likelihood: float = np.nan
    customers: float = np.nan
    observed_mean: float = np.nan
    dropped: int = 0
    covariance: Floats = field(
        default_factory=lambda: np.full((3, 3), np.inf), compare=False, repr=False
    )
    limit: Limit | None = None

    @property
    def is_degenerate(self) -> bool:
        """Whether a parameter ran to the edge: customers, or their purchases, do not differ."""
        return self.limit is not None

    @property
    def standard_errors(self) -> dict[str, float]:
        """By parameter (delta method); infinite where the data do not bound it."""
        spread = np.sqrt(np.diag(self.covariance))
        found = zip(self.parameters, (self.p, self.q, self.v), spread, strict=True)
        return {name: float(at * error) for name, at, error in found}

    @property
    def has_mean(self) -> bool:
        """Whether q is above 1 by more than its standard error, where the data bound it.

        Below 1 the model has no mean; so near to it, a few customers' q makes it any number.
        """
        error = self.standard_errors["q"]
        return self.q > 1 + (error if math.isfinite(error) else 0.0)

    @property
    def mean(self) -> float:
        """Mean worth of a purchase of a customer nothing is known of: p v / (q - 1).

        Where the model has none (``has_mean``) it is the ``observed_mean``.
        """
        return self.p * self.v / (self.q - 1) if self.has_mean else self.observed_mean

    def relative_error(self, figure: "Callable[[GammaGamma], float]") -> float:
        """Standard error of a figure of the model that comes of its parameters', as a share of it.

        Delta method; parameters that the data do not bound are taken as known.
        """
        point = np.array([self.p, self.q, self.v])
        return relative_error(point, self.covariance, lambda at: figure(self._at(at)))

    def _at(self, point: Floats) -> "GammaGamma":
        p, q, v = map(float, point)
        return replace(self, p=p, q=q, v=v)

    def expected_value(self, frequency: ArrayLike, monetary: ArrayLike) -> Floats:
        """Mean worth of a purchase to come, in the shape of the two columns.

        ``monetary`` is the mean of the repeat purchases. Whoever has none, or no money above 0, is
        expected at ``mean``. Raises ``ValueError`` naming the first row that cannot be.
        """
        count, money = np.broadcast_arrays(
            numbers("frequency", frequency), numbers("monetary", monetary)
        )
        result = np.ones(count.shape)
        self.multiply(result.reshape(-1), count.ravel(), money.ravel())
        return result

    def multiply(self, purchases: Floats, frequency: Column, monetary: Column) -> None:
        """Turn purchases, shape ``(customers,)``, into what they are worth, in place."""
        has_mean, mean = self.has_mean, self.mean
        for part in chunks(purchases.size):
            known = _usable(frequency[part], monetary[part], part.start)
            x = (frequency[part] * known).astype(np.float64)
            spent = self.v + x * np.where(known, monetary[part], 0.0)
            power = self.p * x + (self.q - 1)
            if has_mean:
                purchases[part] *= self.p * spent / power
            else:
                known &= power > 0
                worth = self.p * spent / np.where(known, power, 1)
                purchases[part] *= np.where(known, worth, mean)

    def simulate(
        self, generator: np.random.Generator, frequency: Floats, monetary: Floats, bought: Floats
    ) -> Floats:
        """Total worth, drawn, of ``bought`` purchases to come: shape ``(customers,)``."""
        known = (frequency > 0) & (monetary > 0)
        x = np.where(known, frequency, 0.0)
        spent = self.v + x * np.where(known, monetary, 0.0)
        scale = spent / generator.gamma(self.q + self.p * x)
        return generator.gamma(self.p * bought) * scale


def fit(frequency: ArrayLike, monetary: ArrayLike, weights: ArrayLike | None = None) -> GammaGamma:
    """Fit by maximum likelihood.

    ``frequency`` counts the repeat purchases and ``monetary`` is their mean worth, shape
    ``(customers,)``; ``weights`` says how many customers a row stands for. Customers without repeat
    purchases say nothing, and those whose purchases are worth 0 or less are left out and counted.
    Raises ``ValueError`` for lengths that differ, the first row that cannot be, or when nobody is
    left.
    """
    count, money, amounts, dropped = _known(frequency, monetary, weights)
    data, start = Spending(count, money, amounts), np.array([1.0, 2.0, 1.0])
    if data.frequency.size > 2 * SAMPLE:
        start = maximise(data.sample(), start).point
    found = maximise(data, start)
    p, q, v = (float(number) for number in found.point)
    return GammaGamma(
        p,
        q,
        v * data.unit,
        found.value - data.customers * math.log(data.unit),
        data.customers,
        data.unit,
        dropped,
        found.covariance,
        Limit.EDGE if found.bounded else None,
    )


def _known(
    frequency: ArrayLike, monetary: ArrayLike, weights: ArrayLike | None
) -> tuple[Column, Column, Floats | None, int]:
    """The rows that say something, and how many repeat buyers were left out."""
    count, money = columns(frequency=frequency, monetary=monetary)
    amounts = None if weights is None else checked_weights(weights, count)
    known = np.empty(count.size, bool)
    for part in chunks(count.size):
        known[part] = _usable(count[part], money[part], part.start)
    dropped = int(((count > 0) & ~known).sum())
    if amounts is not None:
        known &= amounts > 0
    if not known.any():
        raise ValueError("nobody has repeat purchases worth more than 0")
    if known.all():
        return count, money, amounts, dropped
    return count[known], money[known], None if amounts is None else amounts[known], dropped


def _usable(frequency: Column, monetary: Column, row: int) -> Column:
    """Who has repeat purchases worth something; ``row`` is that of the first in the table."""
    bought = frequency > 0
    good = np.isfinite(monetary) | ~bought
    good &= frequency >= 0
    if frequency.dtype.kind == "f":
        good &= np.isfinite(frequency) & (np.floor(frequency) == frequency)
    if not good.all():
        at = int(np.argmin(good))
        raise ValueError(
            f"row {row + at}: frequency {frequency[at]} with monetary {monetary[at]}; "
            "frequency is a whole number from 0 up, monetary a number"
        )
    return np.asarray(bought & (monetary > 0))


class Spending:
    """The log-likelihood of (p, q, v), shape ``(3,)``, money taken in units of its mean.

    Only sums over customers of ln(v + z), 1/(v + z) and its square are taken anew at every step,
    where z = frequency * monetary; the rest depends on how many customers have each frequency.
    """

    def __init__(self, frequency: Column, monetary: Column, weights: Floats | None) -> None:
        self.frequency, self.monetary, self.weights = frequency, monetary, weights
        size = int(frequency.max()) + 1
        counts, totals, self._log, self._x_log = np.zeros(size), 0.0, 0.0, 0.0
        for part in chunks(frequency.size):
            x, money, amounts = self._rows(part)
            counts += np.bincount(x.astype(np.int64), amounts, size)
            log = np.log(money)
            totals += float(amounts @ money)
            self._log += float(amounts @ log)
            self._x_log += float((amounts * x) @ log)
        self._x = np.flatnonzero(counts)
        self._counts = counts[self._x]
        self.customers = float(self._counts.sum())
        self.unit = totals / self.customers
        self._log -= self.customers * math.log(self.unit)
        self._x_log -= float(self._counts @ self._x) * math.log(self.unit)

    def _rows(self, part: slice) -> tuple[Floats, Floats, Floats]:
        x, money = (
            np.asarray(column[part], np.float64) for column in (self.frequency, self.monetary)
        )
        return x, money, np.ones(x.size) if self.weights is None else self.weights[part]

    def sample(self) -> "Spending":
        """About ``SAMPLE`` of the customers, spread evenly."""
        part = slice(None, None, self.frequency.size // SAMPLE)
        weights = None if self.weights is None else self.weights[part]
        return Spending(self.frequency[part], self.monetary[part], weights)

    def __call__(self, point: Floats) -> Slopes:
        p, q, v = point
        x, counts, n = self._x, self._counts, self.customers
        log, inverse, square, x_log, x_inverse, x_square = self._sums(v)
        power = p * x + q
        both, trigamma = digamma(power), polygamma(1, power)
        value = -counts @ betaln(p * x, q) + n * q * math.log(v) + p * self._x_log - self._log
        value += p * (counts @ (x * np.log(x))) - p * x_log - q * log
        slopes = [
            counts @ (x * (both - digamma(p * x) + np.log(x))) + self._x_log - x_log,
            counts @ both - n * digamma(q) + n * math.log(v) - log,
            n * q / v - p * x_inverse - q * inverse,
        ]
        across = [counts @ (x * trigamma), -x_inverse, n / v - inverse]
        along = [
            counts @ (x**2 * (trigamma - polygamma(1, p * x))),
            counts @ trigamma - n * polygamma(1, q),
            p * x_square + q * square - n * q / v**2,
        ]
        hessian = np.diag(along)
        for (i, j), slope in zip(((0, 1), (0, 2), (1, 2)), across, strict=True):
            hessian[i, j] = hessian[j, i] = slope
        return float(value), np.array(slopes), hessian

    def _sums(self, v: float) -> list[float]:
        """Of ln(v + z), 1/(v + z), 1/(v + z)^2, and of each of them times the frequency."""
        sums = np.zeros((2, 3))
        for part in chunks(self.frequency.size):
            x, money, weights = self._rows(part)
            spent = v + x * money / self.unit
            inverse = 1 / spent
            terms = np.stack([np.log(spent), inverse, inverse * inverse])
            sums += np.stack([weights, weights * x]) @ terms.T
        return [float(number) for number in sums.ravel()]
