"""Customers won: how many, at what cost, what they are worth; by source, campaign and month."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, LiteralString

import duckdb
import numpy as np
import pyarrow as pa

from trato.analytics.acquisition import CAMPAIGN, MONTH, SOURCE, Indicators, indicators
from trato.analytics.cohorts import last_day_of, month_of
from trato.insight.queries.costs import NO_COSTS, WIN, Costs
from trato.insight.queries.cubes import of_margins, of_won
from trato.insight.queries.filters import Filter, as_of
from trato.insight.queries.statement import rows


@dataclass(frozen=True, slots=True)
class AcquisitionRow:
    indicators: Indicators
    behind: Filter


@dataclass(frozen=True, slots=True)
class Acquisition:
    """``total`` is None while nobody was won. ``has_costs``: whether any cost is known."""

    total: AcquisitionRow | None
    rows: tuple[AcquisitionRow, ...]
    months: tuple[AcquisitionRow, ...]
    has_costs: bool


_NOBODY = Acquisition(None, (), (), has_costs=False)


def acquisition(
    connection: duckdb.DuckDBPyConnection,
    chosen: Filter,
    *,
    by: Sequence[str] = (SOURCE,),
    costs: Costs = NO_COSTS,
) -> Acquisition:
    """Customers whose first purchase is within the period, by `SOURCE`, `CAMPAIGN` or `MONTH`, and
    by month besides."""
    today = as_of(connection)
    if today is None:
        return _NOBODY
    told = costs.on(WIN, end=today)
    spent = costs.on(WIN, start=chosen.start, end=min(chosen.end or today, today))
    by_campaign = CAMPAIGN in by or costs.name_campaigns
    won = _won(connection, chosen, by_campaign=by_campaign)
    if not won.num_rows and not spent.num_rows:
        return _NOBODY
    # What was brought in month by month only matters for costs to be paid back.
    has_costs = bool(told.num_rows)
    given: dict[str, Any] = {
        "acquired": won,
        "brought": _brought(connection, chosen, by_campaign=by_campaign) if has_costs else _EMPTY,
        "as_of": today,
        "costs": spent if has_costs else None,
        "told": told,
        "everybody": _everybody(connection, chosen, by_campaign=by_campaign) if has_costs else None,
    }
    total = next(iter(indicators(**given, by=())), None)
    if total is None:
        return _NOBODY
    return Acquisition(
        total=AcquisitionRow(total, _behind(chosen, total)),
        rows=_listed(chosen, indicators(**given, by=by)),
        months=_listed(chosen, indicators(**given, by=(MONTH,))),
        has_costs=total.cost is not None,
    )


def _listed(chosen: Filter, found: Sequence[Indicators]) -> tuple[AcquisitionRow, ...]:
    return tuple(AcquisitionRow(one, _behind(chosen, one)) for one in found)


def _everybody(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, *, by_campaign: bool
) -> pa.Table | None:
    """Who shares the costs; None where that is who is asked for."""
    if not chosen.people.condition.text:
        return None
    whole = Filter(start=chosen.start, end=chosen.end)
    return _won(connection, whole, by_campaign=by_campaign)


def _won(connection: duckdb.DuckDBPyConnection, chosen: Filter, *, by_campaign: bool) -> pa.Table:
    found = rows(
        connection,
        "SELECT origin,",
        _campaign(by_campaign),
        "AS campaign, cohort, sum(customers), coalesce(sum(margin), 'NaN'::DOUBLE),",
        "coalesce(sum(lifetime_value), 0), sum(valued)",
        of_won(chosen),
        "GROUP BY origin, campaign, cohort",
    )
    names = (SOURCE, CAMPAIGN, MONTH, "customers", "margin", "lifetime_value", "valued")
    return _table(found, names)


def _brought(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, *, by_campaign: bool
) -> pa.Table:
    found = rows(
        connection,
        "SELECT origin,",
        _campaign(by_campaign),
        "AS campaign, cohort, month, sum(margin)",
        of_margins(chosen),
        "GROUP BY origin, campaign, cohort, month",
    )
    return _table(found, (SOURCE, CAMPAIGN, "cohort", MONTH, "margin"))


def _campaign(by_campaign: bool) -> LiteralString:
    return "acquired_by" if by_campaign else "''"


def _behind(chosen: Filter, one: Indicators) -> Filter:
    """Customers won in a month are its cohort; in a longer period, cohorts of it."""
    told = chosen if one.month is None else _in_month(chosen, one.month)
    told = told if one.source is None else replace(told, source=one.source)
    told = told if one.campaign is None else replace(told, campaign=one.campaign)
    return replace(told, won=True)


def _in_month(chosen: Filter, month: date) -> Filter:
    return replace(chosen, start=month, end=last_day_of(month_of(month)))


_KINDS = {
    SOURCE: pa.string(),
    CAMPAIGN: pa.string(),
    MONTH: pa.date32(),
    "cohort": pa.date32(),
}


def _table(found: list[tuple[object, ...]], names: tuple[str, ...]) -> pa.Table:
    columns = zip(*found, strict=True) if found else [()] * len(names)
    told = {name: _array(list(values), name) for name, values in zip(names, columns, strict=True)}
    return pa.table(told)


def _array(values: list[object], name: str) -> pa.Array:
    kind = _KINDS.get(name)
    if kind is not None:
        return pa.array(values, kind)
    return pa.array(np.array([np.nan if one is None else one for one in values], np.float64))


_EMPTY = _table([], (SOURCE, CAMPAIGN, "cohort", MONTH, "margin"))
