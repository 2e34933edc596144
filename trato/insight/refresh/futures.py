"""How sure the values are: of each customer, and of all together."""

from dataclasses import dataclass

import numpy as np
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

    def rows(self, wanted: Column) -> "Known":
        return Known(**{name: values[wanted] for name, values in self.__dict__.items()})


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


def futures(model: LifetimeValue, known: Known) -> Futures:
    """Drawn for some, with the same luck every time, and taken over from the most alike by all."""
    generator = np.random.default_rng(1)
    rows = np.arange(known.value.size)
    if rows.size > _DRAWN:
        rows = np.sort(generator.choice(rows, _DRAWN, replace=False))
    some = known.rows(rows)
    drawn = model.simulate(*some.history, generator, _DRAWS)
    low, high = drawn.interval(LEVEL)
    of_value = np.stack([low, high, drawn.values.std(axis=0)])
    of_purchases = drawn.purchases.std(axis=0)
    if rows.size < known.value.size:
        of_value, of_purchases = _as_the_most_alike(known, rows, of_value, of_purchases)
    horizon = model.terms.horizon
    # What is sold at a loss is worth the less the more of it is bought.
    ends = np.sort(of_value[:2] * known.earned, axis=0)
    return Futures(
        ends[0],
        ends[1],
        of_value[2] * np.abs(known.earned),
        of_purchases,
        model.relative_error(*some.history, some.earned),
        model.counting.relative_error(
            lambda at: float(at.expected_purchases(horizon, *some.history[:3]).sum())
        ),
    )


def _as_the_most_alike(
    known: Known, rows: Column, of_value: Floats, of_purchases: Floats
) -> tuple[Floats, Floats]:
    alike = np.stack(
        [known.alive * 5, np.log1p(known.purchases), np.log1p(known.frequency)], axis=1
    )
    _far, nearest = KDTree(alike[rows]).query(alike, workers=2)
    share = known.value / np.maximum(known.value[rows][nearest], 1e-12)
    return of_value[:, nearest] * share, of_purchases[nearest]


def told_of_all(known: Known, found: Futures) -> dict[str, dict[str, float]]:
    """The sums and where they fall in four of five futures: narrower than the sum of the ends."""
    return {
        "lifetime_value": _told(
            float((known.value * known.earned).sum()), found.value_spread, found.value_error
        ),
        "expected_purchases": _told(
            float(known.purchases.sum()), found.purchases_spread, found.purchases_error
        ),
    }


def _told(total: float, spread: Floats, error: float) -> dict[str, float]:
    low, high = sum_interval(total, float(spread @ spread) + (error * total) ** 2, LEVEL)
    return {"total": total, "low": low, "high": high, "model_error": error}
