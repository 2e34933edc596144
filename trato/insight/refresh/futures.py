"""How sure the values are: of each customer, and of all together."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.spatial import KDTree

from trato.analytics.grouping import Floats
from trato.analytics.lifetime import LifetimeValue
from trato.analytics.runs import Column
from trato.analytics.uncertainty import sum_interval

LEVEL = 0.8
# So many customers' futures are drawn; the others have the interval of the most alike.
_DRAWN, _DRAWS = 4_000, 400


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of each customer, shape ``(customers,)``: history, what a purchase of theirs
    was worth, the margin of it, and what is expected from that."""

    frequency: Column
    recency: Column
    age: Column
    monetary: Column
    earned: Column
    alive: Column
    purchases: Column
    value: Column

    @property
    def history(self) -> tuple[Column, Column, Column, Column]:
        return self.frequency, self.recency, self.age, self.monetary


@dataclass(frozen=True, eq=False)
class Futures:
    """Of each customer between which ends the value falls in four of five futures, and the standard
    deviations of value and purchases; the errors are those of the models, shared by all."""

    low: Floats
    high: Floats
    value_spread: Floats
    purchases_spread: Floats
    value_error: float
    purchases_error: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """The futures of some customers, shape ``(drawn,)``, as shares of what is expected of each.

    ``alike``, shape ``(drawn, 3)``, is where they lie among all; the errors are those of `Futures`.
    """

    alike: Floats
    low: Floats
    high: Floats
    value_spread: Floats
    purchases_spread: Floats
    value_error: float
    purchases_error: float

    def of(self, known: Known) -> Futures:
        """Taken over from the most alike, so that nobody's depend on who else is asked for."""
        _far, nearest = KDTree(self.alike).query(_alike(known), workers=2)
        # What is sold at a loss is worth the less the more of it is bought.
        ends = np.stack([self.low[nearest], self.high[nearest]]) * known.value * known.earned
        low, high = np.sort(ends, axis=0)
        return Futures(
            low,
            high,
            self.value_spread[nearest] * known.value * np.abs(known.earned),
            self.purchases_spread[nearest],
            self.value_error,
            self.purchases_error,
        )


def sample(customers: int) -> Column:
    """Whose futures are drawn, with the same luck every time."""
    if customers <= _DRAWN:
        return np.arange(customers)
    return np.sort(np.random.default_rng(1).choice(customers, _DRAWN, replace=False))


def draw(model: LifetimeValue, some: Known) -> Drawn:
    """The futures of the customers of a `sample`."""
    drawn = model.simulate(*some.history, np.random.default_rng(1), _DRAWS)
    low, high = drawn.interval(LEVEL)
    whole = np.maximum(some.value, 1e-12)
    horizon = model.terms.horizon
    return Drawn(
        _alike(some),
        low / whole,
        high / whole,
        drawn.values.std(axis=0) / whole,
        drawn.purchases.std(axis=0),
        model.relative_error(*some.history, some.earned),
        model.counting.relative_error(
            lambda at: float(at.expected_purchases(horizon, *some.history[:3]).sum())
        ),
    )


def _alike(known: Known) -> Floats:
    return np.stack([known.alive * 5, np.log1p(known.purchases), np.log1p(known.frequency)], axis=1)


def told_of_all(table: pa.Table, drawn: Drawn) -> dict[str, dict[str, float]]:
    """The sums of a table with the columns of values, and where they fall in four of five futures:
    narrower than the sum of the ends."""
    errors = {"lifetime_value": drawn.value_error, "expected_purchases": drawn.purchases_error}
    return {
        name: _told(_numbers(table, name), _numbers(table, f"{name}_spread"), error)
        for name, error in errors.items()
    }


def _numbers(table: pa.Table, name: str) -> Floats:
    """Without those of whom nothing is known."""
    return np.asarray(np.nan_to_num(table[name].combine_chunks().to_numpy(zero_copy_only=False)))


def _told(values: Floats, spread: Floats, error: float) -> dict[str, float]:
    total = float(values.sum())
    low, high = sum_interval(total, float(spread @ spread) + (error * total) ** 2, LEVEL)
    return {"total": total, "low": low, "high": high, "model_error": error}
