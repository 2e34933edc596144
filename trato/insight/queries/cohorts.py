"""Who stays: cohorts followed month by month, and curves of survival."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import LiteralString

import duckdb
import numpy as np

from trato.analytics import cohorts
from trato.analytics.grouping import Floats
from trato.analytics.survival import LogRank, Survival, kaplan_meier, log_rank
from trato.insight.queries.cubes import of_stays, of_turnover
from trato.insight.queries.filters import Filter, as_of
from trato.insight.queries.leaving import MONTH
from trato.insight.queries.statement import Clause, rows, where

FEWEST = 10


class By(StrEnum):
    """What curves can be told apart by."""

    SEGMENT = "segment"
    COHORT_YEAR = "cohort_year"
    KIND = "kind"
    COUNTRY = "country"
    SOURCE = "source"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort after so many months; every number is None where the month has not ended.

    ``margin`` is None also where no cost is known. Cumulated amounts are of one customer.
    """

    tenure: int
    month: date
    active: int | None
    retention: float | None
    revenue: float | None
    margin: float | None
    cumulative_revenue: float | None
    cumulative_margin: float | None
    chosen: Filter
    cohort: date

    @property
    def behind(self) -> Filter:
        """Who of the cohort bought in the month; asked for of the cells that are shown."""
        last = cohorts.last_day_of(cohorts.month_of(self.month))
        return replace(self.chosen, cohort=self.cohort, start=self.month, end=last, bought=True)


@dataclass(frozen=True, slots=True)
class CohortRow:
    month: date
    customers: int
    cells: tuple[Cell, ...]
    behind: Filter


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Over all cohorts that have reached the tenure: ``customers`` of them."""

    tenure: int
    customers: int
    retention: float
    revenue: float
    margin: float | None
    behind: Filter


@dataclass(frozen=True, slots=True)
class Retention:
    as_of: date | None
    cohorts: tuple[CohortRow, ...]
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class StayMonth:
    """So many months after the first purchase: ``at_risk`` customers were followed for so long
    without leaving before, ``left`` had left by then. ``share`` of all stays longer, between
    ``low`` and ``high``; they are None where too few are left to tell."""

    month: int
    at_risk: int
    left: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """``group`` is the value of the column curves are told apart by; None for everybody."""

    group: str | int | None
    survival: Survival
    months: tuple[StayMonth, ...]
    behind: Filter


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days customers stay. ``test`` is None with fewer than two groups.

    ``left_out`` groups have too few customers for a curve.
    """

    curves: tuple[Curve, ...]
    test: LogRank | None
    left_out: int


