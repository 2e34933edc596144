"""What customers are worth, on how few that hangs, and the map of recency, frequency and money."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np

from trato.analytics.concentration import Concentration, concentration
from trato.analytics.grouping import Floats
from trato.analytics.uncertainty import sum_interval
from trato.customers.models import RfmGroup
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import Clause, columns, row, rows, where

# As the interval of each customer: four of five futures.
LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the customers by value; 10 is the tenth with the highest value.

    ``low`` and ``high`` are the least and the most that one of them is worth; ``amount`` is what
    they bought so far.
    """

    decile: int
    customers: int
    value: float
    share: float
    low: float
    high: float
    amount: float
    behind: Filter


@dataclass(frozen=True, slots=True)
class Totals:
    """``valued`` customers have a forecast. The sums fall between the two ends in `LEVEL` of all
    futures: single errors even out, so the ends are nearer than the customers' own added up.
    ``behind`` are all who bought, ``below`` those who are worth less than the median.
    """

    customers: int
    valued: int
    lifetime_value: float
    ends: tuple[float, float]
    purchases: float
    purchases_ends: tuple[float, float]
    median: float | None
    amount: float
    behind: Filter
    below: Filter | None


@dataclass(frozen=True, slots=True)
class Best:
    """The best ``customers``, ``people`` of all, bring ``share`` of the value; each is worth
    ``low`` or more. Who is worth the same as the last of them is one of them."""

    customers: int
    people: float
    share: float
    low: float
    behind: Filter


@dataclass(frozen=True, slots=True)
class Dependence:
    """``best`` are shares of the customers that were asked for, from the fewest to all."""

    curve: Concentration
    best: tuple[Best, ...]

    def of(self, people: float) -> Best:
        """The one nearest to a share of the customers."""
        return min(self.best, key=lambda one: abs(one.people - people))


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers whose value is from ``low`` up to ``high``, without it."""

    low: float
    high: float
    customers: int
    value: float
    behind: Filter


@dataclass(frozen=True, slots=True)
class Spread:
    """``bins``: how many are worth how much, in steps of round numbers: 0, 1, 2, 5, 10, 20, 50 ...
    ``dependence``: on how few the value hangs; None where there is no value."""

    bins: tuple[Bin, ...]
    dependence: Dependence | None


@dataclass(frozen=True, slots=True)
class RfmCell:
    """``recency`` and ``frequency`` are scores from 1 to 5; 5 is the most recent, most frequent."""

    recency: int
    frequency: int
    customers: int
    share: float
    amount: float
    lifetime_value: float | None
    mean_purchase: float | None
    behind: Filter


@dataclass(frozen=True, slots=True)
class RfmRow:
    group: RfmGroup
    customers: int
    share: float
    amount: float
    lifetime_value: float | None
    behind: Filter


@dataclass(frozen=True, slots=True)
class RfmMap:
    """Cells and groups that somebody is in. ``unscored`` customers have never bought: those of
    ``unscored_behind``."""

    customers: int
    unscored: int
    unscored_behind: Filter
    cells: tuple[RfmCell, ...]
    groups: tuple[RfmRow, ...]


def totals(
    connection: duckdb.DuckDBPyConnection,
    chosen: Filter,
    errors: Mapping[str, float] | None = None,
) -> Totals:
    """``errors`` of the models, shared by all customers: `Run.figures` has them, by column."""
    chosen = chosen.people
    found = row(
        connection,
        "SELECT count(*), count(lifetime_value), coalesce(sum(lifetime_value), 0),",
        "coalesce(sum(lifetime_value_spread * lifetime_value_spread), 0),",
        "coalesce(sum(expected_purchases), 0),",
        "coalesce(sum(expected_purchases_spread * expected_purchases_spread), 0),",
        "median(lifetime_value), coalesce(sum(amount), 0) FROM scores",
        chosen.customers,
    )
    everybody, valued, value, value_variance, purchases, variance, median, amount = found
    shared = errors or {}
    return Totals(
        customers=everybody,
        valued=valued,
        lifetime_value=float(value),
        ends=_ends(value, value_variance, shared.get("lifetime_value", 0.0)),
        purchases=float(purchases),
        purchases_ends=_ends(purchases, variance, shared.get("expected_purchases", 0.0)),
        median=None if median is None else float(median),
        amount=float(amount),
        behind=replace(chosen, bought=True),
        below=None if median is None else replace(chosen, worth_below=float(median)),
    )


def _ends(total: float, variance: float, error: float) -> tuple[float, float]:
    return sum_interval(total, variance + (error * total) ** 2, LEVEL)


def deciles(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[Decile, ...]:
    """The tenths of the whole company's customers; narrowed, they are no longer equally many."""
    chosen = chosen.people
    found = rows(
        connection,
        "SELECT value_decile, count(*), sum(lifetime_value), min(lifetime_value),",
        "max(lifetime_value), coalesce(sum(amount), 0) FROM scores",
        where(chosen.condition, Clause("value_decile IS NOT NULL AND lifetime_value IS NOT NULL")),
        "GROUP BY value_decile ORDER BY value_decile DESC",
    )
    everything = float(sum(one[2] for one in found))
    return tuple(
        Decile(
            decile=decile,
            customers=customers,
            value=float(value),
            share=float(value) / everything if everything else 0.0,
            low=float(low),
            high=float(high),
            amount=float(amount),
            behind=replace(chosen, value_decile=decile),
        )
        for decile, customers, value, low, high, amount in found
    )


