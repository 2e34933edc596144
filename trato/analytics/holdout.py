"""How good a forecast is: what was expected of weeks it had not seen, beside what happened.

Fit to the calibration weeks, forecast the holdout weeks, compare: in all, by class of frequency
and week by week (Fader, Hardie & Lee 2005, figures 2 to 4); purchases, and what they bring. The
*back-test factor*, actual over expected, is to be shown beside every forecast: models know no
season and no trend, and on real shops it was about 1.2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from trato.analytics.counting import Counting
from trato.analytics.grouping import Floats, Integers, columns

CLASSES = 7


@dataclass(frozen=True, eq=False)
class Split:
    """Customers of the calibration and what they did afterwards, one a row: shape ``(customers,)``.

    ``frequency``, ``recency`` and ``age`` are as of the day ``calibration_end``, ``actual`` counts
    the purchase days of the ``horizon`` days after it.
    """

    customer: Integers
    frequency: Integers
    recency: Integers
    age: Integers
    actual: Integers
    calibration_end: int
    horizon: int

    @property
    def histories(self) -> tuple[Integers, Integers, Integers]:
        """What a counting model is fitted to, and asked with."""
        return self.frequency, self.recency, self.age


def split(customer: ArrayLike, day: ArrayLike, calibration_end: int, end: int) -> Split:
    """Cut purchases, shape ``(purchases,)``, after the day ``calibration_end``; ``end`` is the
    last.

    Several purchases of a customer on one day are one. Raises ``ValueError`` when ``end`` is not
    after ``calibration_end``, for lengths that differ, or when nobody bought until then.
    """
    if end <= calibration_end:
        raise ValueError(f"the holdout ends on day {end}, not after day {calibration_end}")
    who, when = columns(customer=customer, day=day)
    pairs = np.unique(np.stack([who, when]).astype(np.int64), axis=1)
    before = pairs[:, pairs[1] <= calibration_end]
    if not before.size:
        raise ValueError(f"nobody bought until day {calibration_end}")
    found, first = np.unique(before[0], return_index=True)
    final = np.append(first[1:], before.shape[1]) - 1
    held = pairs[0, (pairs[1] > calibration_end) & (pairs[1] <= end)]
    held = held[np.isin(held, found)]
    actual = np.bincount(np.searchsorted(found, held), minlength=found.size)
    start = before[1, first]
    return Split(
        found,
        final - first,
        before[1, final] - start,
        calibration_end - start,
        actual,
        calibration_end,
        end - calibration_end,
    )


@dataclass(frozen=True, eq=False)
class Spent:
    """Money of each customer of a `Split`, shape ``(customers,)``: of the first day, of the other
    days of the calibration, and of the holdout."""

    first: Floats
    repeated: Floats
    held: Floats

    @property
    def before(self) -> Floats:
        """Until the end of the calibration."""
        return self.first + self.repeated


def spent(history: Split, customer: ArrayLike, day: ArrayLike, amount: ArrayLike) -> Spent:
    """Add up the amounts of purchases, shape ``(purchases,)``: those that were split.

    Who is not in the split does not count, nor what came after the holdout. Raises ``ValueError``
    for lengths that differ.
    """
    who, when, money = columns(customer=customer, day=day, amount=amount)
    place = np.minimum(np.searchsorted(history.customer, who), history.customer.size - 1)
    since = when - history.calibration_end
    counts = (history.customer[place] == who) & (since <= history.horizon)
    is_first = since == -history.age[place]
    parts = (is_first, ~is_first & (since <= 0), since > 0)
    size = history.customer.size
    return Spent(*(np.bincount(place, np.where(counts & part, money, 0.0), size) for part in parts))


@dataclass(frozen=True)
class FrequencyClass:
    """Customers who had bought ``frequency`` times again (``or_more``): means of the holdout."""

    frequency: int
    or_more: bool
    customers: int
    expected: float
    actual: float


@dataclass(frozen=True)
class Backtest:
    """What was expected of a holdout and what came, and the errors customer by customer.

    ``factor`` is actual over expected, ``factor_error`` its standard error over customers (delta
    method); ``rank_correlation`` is Spearman's.
    """

    customers: int
    expected: float
    actual: float
    factor: float
    factor_error: float
    mean_absolute_error: float
    root_mean_square_error: float
    rank_correlation: float
    classes: tuple[FrequencyClass, ...]


def backtest(model: Counting, history: Split) -> Backtest:
    """Compare the purchases that a model fitted to the calibration expects with the holdout's."""
    expected = model.expected_purchases(history.horizon, *history.histories)
    return compared(history, expected, history.actual.astype(np.float64))


def compared(history: Split, expected: Floats, actual: Floats) -> Backtest:
    """Of each customer, shape ``(customers,)``: purchases, or money.

    Where nothing was expected the ``factor`` is 1 if nothing happened and infinite if something
    did; without any difference between customers the ``rank_correlation`` is 0.
    """
    error, total = expected - actual, float(expected.sum())
    factor = float(actual.sum()) / total if total else (np.inf if actual.any() else 1.0)
    spread = float(np.sqrt(((actual - factor * expected) ** 2).sum())) / total if total else np.inf
    return Backtest(
        customers=actual.size,
        expected=total,
        actual=float(actual.sum()),
        factor=factor,
        factor_error=spread,
        mean_absolute_error=float(np.abs(error).mean()),
        root_mean_square_error=float(np.sqrt((error**2).mean())),
        rank_correlation=_rank_correlation(expected, actual),
        classes=_classes(history.frequency, expected, actual),
    )


def _classes(frequency: Integers, expected: Floats, actual: Floats) -> tuple[FrequencyClass, ...]:
    grade = np.minimum(frequency, CLASSES)
    counts = np.bincount(grade)
    sums = (np.bincount(grade, expected), np.bincount(grade, actual))
    return tuple(
        FrequencyClass(
            int(at),
            bool(at == CLASSES),
            int(counts[at]),
            *(float(s[at] / counts[at]) for s in sums),
        )
        for at in np.flatnonzero(counts)
    )


def _rank_correlation(first: Floats, second: Floats) -> float:
    ranks = [rankdata(values) for values in (first, second)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


@dataclass(frozen=True, eq=False)
class Tracking:
    """Repeat purchases of all customers until the end of each week, shape ``(weeks,)``."""

    day: Integers
    expected: Floats
    actual: Integers


def tracking(model: Counting, customer: ArrayLike, day: ArrayLike, end: int) -> Tracking:
    """Cumulative repeat purchases week by week, expected and actual, from the first day to ``end``.

    ``customer`` and ``day`` have shape ``(purchases,)``; the model's unit of time is the day. A
    customer counts from the first purchase on, expected as a new one: the model sees none of what
    happened. Raises ``ValueError`` for lengths that differ or an ``end`` before the first purchase.
    """
    who, when = columns(customer=customer, day=day)
    pairs = np.unique(np.stack([who, when]).astype(np.int64), axis=1)
    pairs = pairs[:, pairs[1] <= end]
    if not pairs.size:
        raise ValueError(f"nobody bought until day {end}")
    is_first = np.diff(pairs[0], prepend=pairs[0, 0] - 1) != 0
    begin = int(pairs[1].min())
    weeks = np.arange(begin + 6, end + 1, 7)
    starts = np.bincount(pairs[1, is_first] - begin, minlength=end - begin + 1)
    grown = model.expected_purchases_new(np.arange(end - begin + 1))
    expected = np.convolve(starts, grown)[weeks - begin]
    actual = np.searchsorted(np.sort(pairs[1, ~is_first]), weeks, side="right")
    return Tracking(weeks, expected, actual)
