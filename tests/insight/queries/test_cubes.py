"""What is added up already says the same as the rows that it was added up from."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from tests.insight.queries import marts
from trato.insight.queries import cohorts, lifecycle, profitability
from trato.insight.queries.filters import Filter

JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)

company = marts.connection(
    marts.scores(
        {"customer": 1, "segment": 7, "cohort": date(2026, 1, 1), "purchases": 2, "first_day": JAN},
        {"customer": 2, "team": 3, "cohort": date(2026, 1, 1), "purchases": 1, "first_day": JAN},
        {"customer": 3, "owner": 4, "known_day": FEB},
    ),
    marts.transitions(
        (1, JAN, 0, 1), (1, FEB, 1, 4), (2, JAN, 0, 2), (2, MAR, 2, 7), (3, FEB, 0, 2)
    ),
    marts.months(
        (1, date(2026, 1, 1), date(2026, 1, 1), 10.0, 4.0),
        (1, date(2026, 1, 1), date(2026, 2, 1), 20.0, math.nan),
        (2, date(2026, 1, 1), date(2026, 1, 1), 5.0, 1.0),
    ),
)


def _by_segment(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> cohorts.Stay:
    return cohorts.stay(connection, chosen, cohorts.By.SEGMENT)


QUESTIONS: list[Callable[..., Any]] = [
    lifecycle.flows,
    lifecycle.entries,
    lifecycle.funnel,
    cohorts.retention,
    cohorts.stay,
    _by_segment,
    profitability.by_month,
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "chosen",
    [
        Filter(),
        Filter(segment=7),
        Filter(team=3),
        Filter(owner=4),
        Filter(start=date(2026, 2, 1), end=date(2026, 2, 28)),
        Filter(start=date(2026, 1, 1), end=date(2026, 1, 31), segment=7),
    ],
)
def test_both_ways_say_the_same(
    question: Callable[..., Any], chosen: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohorts, "FEWEST", 1)
    added_up = question(company, chosen)
    monkeypatch.setattr(Filter, "asks_whose_alone", False)
    assert repr(question(company, chosen)) == repr(added_up)


def test_who_asks_for_something_else_is_told_of_the_rows() -> None:
    [flow] = lifecycle.flows(company, Filter(stage=1, kind="person", segment=7, start=FEB))
    assert (flow.from_stage, flow.to_stage, flow.moves) == (1, 4, 1)
