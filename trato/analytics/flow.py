"""What many journeys add up to: moves between stages, time in a stage, how far customers get."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trato.analytics import calendar, columns, runs, survival

type Column = NDArray[Any]

STAGES = 8
# The way forward, as the funnel shows it: known, interested, about to buy, bought, loyal.
STEPS = (1, 2, 3, 4, 6)


def matrix(transitions: pa.Table, begin: date, end: date) -> NDArray[np.int64]:
    """How many moves from each stage (rows, 0 is none) to each stage from ``begin`` to ``end``."""
    days = _column(transitions, columns.DAY)
    then = (days >= calendar.number(begin)) & (days <= calendar.number(end))
    moves = _column(transitions, "from_stage")[then].astype(np.int64) * STAGES
    moves += _column(transitions, "to_stage")[then]
    return np.bincount(moves, minlength=STAGES**2).reshape(STAGES, STAGES)


def time_in_stage(transitions: pa.Table, as_of: date) -> dict[int, survival.Survival]:
    """For each stage that somebody has been in, how long stays last; stays that go on are counted
    as such (Kaplan and Meier)."""
    customer, day = _column(transitions, columns.CUSTOMER), _column(transitions, columns.DAY)
    stage = _column(transitions, "to_stage")
    ended = np.zeros(day.size, dtype=bool)
    ended[:-1] = customer[1:] == customer[:-1]
    until = np.append(day[1:], 0)
    until[~ended] = calendar.number(as_of)
    return {
        int(wanted): survival.kaplan_meier((until - day)[rows], ended[rows])
        for wanted in np.unique(stage)
        for rows in [stage == wanted]
    }


def funnel(transitions: pa.Table, begin: date, end: date) -> pa.Table:
    """How far those got who became known from ``begin`` to ``end``: a row a step of `STEPS` with
    ``customers`` who got there or further, and ``median_days`` from being known to that step."""
    customer, day = _column(transitions, columns.CUSTOMER), _column(transitions, columns.DAY)
    first = runs.starts(customer)
    known = day[first]
    who = np.repeat(np.arange(first.size), runs.lengths(first, customer.size))
    wanted = (known >= calendar.number(begin)) & (known <= calendar.number(end))
    stage = _column(transitions, "to_stage")
    found: dict[str, list[float]] = {"stage": [], "customers": [], "median_days": []}
    for step in STEPS:
        there = np.isin(stage, [later for later in STEPS if later >= step]) & wanted[who]
        reached = np.flatnonzero(there)[runs.starts(who[there])]
        days = day[reached] - known[who[reached]]
        found["stage"].append(step)
        found["customers"].append(reached.size)
        found["median_days"].append(float(np.median(days)) if days.size else float("nan"))
    return pa.table(found)


def _column(table: pa.Table, name: str) -> Column:
    return np.asarray(table[name].to_numpy())