def spread(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, shares: tuple[float, ...]
) -> Spread:
    """Of those who ever bought, without those of unknown value."""
    chosen = chosen.people
    values = _values(connection, chosen)
    return Spread(_bins(values, chosen), _dependence(values, chosen, shares))


def _bins(values: Floats, chosen: Filter) -> tuple[Bin, ...]:
    """Values are spread over thousands to one, so the steps grow with them."""
    if not values.size:
        return ()
    edges = _edges(float(values.min()), float(values.max()))
    place = np.searchsorted(edges, values, side="right") - 1
    many = np.bincount(place, minlength=edges.size - 1)
    worth = np.bincount(place, values, minlength=edges.size - 1)
    return tuple(
        Bin(
            low,
            high,
            int(many[at]),
            float(worth[at]),
            replace(chosen, worth_from=low, worth_below=high),
        )
        for at, (low, high) in enumerate(pairwise(edges.tolist()))
    )


def _dependence(values: Floats, chosen: Filter, shares: tuple[float, ...]) -> Dependence | None:
    # What is in order already is put in order at once.
    rising = np.sort(values)
    curve = concentration(rising)
    if curve is None:
        return None
    falling = rising[::-1]
    sums = np.cumsum(falling)
    found = {}
    for share in shares:
        low = float(falling[max(round(share * falling.size), 1) - 1])
        count = falling.size - int(np.searchsorted(rising, low))
        found[count] = Best(
            customers=count,
            people=count / falling.size,
            share=float(sums[count - 1] / curve.total),
            low=low,
            behind=replace(chosen, worth_from=low),
        )
    return Dependence(curve, tuple(found.values()))


def known_until(connection: duckdb.DuckDBPyConnection, day: date) -> int:
    """How many had bought by then."""
    return int(
        row(connection, "SELECT count(*) FROM scores", Clause("WHERE first_day <= ?", (day,)))[0]
    )


def rfm(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> RfmMap:
    """The map of 5 × 5 and the named groups."""
    chosen = chosen.people
    found = rows(
        connection,
        "SELECT recency_score, frequency_score, rfm_group, count(*), coalesce(sum(amount), 0),",
        "sum(lifetime_value), coalesce(sum(purchases), 0) FROM scores",
        chosen.customers,
        "GROUP BY ALL",
    )
    scored = [one for one in found if one[0] is not None and one[1] is not None]
    everybody = sum(one[3] for one in scored)
    cells: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for one in scored:
        cells.setdefault((one[0], one[1]), []).append(one)
        groups.setdefault(one[2], []).append(one)
    return RfmMap(
        customers=everybody,
        unscored=sum(one[3] for one in found) - everybody,
        unscored_behind=replace(chosen, unscored=True),
        cells=tuple(_cell(key, cells[key], everybody, chosen) for key in sorted(cells)),
        groups=tuple(
            _group(group, groups[group], everybody, chosen) for group in RfmGroup if group in groups
        ),
    )


def _cell(
    key: tuple[int, int], parts: list[tuple[Any, ...]], everybody: int, chosen: Filter
) -> RfmCell:
    customers, amount, purchases = (sum(part[at] for part in parts) for at in (3, 4, 6))
    return RfmCell(
        recency=key[0],
        frequency=key[1],
        customers=customers,
        share=customers / everybody,
        amount=float(amount),
        lifetime_value=_worth(part[5] for part in parts),
        mean_purchase=float(amount) / purchases if purchases else None,
        behind=replace(chosen, recency_score=key[0], frequency_score=key[1]),
    )


def _group(group: RfmGroup, parts: list[tuple[Any, ...]], everybody: int, chosen: Filter) -> RfmRow:
    customers, amount = (sum(part[at] for part in parts) for at in (3, 4))
    return RfmRow(
        group=group,
        customers=customers,
        share=customers / everybody,
        amount=float(amount),
        lifetime_value=_worth(part[5] for part in parts),
        behind=replace(chosen, rfm_group=group.value),
    )


def _worth(values: Iterable[float | None]) -> float | None:
    """Of those of whom it is known, if any."""
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None


def _values(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Floats:
    found = columns(
        connection,
        "SELECT coalesce(lifetime_value, 'NaN'::DOUBLE) AS value FROM scores",
        where(chosen.condition, Clause("purchases > 0")),
    )
    values = np.asarray(found["value"], np.float64)
    return np.asarray(values[np.isfinite(values)])


def _edges(least: float, most: float) -> Floats:
    steps = [0.0]
    power = max(0, int(np.floor(np.log10(max(most, 1.0)))) - 3)
    while steps[-1] <= most:
        steps += [factor * 10.0**power for factor in (1, 2, 5)]
        power += 1
    upwards = [step for step in steps if step <= most]
    upwards.append(next(step for step in steps if step > most))
    return np.array(upwards if least >= 0 else [least, *upwards])
