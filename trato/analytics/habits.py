"""Habits: each customer's rhythm with its uncertainty, what is due, and habits that break.

The rhythm is worked out by `trato.analytics.rhythm`. A habit is strong when it was repeated often
(about twenty times make one), at regular gaps, on the same weekday and by the same channel.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from scipy import stats

from trato.analytics import calendar, columns, rhythm, runs
from trato.analytics.rhythm import Column, Company, Forecast

LOW, DUE, HIGH = 0.1, 0.5, 0.9
# Who has left with this probability is taken as left; a strong habit is broken earlier.
RISK, BROKEN = 0.5, 0.25
# Repetitions after which a habit has reached 95 % of what it becomes.
REPETITIONS = 20
STRONG = 0.3
# How far «does not come back» looks ahead, and the silence that a fixed rule waits for.
AHEAD, FIXED_RULE = 90, 90
# A stage that nothing but time ends lasts a week at least.
LEAST_STAY = 7
FIRST_LOOK = 182


def learn(days: pa.Table, as_of: date) -> Company:
    """What the company's rhythm was at any time up to ``as_of``: for `rhythms` and for
    `journey.trace`, which learn it themselves unless they are given it."""
    end = calendar.number(as_of)
    return rhythm.learn(*until(days, end), end)


def rhythms(
    days: pa.Table,
    as_of: date,
    context: pa.Table | None = None,
    risk: float = RISK,
    learnt: Company | None = None,
) -> pa.Table:
    """One row a customer of ``days`` (see `purchases.DAYS`), sorted by customer.

    ``rhythm_days`` is the median of the next gap, ``rhythm_low`` and ``rhythm_high`` its 10 % and
    90 % quantiles. ``next_due``, ``late_on`` (nine of ten would be back) and ``lapse_on`` are days:
    the customer is taken as left from the day on which the probability of that reaches ``risk``.
    ``risk`` is that probability on ``as_of``, ``absence`` the one of buying nothing in the next
    `AHEAD` days. ``habit`` is from 0 to 1; ``habit_broken`` says that a strong one (`STRONG`) has
    fallen silent until leaving has the probability `BROKEN`. ``context`` is `Purchases.table`;
    ``learnt`` is what `learn` found in the same ``days`` as of the same day.
    """
    end = calendar.number(as_of)
    customer, day = until(days, end)
    company = learnt or rhythm.learn(customer, day, end)
    found = [_last(company, known, end, risk) for known in rhythm.blocks(customer, day)]
    return _with_habit(pa.concat_tables(found), context)


def until(days: pa.Table, end: int) -> tuple[Column, Column]:
    """Customer and day of the purchases up to the day ``end``."""
    customer, day = days[columns.CUSTOMER].to_numpy(), days[columns.DAY].to_numpy()
    then = day <= end
    return (customer, day) if then.all() else (customer[then], day[then])


def _last(company: Company, known: rhythm.Running, end: int, risk: float) -> pa.Table:
    begins = runs.starts(known.customer)
    known = known.rows(begins + runs.lengths(begins, known.customer.size) - 1)
    forecast = company.forecast(known)
    due_on, late_on, lapse_on = dates(company, forecast, known.day, risk)
    silent = (end - known.day).astype(np.float64)
    return pa.table(
        {
            columns.CUSTOMER: known.customer,
            "rhythm_days": company.days(forecast, DUE),
            "rhythm_low": company.days(forecast, LOW),
            "rhythm_high": company.days(forecast, HIGH),
            "next_due": due_on,
            "late_on": late_on,
            "lapse_on": lapse_on,
            "risk": company.left(forecast, silent),
            "absence": company.absent(forecast, silent, AHEAD),
            "repetitions": known.number.astype(np.int32),
            "steadiness": np.exp(-forecast.scatter),
        }
    )


def dates(
    company: Company, forecast: Forecast, day: Column, risk: float = RISK
) -> tuple[Column, Column, Column]:
    """The days on which the next purchase is due, late and no longer awaited, in this order.

    In the first half year of the company's history nobody is taken as left: who comes back after
    months has not been seen yet.
    """
    lapse = company.lapse(forecast, risk)
    due = day + np.maximum(np.rint(company.days(forecast, DUE)), 1)
    late = np.maximum(day + np.ceil(company.days(forecast, HIGH)), due + 1)
    gone = np.maximum(day + np.ceil(lapse), np.maximum(late, day + LEAST_STAY) + LEAST_STAY)
    gone = np.maximum(gone, company.first * rhythm.PERIOD + FIRST_LOOK)
    return _whole(due), _whole(late), _whole(gone)


def _whole(day: Column) -> Column:
    return np.minimum(day, np.iinfo(np.int32).max).astype(np.int32)


def _with_habit(table: pa.Table, context: pa.Table | None) -> pa.Table:
    repeated = 1 - np.exp(-3 * table["repetitions"].to_numpy() / REPETITIONS)
    steady = table["steadiness"].to_numpy()
    if context is not None:
        weekday = _beyond_chance(_matched(table, context, "weekday_share"), 1 / 7)
        channel = np.nan_to_num(_matched(table, context, "channel_share"))
        steady = steady / 2 + weekday / 4 + channel / 4
    strength = repeated * steady
    broken = (strength >= STRONG) & (table["risk"].to_numpy() >= BROKEN)
    return table.append_column("habit", pa.array(strength)).append_column(
        "habit_broken", pa.array(broken)
    )


def _matched(table: pa.Table, context: pa.Table, name: str) -> Column:
    """A column of ``context`` for the customers of ``table``; NaN where there is none."""
    customer, known = table[columns.CUSTOMER].to_numpy(), context[columns.CUSTOMER].to_numpy()
    if not known.size:
        return np.full(customer.size, np.nan)
    place = np.minimum(np.searchsorted(known, customer), known.size - 1)
    return np.where(known[place] == customer, context[name].to_numpy()[place], np.nan)


def _beyond_chance(share: Column, chance: float) -> Column:
    return np.nan_to_num(np.clip((share - chance) / (1 - chance), 0, 1))


@dataclass(frozen=True, slots=True)
class Alerts:
    """How well alerts named those who did not come back; ``auc`` of the order behind the alerts."""

    alerts: int
    precision: float
    recall: float
    auc: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Alerts on held-out weeks: the fixed rule, and ours with as many alerts; of customers with a
    strong habit the fixed rule and broken habits. ``absent`` is the share that did not come back,
    ``foreseen`` the mean of what was foreseen."""

    looks: int
    absent: float
    foreseen: float
    rule: Alerts
    ours: Alerts
    habit_rule: Alerts
    habit_broken: Alerts


