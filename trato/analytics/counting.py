"""What every fitted counting model answers, whatever it assumes of customers leaving.

A model says two things: how likely a customer is still alive, and how many purchases one who is
alive will make. The rest is their product.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Self, cast

import numpy as np
from numpy.typing import ArrayLike

from trato.analytics.grouping import Floats, Histories, chunks
from trato.analytics.present import present_value
from trato.analytics.tables import Customers, Pairs
from trato.analytics.uncertainty import bounded, relative_error

type Rows = Callable[[slice], Floats]


class Limit(StrEnum):
    """What a model became where the data leave parameters without a finite estimate."""

    NOBODY_LEAVES = "nobody_leaves"
    """Nothing speaks for customers leaving: the model is the NBD."""
    NOBODY_RETURNS = "nobody_returns"
    """Nobody bought twice: no purchase is expected, and nothing is known of leaving."""
    EDGE = "edge"
    """Another parameter is as good as infinite or 0: the customers do not differ in it."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """Parameters at the maximum, with times in units of the mean age, and the log-likelihood."""

    point: Floats
    value: float
    covariance: Floats
    limit: Limit | None = None

    def in_units_of(self, data: Histories) -> "Estimate":
        """With the log-likelihood of the times as they were before they were scaled."""
        return replace(self, value=self.value - data.density)


@dataclass(frozen=True, eq=False)
class Forecast:
    """By customer: the chance of being alive, purchases in the horizon, and these discounted."""

    p_alive: Floats
    purchases: Floats
    present: Floats


@dataclass(frozen=True, kw_only=True)
class Counting:
    """A fitted model; times are in the unit of the table it was fitted to.

    ``covariance`` is that of the logarithms of the ``parameters``, shape ``(k, k)``, infinite where
    the data do not bound one; ``limit`` tells of a degenerate fit.
    """

    parameters: ClassVar[tuple[str, ...]]
    timed: ClassVar[tuple[str, ...]] = ("alpha",)
    """Which of the parameters are times."""

    log_likelihood: float = np.nan
    customers: float = np.nan
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)), compare=False, repr=False)
    limit: Limit | None = None

    @property
    def is_degenerate(self) -> bool:
        """Whether the data left a parameter without a finite estimate; ``limit`` says how."""
        return self.limit is not None

    @property
    def point(self) -> Floats:
        """The parameters in their order, shape ``(k,)``."""
        return np.array([getattr(self, name) for name in self.parameters])

    @property
    def standard_errors(self) -> dict[str, float]:
        """By parameter (delta method); infinite where the data do not bound it."""
        spread = np.full(len(self.parameters), np.inf)
        if self.covariance.size:
            spread = np.sqrt(np.diag(self.covariance))
        found = zip(self.parameters, self.point, spread, strict=True)
        return {name: float(at * error) if at else np.inf for name, at, error in found}

    def draws(self, count: int, generator: np.random.Generator) -> list[Self]:
        """Models whose parameters are drawn from the estimate's normal law in the logarithms.

        Raises ``ValueError`` for a model without covariance. What is not bounded stays as it is.
        """
        if not self.covariance.size:
            raise ValueError("the model was not fitted: its uncertainty is not known")
        known = bounded(self.point, self.covariance)
        points = np.tile(self.point, (count, 1))
        if known.size:
            spread = self.covariance[np.ix_(known, known)]
            noise = generator.multivariate_normal(np.zeros(known.size), spread, count)
            points[:, known] *= np.exp(noise)
        return [self._at(point) for point in points]

    def relative_error(self, figure: Callable[[Self], float]) -> float:
        """Standard error of a figure of the model that comes of its parameters', as a share of it.

        Delta method; parameters that the data do not bound are taken as known.
        """
        return relative_error(self.point, self.covariance, lambda at: figure(self._at(at)))

    def _at(self, point: Floats) -> Self:
        named: dict[str, Any] = dict(zip(self.parameters, map(float, point), strict=True))
        return replace(self, **named)

    @classmethod
    def of(cls, found: "Estimate", data: Histories) -> Self:
        """The model of an estimate whose times are in units of the customers' mean age."""
        named = dict(zip(cls.parameters, map(float, found.point), strict=True))
        for name in cls.timed:
            named[name] *= data.mean_age
        make = cast(Callable[..., Self], cls)
        return make(
            **named,
            log_likelihood=found.value,
            customers=data.customers,
            covariance=found.covariance,
            limit=found.limit,
        )

    def p_alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Chance that a customer has not left, from 0 to 1, in the shape of the customers.

        NaN where nobody came back yet (`Limit.NOBODY_RETURNS`): that is not known then. Raises
        ``ValueError`` naming the first row that cannot be.
        """
        who = Customers.of(frequency, recency, age)
        if self.limit is Limit.NOBODY_RETURNS:
            return np.full(who.shape, np.nan)
        return who.each(self._alive(who)) if who.frequency.size else np.empty(who.shape)

    def expected_purchases(
        self, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
    ) -> Floats:
        """Mean purchases within ``horizon`` after ``age``, in the shape of the customers.

        Several horizons are broadcast against the customers; each different one takes a pass.
        Raises ``ValueError`` for a horizon that is no time or a row that cannot be.
        """
        if np.ndim(horizon) == 0:
            only = float(np.asarray(horizon, np.float64))
            return self.discounted_purchases(only, 0.0, frequency, recency, age)
        horizons, *who = np.broadcast_arrays(horizon, frequency, recency, age)
        found = np.empty(horizons.shape)
        for one in np.unique(horizons):
            rows = horizons == one
            found[rows] = self.discounted_purchases(one, 0.0, *(part[rows] for part in who))
        return found

    def discounted_purchases(
        self,
        horizon: float,
        rate: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> Floats:
        """As ``expected_purchases``, each counted as ``exp(-rate * time)``: its present value."""
        times, weights = self._moments(span(horizon), rate)
        who = Customers.of(frequency, recency, age)
        if not who.frequency.size:
            return np.empty(who.shape)
        alive, pairs = self._alive(who), Pairs.of(who.frequency, who.age)
        means = pairs.table(lambda count, ages: self._purchases(times, count, ages) @ weights)
        return who.each(lambda part: alive(part) * means[pairs.places[part]])

    def forecast(
        self,
        horizon: float,
        rate: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        age: ArrayLike,
    ) -> "Forecast":
        """Chance of being alive, purchases and their present value in one go."""
        times, weights = self._moments(span(horizon), rate)
        who = Customers.of(frequency, recency, age)
        found = np.empty((3, who.frequency.size))
        if found.size:
            alive, pairs = self._alive(who), Pairs.of(who.frequency, who.age)
            both = np.append(times, horizon)

            def means(count: float, ages: Floats) -> Floats:
                bought = self._purchases(both, count, ages)
                return np.stack([bought[:, -1], bought[:, :-1] @ weights], axis=1)

            table = np.ascontiguousarray(pairs.table(means).T)
            for part in chunks(who.frequency.size):
                places, chance = pairs.places[part], alive(part)
                found[0, part] = chance
                np.multiply(table[0][places], chance, out=found[1, part])
                np.multiply(table[1][places], chance, out=found[2, part])
        if self.limit is Limit.NOBODY_RETURNS:
            found[0] = np.nan
        return Forecast(*(row.reshape(who.shape) for row in found))

    def expected_purchases_new(self, horizon: ArrayLike) -> Floats:
        """Mean repeat purchases of a new customer within ``horizon`` of the first purchase.

        ``horizon`` may have any shape, which is that of the result.
        """
        times = np.asarray(horizon, np.float64)
        moments = np.array([span(time) for time in times.ravel()])
        new = Customers.of(0, 0, 0)
        return new.each(self._alive(new)) * self._purchases(moments, 0.0, np.zeros(1)).reshape(
            times.shape
        )

    @abstractmethod
    def simulate(
        self, generator: np.random.Generator, horizon: float, frequency: Floats, age: Floats
    ) -> Floats:
        """Numbers of purchases, drawn, of customers who are alive: shape ``(customers,)``."""

    def _moments(self, horizon: float, rate: float) -> tuple[Floats, Floats]:
        """Times and weights whose product with the purchases until then is the present value."""
        return present_value(horizon, rate)

    @abstractmethod
    def _alive(self, who: Customers) -> Rows:
        """The chance of being alive, given by slices of rows."""

    @abstractmethod
    def _purchases(self, times: Floats, frequency: float, ages: Floats) -> Floats:
        """Mean purchases within ``times`` of who is alive at ``ages``, shape ``(ages, times)``."""


def span(horizon: float) -> float:
    """The horizon itself; raises ``ValueError`` for what is no time to come."""
    if not (np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon {horizon:g} is not a time from 0 up")
    return float(horizon)
