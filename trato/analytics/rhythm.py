"""The rhythm of purchases: when each customer's next one is due, worked out from what was known
then.

Logarithms of the gaps between a customer's purchases scatter around the customer's own mean, and
the means around the company's (hierarchical log-normal). Before purchase ``n + 1`` the forecast of
the log gap has the centre and scale

    centre = (k m + sum(y)) / (k + n),   scale² = (v s² + Q) / (v + n - 1) (1 + 1/(k + n)),

``y`` the last `REMEMBERED` log gaps and ``Q`` their squared scatter; ``m``, the spread ``t²`` of
the customers' means, the scatter ``s²`` within a customer, ``k = s²/t²`` and ``v`` (how alike
customers are in regularity) are the company's. What is left, the shape of (log gap - centre)/scale,
is not assumed but counted: quantiles are those of the company's earlier forecast errors for
customers with about as many purchases, so that a stated chance is the chance that was seen.

Everything of the company is learnt again every four weeks from gaps that were complete by then; so
a forecast uses only what was known on the day of the purchase, and a later look changes none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from trato.analytics import runs

type Column = NDArray[Any]

PERIOD = 28
REMEMBERED = 20
BLOCK = 1 << 17
# Classes of customers by how many gaps they have shown: 0, 1, 2-3, 4-11, 12 and more.
CLASSES = np.array([1, 2, 4, 12])
# Until a company has history, it is taken for one like this, which counts as so many customers.
PRETENDED = 40.0
USUAL_GAP, SPREAD, SCATTER, ALIKE, LEAVING = np.log(30.0), 0.8, 0.6, 8.0, 0.1
# Forecast errors are counted in steps from -EDGE to EDGE.
EDGE, STEPS = 8.0, 800
# First gaps are counted by the logarithm of their days, in hundredths, up to 200 years.
FINE, FIRST_STEPS = 100, 1120
LEVELS = 1000
LEAST_LEVEL = 0.75
# The middle of each step.
_EDGES = np.linspace(-EDGE, EDGE, STEPS + 1) + EDGE / STEPS


@dataclass(frozen=True, eq=False)
class Running:
    """Purchases of whole customers with what each one's gaps have been until then."""

    customer: Column
    day: Column
    number: Column
    gap: Column
    log_gap: Column
    count: Column
    mean: Column
    scatter: Column

    def rows(self, wanted: Column) -> "Running":
        return Running(**{name: values[wanted] for name, values in self.__dict__.items()})

    @property
    def kind(self) -> Column:
        return np.searchsorted(CLASSES, self.number, side="right")


def blocks(customer: Column, day: Column) -> Iterator[Running]:
    """Purchases sorted by customer and day, in pieces that bound the memory."""
    begin = 0
    while True:
        end = begin + BLOCK
        if end < customer.size:
            end = int(np.searchsorted(customer, customer[end - 1], side="right"))
        yield _running(customer[begin:end], day[begin:end])
        if end >= customer.size:
            return
        begin = end


