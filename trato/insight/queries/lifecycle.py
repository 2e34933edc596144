"""Where customers are in the journey, how they got there and how long they stayed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from trato.analytics.cohorts import last_day_of, month_of
from trato.analytics.moves import FORWARD
from trato.analytics.survival import kaplan_meier
from trato.customers.models import PHASE_OF, Phase
from trato.insight.queries.cubes import of_moves, of_steps
from trato.insight.queries.filters import Filter, as_of
from trato.insight.queries.statement import Clause, rows, where


@dataclass(frozen=True, slots=True)
class StageRow:
    """``median_days``: half of those who are in the stage have been so for longer."""

    stage: int
    phase: Phase
    customers: int
    share: float
    amount: float
    lifetime_value: float
    median_days: float
    behind: Filter


@dataclass(frozen=True, slots=True)
class PhaseRow:
    phase: Phase
    customers: int
    share: float
    amount: float
    lifetime_value: float
    behind: Filter


@dataclass(frozen=True, slots=True)
class Overview:
    """Only stages and phases that somebody is in. ``as_of`` is None while there is nobody."""

    as_of: date | None
    customers: int
    stages: tuple[StageRow, ...]
    phases: tuple[PhaseRow, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """So many moves from one stage to another; from 0 came who was not known before."""

    from_stage: int
    to_stage: int
    moves: int
    behind: Filter


@dataclass(frozen=True, slots=True)
class Departures:
    """So many moves out of a stage, wherever to; ``behind`` are those who made them, once each."""

    stage: int
    moves: int
    behind: Filter


@dataclass(frozen=True, slots=True)
class Entries:
    month: date
    stage: int
    moves: int
    behind: Filter


@dataclass(frozen=True, slots=True)
class StageTime:
    """Days in a stage: a quarter, half, three quarters had left it by then (None: not yet).

    ``stays`` counts every time somebody came, ``ended`` those who moved on since; ``behind`` and
    ``ended_behind`` are they.
    """

    stage: int
    stays: int
    ended: int
    quarter: float | None
    median: float | None
    three_quarters: float | None
    behind: Filter
    ended_behind: Filter


@dataclass(frozen=True, slots=True)
class Step:
    """Customers who got at least so far; shares of the first step and of the step before."""

    stage: int
    customers: int
    of_first: float
    of_previous: float
    behind: Filter


def overview(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Overview:
    """How many are in each stage now; the period plays no part."""
    chosen = chosen.people
    found = rows(
        connection,
        # The middle of few numbers of days, counted, takes a third of what that of everybody takes.
        "SELECT stage, sum(number)::BIGINT, coalesce(sum(amount), 0), coalesce(sum(value), 0),",
        "(min(days) FILTER (WHERE 2 * upto >= every)",
        "+ min(days) FILTER (WHERE 2 * upto > every)) / 2",
        "FROM (SELECT *, sum(number) OVER (PARTITION BY stage) AS every,",
        "sum(number) OVER (PARTITION BY stage ORDER BY days) AS upto",
        "FROM (SELECT stage, as_of - stage_since AS days, count(*) AS number,",
        "sum(amount) AS amount, sum(lifetime_value) AS value FROM scores",
        chosen.customers,
        "GROUP BY stage, days)) GROUP BY stage ORDER BY stage",
    )
    everybody = sum(one[1] for one in found)
    stages = tuple(
        StageRow(
            stage=stage,
            phase=PHASE_OF[stage],
            customers=customers,
            share=customers / everybody,
            amount=float(amount),
            lifetime_value=float(value),
            median_days=float(days),
            behind=replace(chosen, stage=stage),
        )
        for stage, customers, amount, value, days in found
    )
    return Overview(as_of(connection), everybody, stages, _phases(stages, chosen))


def _phases(stages: tuple[StageRow, ...], chosen: Filter) -> tuple[PhaseRow, ...]:
    parts: dict[Phase, list[StageRow]] = defaultdict(list)
    for row in stages:
        parts[row.phase].append(row)
    return tuple(
        PhaseRow(
            phase=phase,
            customers=sum(row.customers for row in of_phase),
            share=sum(row.share for row in of_phase),
            amount=sum(row.amount for row in of_phase),
            lifetime_value=sum(row.lifetime_value for row in of_phase),
            behind=replace(chosen, phase=phase),
        )
        for phase, of_phase in parts.items()
    )


def flows(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[Flow, ...]:
    """The moves between two stages within the period, most frequent first: links of a Sankey."""
    found = rows(
        connection,
        "SELECT from_stage, to_stage, sum(moves)::BIGINT AS many",
        of_moves(chosen),
        "GROUP BY from_stage, to_stage ORDER BY many DESC, from_stage, to_stage",
    )
    return tuple(
        Flow(start, end, moves, replace(chosen, moved_from=start, moved_to=end))
        for start, end, moves in found
    )


def departures(found: Iterable[Flow]) -> dict[int, Departures]:
    """The moves out of each stage, of those between two."""
    told: dict[int, Departures] = {}
    for flow in found:
        before = told.get(flow.from_stage)
        told[flow.from_stage] = Departures(
            flow.from_stage,
            flow.moves + (before.moves if before else 0),
            replace(flow.behind, moved_to=None),
        )
    return told


def entries(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[Entries, ...]:
    """How many came into each stage, month by month."""
    found = rows(
        connection,
        "SELECT date_trunc('month', day)::DATE AS month, to_stage, sum(moves)::BIGINT",
        of_moves(chosen),
        "GROUP BY month, to_stage ORDER BY month, to_stage",
    )
    return tuple(
        Entries(
            month,
            stage,
            moves,
            replace(chosen, start=month, end=last_day_of(month_of(month)), moved_to=stage),
        )
        for month, stage, moves in found
    )


def times(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[StageTime, ...]:
    """How long those stay who came into a stage within the period; who is still there counts."""
    today = as_of(connection)
    found = rows(
        connection,
        Clause("SELECT to_stage, coalesce(until, ?) - day AS days,", (today,)),
        "count(until), count(*) FROM transitions",
        where(chosen.during("day"), chosen.people.among),
        "GROUP BY to_stage, days",
    )
    parts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for stage, days, ended, stays in found:
        parts[stage].append((days, ended, stays))
    return tuple(_stage_time(stage, parts[stage], chosen) for stage in sorted(parts))


def _stage_time(stage: int, counts: list[tuple[int, int, int]], chosen: Filter) -> StageTime:
    left = [(days, True, ended) for days, ended, _ in counts]
    there = [(days, False, stays - ended) for days, ended, stays in counts]
    curve = kaplan_meier(*zip(*left, *there, strict=True))
    return StageTime(
        stage=stage,
        stays=int(curve.customers),
        ended=int(curve.left),
        quarter=curve.quantile(0.25),
        median=curve.median,
        three_quarters=curve.quantile(0.75),
        behind=replace(chosen, moved_to=stage),
        ended_behind=replace(chosen, moved_to=stage, moved_on=True),
    )


def funnel(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[Step, ...]:
    """Of those who became known within the period, how many got how far until today.

    Who skipped a step has reached it. Reconsideration and abandonment are not steps forward.
    """
    chosen = replace(chosen, known=chosen.start is not None or chosen.end is not None)
    found = rows(
        connection,
        "SELECT furthest, to_stage, sum(customers)::BIGINT",
        of_steps(chosen),
        "GROUP BY furthest, to_stage",
    )
    forward = [one for one in found if one[1] in FORWARD]
    steps: list[Step] = []
    for stage in FORWARD:
        reached = sum(many for before, after, many in forward if before < stage <= after)
        first = steps[0].customers if steps else reached
        previous = steps[-1].customers if steps else reached
        steps.append(
            Step(
                stage=stage,
                customers=reached,
                of_first=reached / first if first else 0.0,
                of_previous=reached / previous if previous else 0.0,
                behind=replace(chosen, reached=stage),
            )
        )
    return tuple(steps) if steps[0].customers else ()
