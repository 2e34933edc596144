"""How long customers stay: Kaplan-Meier curves and the log-rank test, with censoring taken
seriously.

Who is still there has not stayed «so long» but «at least so long». The share still there is
estimated by E. L. Kaplan & P. Meier, *Nonparametric estimation from incomplete observations* (JASA
53, 1958), its variance by Greenwood's formula (1926), the interval on the log(-log) scale, which
keeps it between 0 and 1 (J. D. Kalbfleisch & R. L. Prentice, *The Statistical Analysis of Failure
Time Data*, 1980). Curves are compared by the log-rank test (N. Mantel, 1966) with the
hypergeometric variance.

All of it needs only how many left and how many were last seen at each distinct time, so a company
of a million customers is some thousand rows: ``weights`` says how many customers a row stands for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from trato.analytics.grouping import Column, Floats

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Survival:
    """A curve. All arrays have shape ``(times,)``: the distinct times at which somebody left.

    ``survival`` is the share that stays longer than the time; ``low`` and ``high`` bound it (NaN
    where nobody is left to tell). ``last`` is the longest time anybody was observed for: beyond it
    the curve is unknown. ``customers`` counts everybody, ``left`` those who were seen to leave.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    events: Floats
    customers: float
    left: float
    last: float

    @property
    def median(self) -> float | None:
        """The time that half of them do not outstay; None while more than half are there."""
        return self.quantile(0.5)

    def quantile(self, left: float) -> float | None:
        """The time by which the share ``left`` has left; None where the curve ends before."""
        return _crossing(self.times, self.survival, 1 - left)

    def at(self, times: ArrayLike) -> Floats:
        """The share still there after ``times``, in their shape; NaN beyond what was observed."""
        asked = np.asarray(times, np.float64)
        steps = np.concatenate([[1.0], self.survival])
        found = steps[np.searchsorted(self.times, asked, side="right")]
        return np.where(asked > self.last, np.nan, found)

    def mean(self, until: float | None = None) -> float:
        """The mean time spent here within ``until`` (as far as was observed, without it)."""
        end = self.last if until is None else min(until, self.last)
        inside = self.times < end
        corners = np.concatenate([[0.0], self.times[inside], [end]])
        steps = np.concatenate([[1.0], self.survival[inside]])
        return float(np.diff(corners) @ steps)


@dataclass(frozen=True, eq=False)
class LogRank:
    """``observed`` and ``expected`` leavers of each group, shape ``(groups,)``.

    ``p`` is the probability of curves at least so different if all groups were alike.
    """

    groups: Column
    observed: Floats
    expected: Floats
    statistic: float
    degrees: int
    p: float


def kaplan_meier(
    durations: ArrayLike,
    observed: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    level: float = LEVEL,
) -> Survival:
    """The share still there after each time.

    ``durations`` (any unit, from 0 up), ``observed`` (True: left at the end of the time; False:
    still there when last seen) and ``weights`` (customers a row stands for) have shape ``(rows,)``.
    Who is last seen at a time counts as at risk at that time. Raises ``ValueError`` for an empty
    table, lengths that differ, negative or unknown numbers, and a ``level`` outside 0 to 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level} is not between 0 and 1")
    time, left, weight = _checked(durations, observed, weights)
    times, events, at_risk = _counts(time, left, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.cumprod(1 - events / at_risk)
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = ndtri(0.5 + level / 2) * np.sqrt(greenwood) / np.abs(np.log(curve))
        low, high = curve ** np.exp(spread), curve ** np.exp(-spread)
    gone = curve <= 0
    low[gone] = high[gone] = np.nan
    return Survival(
        times=times,
        survival=curve,
        low=low,
        high=high,
        at_risk=at_risk,
        events=events,
        customers=float(weight.sum()),
        left=float(events.sum()),
        last=float(time[weight > 0].max()),
    )


def log_rank(
    durations: ArrayLike,
    observed: ArrayLike,
    groups: ArrayLike,
    weights: ArrayLike | None = None,
) -> LogRank:
    """Whether groups leave alike. Arguments as for `kaplan_meier`; ``groups`` has shape
    ``(rows,)``.

    Raises ``ValueError`` as `kaplan_meier`, and when there are fewer than two groups.
    """
    time, left, weight = _checked(durations, observed, weights)
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    if group.size != time.size:
        raise ValueError(f"groups has {group.size} rows but durations has {time.size}")
    if labels.size < 2:
        raise ValueError("the log-rank test compares at least two groups")
    times, place = np.unique(time, return_inverse=True)
    shape = labels.size, times.size
    cell = group * times.size + place
    seen = np.bincount(cell, weight, shape[0] * shape[1]).reshape(shape)
    events = np.bincount(cell, weight * left, shape[0] * shape[1]).reshape(shape)
    at_risk = seen[:, ::-1].cumsum(axis=1)[:, ::-1]
    return _tested(labels, events, at_risk)


def _tested(labels: Column, events: Floats, at_risk: Floats) -> LogRank:
    everybody, leavers = at_risk.sum(axis=0), events.sum(axis=0)
    used = leavers > 0
    share = at_risk[:, used] / everybody[used]
    expected = share @ leavers[used]
    observed = events.sum(axis=1)
    staying = (everybody - leavers)[used]
    factor = leavers[used] * staying / np.maximum(everybody[used] - 1, 1)
    covariance = np.diag(share @ factor) - (share * factor) @ share.T
    gap = (observed - expected)[:-1]
    degrees = labels.size - 1
    statistic = float(gap @ np.linalg.pinv(covariance[:-1, :-1]) @ gap)
    p = float(chdtrc(degrees, statistic))
    return LogRank(labels, observed, expected, statistic, degrees, p)


def _checked(
    durations: ArrayLike, observed: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    time = np.asarray(durations, np.float64)
    left = np.asarray(observed, bool).astype(np.float64)
    weight = np.ones(time.shape) if weights is None else np.asarray(weights, np.float64)
    if time.ndim != 1 or not time.size:
        raise ValueError("durations is not a column with at least one row")
    for name, column in (("observed", left), ("weights", weight)):
        if column.shape != time.shape:
            raise ValueError(f"{name} has shape {column.shape} but durations has {time.shape}")
    for name, column in (("durations", time), ("weights", weight)):
        bad = ~(np.isfinite(column) & (column >= 0))
        if bad.any():
            row = int(np.argmax(bad))
            raise ValueError(f"row {row}: {name} {column[row]} is not a number from 0 up")
    if not weight.any():
        raise ValueError("weights are all 0: there is nobody")
    return time, left, weight


def _counts(time: Floats, left: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """The times at which somebody left, how many did, and how many were there until then."""
    times, place = np.unique(time, return_inverse=True)
    seen = np.bincount(place, weight, times.size)
    events = np.bincount(place, weight * left, times.size)
    at_risk = seen[::-1].cumsum()[::-1]
    kept = events > 0
    return times[kept], events[kept], at_risk[kept]


def _crossing(times: Floats, curve: Floats, share: float) -> float | None:
    below = np.flatnonzero(curve <= share + 1e-12)
    return float(times[below[0]]) if below.size else None