def retention(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Retention:
    """Cohorts whose month of the first purchase is within the period, up to today."""
    today = as_of(connection)
    counted = rows(
        connection,
        "SELECT cohort, count(*) FROM scores",
        where(
            chosen.people.condition,
            chosen.during_months("cohort"),
            Clause("cohort IS NOT NULL"),
        ),
        "GROUP BY cohort",
    )
    if today is None or not counted:
        return Retention(today, (), ())
    sizes = {cohorts.month_of(month): customers for month, customers in counted}
    until = cohorts.complete_until(today)
    if min(sizes) > until:
        return Retention(today, (), ())
    return _retention(_cells(connection, chosen, sizes, until), today, until, chosen)


def _cells(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, sizes: dict[int, int], until: int
) -> cohorts.Cohorts:
    found = rows(
        connection,
        "SELECT cohort, month, sum(customers)::BIGINT, sum(orders)::BIGINT, sum(amount),",
        "coalesce(sum(margin), 'NaN'::DOUBLE)",
        of_turnover(chosen, chosen.during_months("cohort")),
        "GROUP BY cohort, month",
    )
    cohort, month, active, orders, revenue, margin = ([one[at] for one in found] for at in range(6))
    return cohorts.cells(
        cohort=[cohorts.month_of(day) for day in cohort],
        month=[cohorts.month_of(day) for day in month],
        active=active,
        orders=orders,
        revenue=revenue,
        margin=margin,
        sizes=sizes,
        until=until,
    )


def _retention(found: cohorts.Cohorts, today: date, until: int, chosen: Filter) -> Retention:
    columns = (
        found.active,
        found.retention,
        found.revenue,
        found.margin,
        found.cumulative_revenue,
        found.cumulative_margin,
    )
    table = tuple(
        CohortRow(
            month=month,
            customers=int(found.size[at]),
            cells=_row(tuple(column[at] for column in columns), int(found.starts[at]), chosen),
            behind=replace(chosen.people, cohort=month),
        )
        for at, month in enumerate(found.months)
    )
    curve = tuple(
        CurvePoint(
            tenure,
            int(customers),
            float(share),
            float(revenue),
            _known(margin),
            _old_enough(chosen, until - tenure),
        )
        for tenure, (customers, share, revenue, margin) in enumerate(
            zip(found.known, found.curve, found.revenue_curve, found.margin_curve, strict=True)
        )
        if customers
    )
    return Retention(today, table, curve)


def _old_enough(chosen: Filter, month: int) -> Filter:
    """Who first bought within the period, and not after the month."""
    last = cohorts.last_day_of(month)
    return replace(chosen, won=True, end=min(chosen.end or last, last))


def _row(columns: tuple[Floats, ...], start: int, chosen: Filter) -> tuple[Cell, ...]:
    """The cells of a cohort, without those of the future at its end."""
    cells = []
    for tenure in np.flatnonzero(~np.isnan(columns[0])).tolist():
        month = cohorts.day_of(start + tenure)
        active, share, revenue, margin, total, profit = (_known(one[tenure]) for one in columns)
        cells.append(
            Cell(
                tenure=tenure,
                month=month,
                active=None if active is None else int(active),
                retention=share,
                revenue=revenue,
                margin=margin,
                cumulative_revenue=total,
                cumulative_margin=profit,
                chosen=chosen,
                cohort=cohorts.day_of(start),
            )
        )
    return tuple(cells)


def stay(connection: duckdb.DuckDBPyConnection, chosen: Filter, by: By | None = None) -> Stay:
    """From the first purchase to the first abandonment, of cohorts within the period.

    Who has not left by today has stayed *at least* so long.
    """
    name: LiteralString = _GROUP[by] if by else "NULL"
    found = rows(
        connection,
        "SELECT",
        name,
        "AS who, days, has_left, sum(customers)::BIGINT",
        of_stays(chosen),
        "GROUP BY who, days, has_left",
    )
    return _stay(found, by, chosen)


def _stay(
    found: list[tuple[str | int | None, int, bool, int]], by: By | None, chosen: Filter
) -> Stay:
    groups: dict[str | int | None, list[tuple[int, bool, int]]] = {}
    for who, days, left, many in found:
        if by is None or who not in (None, ""):
            groups.setdefault(who, []).append((days, left, many))
    told = {who: parts for who, parts in groups.items() if sum(one[2] for one in parts) >= FEWEST}
    curves = tuple(
        _stay_of(who, told[who], _behind(chosen, by, who))
        for who in sorted(told, key=lambda who: (str(type(who)), who))
    )
    test = None
    if len(curves) > 1:
        told_apart = [(*part, str(who)) for who, parts in told.items() for part in parts]
        test = log_rank(*([one[at] for one in told_apart] for at in (0, 1, 3, 2)))
    return Stay(curves, test, len(groups) - len(told))


def _stay_of(who: str | int | None, parts: list[tuple[int, bool, int]], behind: Filter) -> Curve:
    curve = kaplan_meier(*zip(*parts, strict=True))
    days, many = np.array([(one[0], one[2]) for one in sorted(parts)]).T
    ends = np.arange(int(curve.last / MONTH) + 1) * MONTH
    gone = np.concatenate([[0], many.cumsum()])[days.searchsorted(ends)]
    place = curve.times.searchsorted(ends, side="right")
    told = zip(
        many.sum() - gone,
        np.concatenate([[0], curve.events.cumsum()])[place],
        curve.at(ends),
        np.concatenate([[1.0], curve.low])[place],
        np.concatenate([[1.0], curve.high])[place],
        strict=True,
    )
    months = tuple(
        StayMonth(month, int(at_risk), int(left), float(share), _known(low), _known(high))
        for month, (at_risk, left, share, low, high) in enumerate(told)
    )
    return Curve(who, curve, months, behind)


def _behind(chosen: Filter, by: By | None, who: str | int | None) -> Filter:
    """Whose first purchase is within the period, and who are of the group."""
    chosen = replace(chosen, won=True)
    match by, who:
        case By.SEGMENT, int():
            return replace(chosen, segment=who)
        case By.TEAM, int():
            return replace(chosen, team=who)
        case By.SOURCE, str():
            return replace(chosen, source=who)
        case By.KIND, str():
            return replace(chosen, kind=who)
        case By.COUNTRY, str():
            return replace(chosen, country=who)
        case By.COHORT_YEAR, int():
            return _in_year(chosen, who)
        case _:
            return chosen


def _in_year(chosen: Filter, year: int) -> Filter:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return replace(
        chosen, start=max(chosen.start or first, first), end=min(chosen.end or last, last)
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


_GROUP: dict[By, LiteralString] = {
    By.SEGMENT: "segment",
    By.COHORT_YEAR: "year(cohort)",
    By.KIND: "kind",
    By.COUNTRY: "country",
    By.SOURCE: "origin",
    By.TEAM: "nullif(team, -1)",
}