def evaluate(
    days: pa.Table, first_look: date, last_look: date, every: int = 7, horizon: int = AHEAD
) -> Trial:
    """Looks at every customer with two purchases or more on each ``every``-th day from
    ``first_look`` to ``last_look``, learning only from what was before, and compares with who
    bought in the next ``horizon`` days. Raises ``ValueError`` if there is nothing to look at."""
    begin, end = calendar.number(first_look), calendar.number(last_look)
    seen = np.concatenate([_look(days, on, horizon) for on in range(begin, end + 1, every)], axis=1)
    gone, silent, absence, risk, habit = seen
    if gone.min(initial=1) == gone.max(initial=0):
        raise ValueError("Nobody, or everybody, came back.")
    rule = silent > FIXED_RULE
    as_many = np.zeros(rule.size, dtype=bool)
    as_many[np.argsort(-absence, kind="stable")[: rule.sum()]] = True
    strong = habit >= STRONG
    return Trial(
        looks=gone.size,
        absent=float(gone.mean()),
        foreseen=float(absence.mean()),
        rule=_alerts(gone, rule, silent),
        ours=_alerts(gone, as_many, absence),
        habit_rule=_alerts(gone[strong], rule[strong], silent[strong]),
        habit_broken=_alerts(gone[strong], risk[strong] >= BROKEN, absence[strong]),
    )


def _look(days: pa.Table, on: int, horizon: int) -> Column:
    customer, day = until(days, on + horizon)
    later = np.unique(customer[day > on])
    customer, day = customer[day <= on], day[day <= on]
    company = rhythm.learn(customer, day, on)
    found = []
    for known in rhythm.blocks(customer, day):
        begins = runs.starts(known.customer)
        last = known.rows(begins + runs.lengths(begins, known.customer.size) - 1)
        last = last.rows(last.number > 0)
        forecast, silent = company.forecast(last), (on - last.day).astype(np.float64)
        repeated = 1 - np.exp(-3 * last.number / REPETITIONS)
        absence = company.absent(forecast, silent, horizon)
        risk, habit = company.left(forecast, silent), repeated * np.exp(-forecast.scatter)
        found.append([~np.isin(last.customer, later), silent, absence, risk, habit])
    return np.concatenate(found, axis=1)


def _alerts(gone: Column, alert: Column, order: Column) -> Alerts:
    right, lost = int((alert * gone).sum()), int(gone.sum())
    ranks = stats.rankdata(order)[gone > 0].sum()
    pairs = lost * (gone.size - lost)
    return Alerts(
        alerts=int(alert.sum()),
        precision=right / max(int(alert.sum()), 1),
        recall=right / max(lost, 1),
        auc=float(ranks - lost * (lost + 1) / 2) / pairs if pairs else float("nan"),
    )
