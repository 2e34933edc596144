"""The five claims of the economics of loyalty, on the company's own data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, LiteralString

import duckdb
import pyarrow as pa

from trato.analytics.cohorts import complete_until, day_of, last_day_of
from trato.analytics.economics import AFTER, YEAR, Claim, Name, acquiring_costs_more, spending
from trato.analytics.ratios import Sums, paired_sums
from trato.insight.models import Run
from trato.insight.queries.costs import KEEP, NO_COSTS, WIN, Costs
from trato.insight.queries.filters import Filter, as_of
from trato.insight.queries.statement import Clause, joined, row, rows, where

# What a refresh keeps in `Run.figures`: {"claims": [Claim.as_dict()], "prices": {month: level}}.
FIGURES, CLAIMS, PRICES = "economics", "claims", "prices"
EVERYBODY = Filter()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """``is_narrowed``: the figures are of the customers asked for, and not of all the company's.

    ``behind`` are those who were compared; None where nobody was, or months were.
    """

    claim: Claim
    is_narrowed: bool
    behind: Filter | None = None


@dataclass(frozen=True, slots=True)
class Economics:
    """``claims`` is empty while no refresh has looked at them."""

    as_of: date | None
    claims: tuple[ClaimRow, ...]


def economics(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, *, costs: Costs = NO_COSTS
) -> Economics:
    """As the last refresh found them; what winning costs, as it is known now; what old customers
    spend, of those who are asked for.

    The period plays no part: each claim looks at all that is known.
    """
    today, kept = as_of(connection), _kept()
    if today is None or not kept:
        return Economics(today, ())
    chosen = chosen.people
    is_all = not chosen.condition.text
    mine = {}
    if not is_all:
        mine[Name.OLD_SPEND_MORE] = spent_by_old(connection, chosen, today, kept.get(PRICES, {}))
    told = []
    for one in map(Claim.read, kept[CLAIMS]):
        claim, is_narrowed = mine.get(one.name, one), is_all or one.name in mine
        if one.name == Name.ACQUIRING_COSTS_MORE:
            claim = winning_against_keeping(connection, costs, today)
        whom = chosen if is_narrowed else Filter()
        told.append(ClaimRow(claim, is_narrowed, _compared(connection, whom, claim, today)))
    return Economics(today, tuple(told))


def _compared(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, claim: Claim, today: date
) -> Filter | None:
    if not claim.n:
        return None
    if claim.name == Name.OLD_SPEND_MORE:
        last = last_day_of(complete_until(today))
        return replace(chosen, stayed=2 * YEAR, end=last)
    if claim.name == Name.NEW_ORDERS_COST_MORE:
        return replace(chosen, times=2, end=today - timedelta(days=AFTER))
    if claim.name == Name.OLD_PAY_MORE:
        # A refresh before there was a list of them told only how many they were.
        [known] = row(connection, "SELECT count(*) FROM compared")
        return replace(chosen, compared=True) if known else None
    return None


_MONTHLY = pa.schema([("month", pa.date32()), ("acquired", pa.int64()), ("kept", pa.int64())])


def winning_against_keeping(
    connection: duckdb.DuckDBPyConnection, costs: Costs, today: date
) -> Claim:
    """`trato.analytics.economics.acquiring_costs_more`, of the months that are over. Who sees costs
    sees all customers."""
    until = last_day_of(complete_until(today))
    spent = costs.on(WIN, KEEP, end=until)
    found = rows(
        connection,
        "SELECT month, coalesce(sum(customers) FILTER (WHERE cohort = month), 0) AS acquired,",
        "coalesce(sum(customers) FILTER (WHERE cohort < month), 0) AS kept FROM turnover",
        where(Clause("month <= ?", (until,))),
        "GROUP BY month ORDER BY month",
    )
    told = [dict(zip(_MONTHLY.names, one, strict=True)) for one in found]
    return acquiring_costs_more(spent, pa.Table.from_pylist(told, _MONTHLY))


def spent_by_old(
    connection: duckdb.DuckDBPyConnection,
    chosen: Filter,
    today: date,
    levels: Mapping[str, float],
) -> Claim:
    """`trato.analytics.economics.old_spend_more`, added up by the engine.

    ``levels`` of prices are by month (ISO); without them prices are taken as they are.
    """
    found: tuple[Any, ...] = (None,)
    if chosen.asks_whose_alone:
        sums = Clause(
            "SELECT sum(customers)::BIGINT, sum(second), sum(first), sum(second_squared),"
        )
        more = Clause("sum(first_squared), sum(product) FROM spenders")
        found = row(connection, sums, more, where(chosen.condition))
    if found[0] is None:
        found = row(connection, spenders(today, levels, chosen))
    customers, *added = found
    return spending(paired_sums(Sums(customers, *added)) if customers else None, customers)


def spenders(
    today: date,
    levels: Mapping[str, float],
    chosen: Filter = EVERYBODY,
    *,
    by: LiteralString = "",
) -> Clause:
    """Of customers who still bought after two years: how many there are, and what ratios need of
    what they spent in their second and in their first year. ``by`` are columns to be told apart.
    """
    until = complete_until(today)
    first = Clause("cohort < ?", (day_of(until - 2 * YEAR),))
    last = Clause("month <= ?", (day_of(until),))
    months, level = list(levels), [levels[one] for one in levels]
    each = by + "," if by else ""
    return joined(
        (
            "SELECT",
            each,
            "count(*) AS customers, sum(second), sum(first), sum(second * second),",
            "sum(first * first), sum(second * first) FROM (SELECT",
            each,
            "customer, max(tenure) AS longest,",
            Clause(
                "coalesce(sum(spent) FILTER (WHERE tenure BETWEEN 1 AND ?), 0) AS first,", (YEAR,)
            ),
            Clause(
                "coalesce(sum(spent) FILTER (WHERE tenure BETWEEN ? AND ?), 0) AS second",
                (YEAR + 1, 2 * YEAR),
            ),
            "FROM (SELECT *, date_diff('month', cohort, month) AS tenure,",
            "amount / coalesce(level, 1) AS spent FROM months LEFT JOIN",
            Clause(
                "(SELECT unnest(?::DATE[]) AS month, unnest(?::DOUBLE[]) AS level)", (months, level)
            ),
            "USING (month)",
            where(first, last, chosen.among),
            ") GROUP BY",
            each,
            Clause("customer) WHERE longest > ?", (2 * YEAR,)),
            "GROUP BY" if by else "",
            by,
        )
    )


def _kept() -> dict[str, Any]:
    done = Run.objects.filter(state=Run.State.DONE).values_list("figures", flat=True).first()
    kept: dict[str, Any] = (done or {}).get(FIGURES, {})
    return kept
