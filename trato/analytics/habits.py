"""Habits: each customer's rhythm with its uncertainty, what is due, and habits that break.

The rhythm is worked out by `trato.analytics.rhythm`. A habit is strong when it was repeated often
(about twenty times make one), at regular gaps, on the same weekday and by the same channel.
"""

from datetime import date

import numpy as np
import pyarrow as pa

from trato.analytics import calendar, columns, rhythm, runs
from trato.analytics.rhythm import Column, Company

LOW, DUE, HIGH = 0.1, 0.5, 0.9
RISK = 0.5
# Repetitions after which a habit has reached 95 % of what it becomes.
REPETITIONS = 20
STRONG = 0.3


def rhythms(
    days: pa.Table,
    as_of: date,
    context: pa.Table | None = None,
    risk: float = RISK,
    company: Company | None = None,
) -> pa.Table:
    """One row a customer of ``days`` (see `purchases.DAYS`), sorted by customer.

    ``rhythm_days`` is the median of the next gap, ``rhythm_low`` and ``rhythm_high`` its 10 % and
    90 % quantiles; ``next_due`` and ``lapse_on`` are days: the customer is taken as left from the
    day on which the probability of having left reaches ``risk``. ``risk`` is that probability on
    ``as_of``. ``habit`` is from 0 to 1; ``habit_broken`` says that a strong habit is silent for
    longer than nine of ten of the customer's gaps. ``context`` is `Purchases.table`.
    """
    end = calendar.number(as_of)
    customer, day = days[columns.CUSTOMER].to_numpy(), days[columns.DAY].to_numpy()
    then = day <= end
    if not then.all():
        customer, day = customer[then], day[then]
    company = company or rhythm.learn(customer, day, end)
    found = [_last(company, known, end, risk) for known in rhythm.blocks(customer, day)]
    return _with_habit(pa.concat_tables(found), context)


def _last(company: Company, known: rhythm.Running, end: int, risk: float) -> pa.Table:
    begins = runs.starts(known.customer)
    last = begins + runs.lengths(begins, known.customer.size) - 1
    known = rhythm.Running(**{name: values[last] for name, values in known.__dict__.items()})
    forecast = company.forecast(known)
    median = company.days(forecast, DUE)
    lapse = company.days(forecast, company.lapse_level(forecast, risk))
    high = company.days(forecast, HIGH)
    due_on, late_on, lapse_on = dates(known.day, median, high, lapse)
    return pa.table(
        {
            columns.CUSTOMER: known.customer,
            "rhythm_days": median,
            "rhythm_low": company.days(forecast, LOW),
            "rhythm_high": high,
            "next_due": due_on,
            "late_on": late_on,
            "lapse_on": lapse_on,
            "risk": company.left(forecast, (end - known.day).astype(np.float64)),
            "repetitions": known.number.astype(np.int32),
            "steadiness": np.exp(-forecast.scatter),
            "is_late": end >= late_on,
        }
    )


def dates(day: Column, median: Column, high: Column, lapse: Column) -> tuple[Column, ...]:
    """The days on which the next purchase is due, late, and no longer awaited: each after the
    other."""
    due = day + np.maximum(np.rint(median), 1)
    late = np.maximum(day + np.ceil(high), due + 1)
    gone = np.maximum(day + np.ceil(lapse), late + 1)
    return tuple(np.minimum(when, 2**31 - 1).astype(np.int32) for when in (due, late, gone))


def _with_habit(table: pa.Table, context: pa.Table | None) -> pa.Table:
    repeated = 1 - np.exp(-3 * table["repetitions"].to_numpy() / REPETITIONS)
    steady = table["steadiness"].to_numpy()
    if context is not None:
        weekday = _beyond_chance(_matched(table, context, "weekday_share"), 1 / 7)
        channel = np.nan_to_num(_matched(table, context, "channel_share"))
        steady = steady / 2 + weekday / 4 + channel / 4
    strength = repeated * steady
    broken = (strength >= STRONG) & table["is_late"].to_numpy(zero_copy_only=False)
    return table.append_column("habit", pa.array(strength)).append_column(
        "habit_broken", pa.array(broken)
    )


def _matched(table: pa.Table, context: pa.Table, name: str) -> Column:
    """A column of ``context`` for the customers of ``table``; NaN where there is none."""
    customer, known = table[columns.CUSTOMER].to_numpy(), context[columns.CUSTOMER].to_numpy()
    place = np.minimum(np.searchsorted(known, customer), max(known.size - 1, 0))
    if not known.size:
        return np.full(customer.size, np.nan)
    return np.where(known[place] == customer, context[name].to_numpy()[place], np.nan)


def _beyond_chance(share: Column, chance: float) -> Column:
    return np.nan_to_num(np.clip((share - chance) / (1 - chance), 0, 1))