def _running(customer: Column, day: Column) -> Running:
    number = runs.within(runs.starts(customer), customer.size)
    gap = np.diff(day, prepend=day[:1]).astype(np.float64)
    gap[number == 0] = 1.0
    log_gap = np.log(gap)
    count = np.minimum(number, REMEMBERED)
    before = np.arange(number.size) - count
    total, squares = np.cumsum(log_gap), np.cumsum(log_gap**2)
    total, squares = total - total[before], squares - squares[before]
    mean = total / np.maximum(count, 1)
    scatter = np.maximum(squares - total * mean, 0.0)
    return Running(customer, day, number, gap, log_gap, count, mean, scatter)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Of the log gap after each purchase; ``period`` and ``kind`` say whose errors apply.

    ``scatter`` is the variance of the customer's own log gaps, ``scale`` that of the forecast.
    """

    centre: Column
    scatter: Column
    scale: Column
    period: Column
    kind: Column


@dataclass(frozen=True, eq=False)
class Company:
    """What has been learnt by the beginning of each period of four weeks, from ``first`` on.

    ``gap``, ``spread``, ``scatter``, ``alike``: shape (periods,). ``away``: the share of customers
    who are not back yet at an error of the forecast, shape (periods, classes, steps); its end is
    the share that never comes back. ``errors`` of those who do, (periods, classes, levels).
    """

    first: int
    gap: Column
    spread: Column
    scatter: Column
    alike: Column
    away: Column
    errors: Column

    def forecast(self, known: Running) -> Forecast:
        """What was learnt holds on until it is learnt again, and for days before the first."""
        period = period_of(known.day, self.first, self.gap.size)
        weight = (self.scatter / self.spread)[period]
        sure = weight + known.count
        centre = (weight * self.gap[period] + known.mean * known.count) / sure
        alike = self.alike[period]
        scatter = (alike * self.scatter[period] + known.scatter) / (
            alike + np.maximum(known.count - 1, 0)
        )
        return Forecast(centre, scatter, np.sqrt(scatter * (1 + 1 / sure)), period, known.kind)

    def days(self, forecast: Forecast, level: float | Column) -> Column:
        """After how many days a customer who comes back has done so with the chance ``level``."""
        place = np.clip(np.rint(np.asarray(level) * LEVELS).astype(np.int64), 1, LEVELS - 1)
        error = self.errors[forecast.period, forecast.kind, place]
        return np.asarray(np.exp(forecast.centre + forecast.scale * error))

    def absent(self, forecast: Forecast, silent: Column, horizon: int) -> Column:
        """The probability that a customer silent for so many days buys nothing in the next
        ``horizon`` days either."""
        then, now = self._away(forecast, silent + horizon), self._away(forecast, silent)
        return np.asarray(then / now)

    def left(self, forecast: Forecast, silent: Column) -> Column:
        """The probability that a customer silent for so many days never comes back."""
        return np.asarray(self._never(forecast) / self._away(forecast, silent))

    def lapse(self, forecast: Forecast, risk: float) -> Column:
        """After how many days having left reaches the probability ``risk``; not before three of
        four who come back have."""
        place = (self.away > self.away[..., -1:] / risk).sum(axis=-1)
        error = _EDGES[place][forecast.period, forecast.kind]
        reached = np.exp(forecast.centre + forecast.scale * error)
        return np.asarray(np.maximum(reached, self.days(forecast, LEAST_LEVEL)))

    def _away(self, forecast: Forecast, days: Column) -> Column:
        error = _errors(np.maximum(days, 0.5), forecast.centre, forecast.scale)
        return np.asarray(self.away[forecast.period, forecast.kind, _step(error)])

    def _never(self, forecast: Forecast) -> Column:
        return np.asarray(self.away[forecast.period, forecast.kind, -1])


def period_of(day: Column, first: int, count: int) -> Column:
    """The place of each day's period among ``count`` of them, the nearest for days beyond."""
    return np.asarray(np.clip(day // PERIOD - first, 0, count - 1))


def learn(customer: Column, day: Column, end: int) -> Company:
    """From purchases sorted by customer and day, none after ``end``."""
    first = int(day.min()) // PERIOD if day.size else end // PERIOD
    periods = end // PERIOD - first + 1
    company = _moments(customer, day, first, periods)
    return _with_errors(company, customer, day)


def _moments(customer: Column, day: Column, first: int, periods: int) -> Company:
    sums = np.zeros((7, periods))
    for known in blocks(customer, day):
        sums += _block_moments(known, first, periods)
    firsts, gaps, squares, residuals, scatter, pairs, products = _before(sums)
    firsts, residuals, pairs = firsts + PRETENDED, residuals + PRETENDED, pairs + PRETENDED
    gap = (gaps + PRETENDED * USUAL_GAP) / firsts
    within = (scatter + PRETENDED * SCATTER) / residuals
    around = squares + PRETENDED * (USUAL_GAP**2 + SPREAD + SCATTER)
    spread = np.maximum(around / firsts - gap**2 - within, 0.05 * within)
    # The variances of one customer's residuals go together as far as customers differ in them.
    together = (products + PRETENDED * SCATTER**2 * (1 + 2 / (ALIKE - 4))) / pairs
    alike = 4 + 2 / np.clip(together / within**2 - 1, 0.05, 2.0)
    empty = np.empty(0)
    return Company(first, gap, spread, within, alike, empty, empty)


def _block_moments(known: Running, first: int, periods: int) -> Column:
    """By period: first gaps, their sum and squares; residuals, their squares; pairs, products."""
    period = known.day // PERIOD - first
    once = known.number == 1
    residual = np.zeros(known.day.size)
    before = known.count[:-1]
    residual[1:] = (known.log_gap[1:] - known.mean[:-1]) ** 2 * before / (before + 1)
    again, pair = known.number >= 2, known.number >= 3
    product = np.zeros(known.day.size)
    product[1:] = residual[1:] * residual[:-1]
    wanted = (
        (once, None),
        (once, known.log_gap),
        (once, known.log_gap**2),
        (again, None),
        (again, residual),
        (pair, None),
        (pair, product),
    )
    return np.stack(
        [
            np.bincount(period[rows], None if what is None else what[rows], periods)
            for rows, what in wanted
        ]
    )


def _before(counts: Column) -> Column:
    """Sums of all earlier periods, along the last axis."""
    return np.cumsum(counts, axis=-1) - counts


def _with_errors(company: Company, customer: Column, day: Column) -> Company:
    """Counts how far beyond the forecast customers came back, or are still away, and estimates by
    Kaplan and Meier's product how many are away at each error."""
    shape = (company.gap.size, CLASSES.size + 1, STEPS + 1)
    back, waiting = np.zeros(shape), np.zeros(shape)
    first_back, first_waiting = np.zeros((2, company.gap.size, FIRST_STEPS))
    for known in blocks(customer, day):
        forecast = company.forecast(known)
        gaps = _gaps(company, known)
        for counts, firsts, (rows, period, days) in (
            (back, first_back, gaps[0]),
            (waiting, first_waiting, gaps[1]),
        ):
            error = _errors(days, forecast.centre[rows], forecast.scale[rows])
            place = (period * shape[1] + forecast.kind[rows]) * shape[2] + _step(error)
            counts += np.bincount(place, minlength=counts.size).reshape(shape)
            once = forecast.kind[rows] == 0
            place = period[once] * FIRST_STEPS + (np.log(days[once]) * FINE).astype(np.int64)
            firsts += np.bincount(place, minlength=firsts.size).reshape(firsts.shape)
    back = np.cumsum(back, axis=0) - back
    back[:, 0] = _in_errors(company, np.cumsum(first_back, axis=0) - first_back)
    waiting[:, 0] = _in_errors(company, first_waiting)
    normal = np.diff(special.ndtr(np.linspace(-EDGE, EDGE, STEPS + 2)))
    back += PRETENDED * (1 - LEAVING) * normal
    waiting[..., -1] += PRETENDED * LEAVING
    watched = np.cumsum((back + waiting)[..., ::-1], axis=-1)[..., ::-1]
    away = np.cumprod(1 - back / watched, axis=-1)
    returned = (1 - away) / (1 - away[..., -1:])
    return replace(company, away=away, errors=_levels(returned))


def _in_errors(company: Company, counts: Column) -> Column:
    """First gaps by the logarithm of their days, as errors of each period's own forecast.

    All first gaps have the same forecast, so those of long ago can be measured by what is known
    now. By what was known then, when only short gaps were complete, the same silence was a larger
    error, and who bought once would seem to come back after years.
    """
    log_days = (np.arange(FIRST_STEPS) + 0.5) / FINE
    scale = np.sqrt(company.scatter + company.spread)
    step = _step((log_days - company.gap[:, None]) / scale[:, None])
    place = step + np.arange(company.gap.size)[:, None] * (STEPS + 1)
    size = company.gap.size * (STEPS + 1)
    return np.bincount(place.ravel(), counts.ravel(), size).reshape(-1, STEPS + 1)


def _gaps(company: Company, known: Running) -> list[tuple[Column, Column, Column]]:
    """Gaps that ended, with the period in which they did, and gaps open at the beginning of a
    period, with that period: (row of the purchase before, period, days)."""
    ended = np.flatnonzero(known.number) - 1
    period = known.day // PERIOD - company.first
    until = np.full(known.day.size, company.gap.size - 1)
    until[ended] = period[ended + 1]
    times = until - period
    rows = np.repeat(np.arange(known.day.size), times)
    begins = np.cumsum(times) - times
    later = np.arange(rows.size) - begins[rows] + period[rows] + 1
    silent = (later + company.first) * PERIOD - known.day[rows]
    return [(ended, period[ended + 1], known.gap[ended + 1]), (rows, later, silent)]


def _errors(days: Column, centre: Column, scale: Column) -> Column:
    return np.asarray((np.log(days) - centre) / scale)


def _step(error: Column) -> Column:
    return np.clip((error + EDGE) / (2 * EDGE) * STEPS, 0, STEPS).astype(np.int64)


def _levels(chances: Column) -> Column:
    """The error at each level: the inverse of the chances."""
    rows = chances.reshape(-1, chances.shape[-1])
    levels = np.arange(LEVELS + 1) / LEVELS
    found = np.stack([np.interp(levels, row, _EDGES) for row in rows])
    return found.reshape(*chances.shape[:-1], LEVELS + 1)
