"""Lifetime value: the margin of the purchases to come, later ones counted for less.

Purchases (a counting model) times the worth of one (Gamma-Gamma), which these models take to be
independent: Fader, Hardie & Lee (2005), "RFM and CLV", Journal of Marketing Research 42, 415-430.
The value is that of a stated horizon, 365 days unless told, not of a life without end.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.counting import Counting, span
from trato.analytics.gammagamma import GammaGamma
from trato.analytics.grouping import Floats
from trato.analytics.tables import Customers
from trato.analytics.uncertainty import ends

# Parameters are far better known than futures: so many of these share one draw of those.
FUTURES = 16


@dataclass(frozen=True)
class Terms:
    """What a value is of: times in the unit of the counting model.

    ``margin`` is the share of a purchase that is earned; ``discount`` is yearly (0.1: a year later
    is worth 1/1.1). Raises ``ValueError`` for what is not finite, or negative where it cannot be.
    """

    horizon: float = 365.0
    year: float = 365.0
    margin: float = 1.0
    discount: float = 0.1

    def __post_init__(self) -> None:
        span(self.horizon)
        if not (math.isfinite(self.margin) and self.discount >= 0 and self.year > 0):
            raise ValueError(f"{self} is not a set of terms")

    @property
    def rate(self) -> float:
        """The discount as a continuous rate a unit of time."""
        return math.log1p(self.discount) / self.year


YEAR = Terms()


@dataclass(frozen=True, eq=False)
class Simulation:
    """Purchases and values drawn, shape ``(draws, customers)``: a draw is one future of all."""

    purchases: Floats
    values: Floats

    def interval(self, level: float = 0.9) -> tuple[Floats, Floats]:
        """Low and high end, shape ``(customers,)``, between which the value falls so often."""
        low, high = np.quantile(self.values, ends(level), axis=0)
        return low, high


@dataclass(frozen=True, eq=False)
class Scores:
    """Of each customer: chance of being alive, purchases to expect and their value."""

    p_alive: Floats
    expected_purchases: Floats
    value: Floats


@dataclass(frozen=True)
class LifetimeValue:
    """A counting model and one of money, fitted to the same customers, and the terms.

    All methods raise ``ValueError`` naming the first row that cannot be. ``monetary`` is the mean
    of the repeat purchases; values are in its unit.
    """

    counting: Counting
    money: GammaGamma
    terms: Terms = YEAR

    def expected(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, monetary: ArrayLike
    ) -> Floats:
        """Expected value of every customer, in the customers' shape."""
        terms = self.terms
        result = self.counting.discounted_purchases(
            terms.horizon, terms.rate, frequency, recency, age
        )
        result *= self.money.expected_value(frequency, monetary)
        result *= terms.margin
        return result

    def scores(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, monetary: ArrayLike
    ) -> Scores:
        """All that is asked of customers, for less than one by one: for many of them."""
        terms = self.terms
        found = self.counting.forecast(terms.horizon, terms.rate, frequency, recency, age)
        value = found.present
        columns = (
            np.broadcast_to(np.asarray(given), value.shape) for given in (frequency, monetary)
        )
        count, money = (column.ravel() for column in columns)
        self.money.multiply(value.reshape(-1), count, money)
        value *= terms.margin
        return Scores(found.p_alive, found.purchases, value)

    def relative_error(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        monetary: ArrayLike,
        margin: ArrayLike = 1.0,
    ) -> float:
        """Standard error of the customers' sum that comes of the parameters, as a share of it.

        Columns of shape ``(customers,)``; ``margin`` is each customer's own, beside the terms'. The
        error does not shrink with more customers of the same fit: a part of them tells that of all.
        """
        shares = np.broadcast_to(np.asarray(margin, np.float64), np.shape(frequency))

        def total(model: LifetimeValue) -> float:
            return float(np.dot(model.expected(frequency, recency, age, monetary), shares))

        return math.hypot(
            self.counting.relative_error(lambda at: total(replace(self, counting=at))),
            self.money.relative_error(lambda at: total(replace(self, money=at))),
        )

    def simulate(
        self,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
        monetary: ArrayLike,
        generator: np.random.Generator,
        draws: int = 1000,
    ) -> Simulation:
        """Futures of customers, uncertain in the counting model's parameters and in themselves.

        Discounting is spread over a draw as it is in the mean. Memory: ``draws`` times customers.
        Raises ``ValueError`` for a counting model that was not fitted, too.
        """
        who = Customers.of(frequency, recency, age)
        history = who.rows(slice(None))
        x, _last, end = history
        worth = np.broadcast_to(np.asarray(monetary, np.float64), who.shape).ravel()
        present = self.expected(*history, worth)
        plain = self.counting.expected_purchases(self.terms.horizon, *history)
        plain *= self.money.expected_value(x, worth)
        share = np.divide(present, plain, out=np.zeros_like(plain), where=plain > 0)
        purchases, values = np.empty((2, draws, x.size))
        models = self.counting.draws(math.ceil(draws / FUTURES), generator)
        for at, model in enumerate(models):
            chance = model.p_alive(*history)
            for row in range(at * FUTURES, min((at + 1) * FUTURES, draws)):
                alive = generator.random(x.size) < chance
                purchases[row] = alive * model.simulate(generator, self.terms.horizon, x, end)
                spent = self.money.simulate(generator, x, worth, purchases[row])
                values[row] = share * spent
        return Simulation(purchases, values)
