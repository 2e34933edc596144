"""What is earned, with whom and with what: by customer, segment, product, seller, channel ..."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, LiteralString

import duckdb

from trato.analytics.cohorts import last_day_of, month_of, months_between
from trato.analytics.concentration import Concentration, concentration
from trato.insight.queries.cubes import of_turnover
from trato.insight.queries.filters import NO_ONE, Filter
from trato.insight.queries.statement import NOTHING, Clause, columns, joined, row, rows, run, where


class Dimension(StrEnum):
    PRODUCT = "product"
    CATEGORY = "category_path"
    CHANNEL = "channel"
    STORE = "store"
    SELLER = "seller"
    TEAM = "team"
    OWNER = "owner"
    SEGMENT = "segment"
    STAGE = "stage"


class Sort(StrEnum):
    AMOUNT = "amount"
    MARGIN = "margin"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Profit:
    """``amount`` was sold, ``known_amount`` of it at a known cost: without taxes, which a margin
    has not either, ``known_net``, which left ``margin``.

    ``margin`` and ``rate`` (of ``known_net``) are None where no cost is known; the rate also where
    nothing is left to be divided by: what was free, or all came back.
    """

    amount: float
    known_amount: float
    known_net: float
    margin: float | None

    @property
    def rate(self) -> float | None:
        if self.margin is None or round(self.known_net, 2) <= 0:
            return None
        return self.margin / self.known_net

    @property
    def known_share(self) -> float | None:
        """How much of what was sold has a known cost; None where nothing was sold."""
        return self.known_amount / self.amount if self.amount else None


@dataclass(frozen=True, slots=True)
class ProfitRow:
    """``value`` is that of the dimension: an id, a name; '' and -1 are nobody's, nothing's.

    ``behind`` is None where the marts do not say which customers they are.
    """

    value: str | int
    orders: int
    quantity: float
    share: float
    profit: Profit
    behind: Filter | None


@dataclass(frozen=True, slots=True)
class ProfitTable:
    """``rows`` are the first of ``count``; ``total`` is of all of them.

    ``not_applied`` names what the sales could not be narrowed by.
    """

    total: Profit
    count: int
    rows: tuple[ProfitRow, ...]
    not_applied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerProfit:
    customer: int
    orders: int
    profit: Profit


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """The first customers by ``sort``, and on how few the margin (or the amount) hangs."""

    total: Profit
    count: int
    rows: tuple[CustomerProfit, ...]
    concentration: Concentration | None


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    orders: int
    profit: Profit
    behind: Filter


def by_dimension(
    connection: duckdb.DuckDBPyConnection,
    chosen: Filter,
    dimension: Dimension,
    *,
    sort: Sort = Sort.AMOUNT,
    limit: int = 200,
) -> ProfitTable:
    """From the cube of sales, within the period, segment, team, owner and stage."""
    narrowed = _of_sales(chosen)
    found = rows(
        connection,
        "FROM (SELECT",
        _COLUMN[dimension],
        "AS value,",
        _COUNTED.get(dimension, "sum(whole_orders)"),
        ", sum(quantity),",
        _PROFIT,
        "FROM sales",
        narrowed,
        "GROUP BY value) ORDER BY",
        _BEST[sort],
        Clause("DESC NULLS LAST, value LIMIT ?", (limit,)),
    )
    *sums, count = row(
        connection,
        "SELECT",
        _PROFIT,
        ", count(DISTINCT",
        _COLUMN[dimension],
        ") FROM sales",
        narrowed,
    )
    total = Profit(*sums)
    return ProfitTable(
        total=total,
        count=count,
        rows=tuple(
            ProfitRow(
                value=value,
                orders=int(orders),
                quantity=float(quantity),
                share=sold / total.amount if total.amount else 0.0,
                profit=Profit(sold, *more),
                behind=_behind(chosen, dimension, value),
            )
            for value, orders, quantity, sold, *more in found
        ),
        not_applied=_not_applied(chosen),
    )


def by_customer(
    connection: duckdb.DuckDBPyConnection,
    chosen: Filter,
    *,
    sort: Sort = Sort.MARGIN,
    limit: int = 200,
) -> CustomerTable:
    """What each customer brought within the period."""
    total = Profit(*row(connection, "SELECT", _SUMS, _all_of(connection, chosen)))
    worth: LiteralString = "amount" if total.margin is None else "margin"
    # No more than is needed to put them in order: each sum of each customer takes its time.
    run(
        connection,
        "CREATE OR REPLACE TEMP TABLE brought AS SELECT customer,",
        joined((worth, "AS worth,", _BEST[sort], "AS best FROM (", _each(connection, chosen), ")")),
    )
    [count] = row(connection, "SELECT count(*) FROM brought")
    first = Clause(
        "customer IN (SELECT customer FROM brought"
        # Of equal ones, those known for longest.
        " ORDER BY best DESC NULLS LAST, customer LIMIT ?)",
        (limit,),
    )
    found = rows(
        connection,
        "SELECT customer, orders, amount, known, known_net, margin FROM (",
        _each(connection, chosen, first),
        ") ORDER BY",
        _BEST[sort],
        "DESC NULLS LAST, customer",
    )
    told = columns(connection, "SELECT worth FROM brought WHERE worth IS NOT NULL")
    return CustomerTable(
        total=total,
        count=count,
        rows=tuple(
            CustomerProfit(customer, int(orders), Profit(*sums))
            for customer, orders, *sums in found
        ),
        concentration=concentration(told["worth"]),
    )


def by_month(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[Month, ...]:
    """What was sold to known customers, month by month, those without anything between others
    included."""
    found = rows(
        connection,
        "SELECT month, sum(orders),",
        _SUMS,
        of_turnover(chosen, chosen.during_months()),
        "GROUP BY month ORDER BY month",
    )
    if not found:
        return ()
    sold = {month: (int(orders), Profit(*sums)) for month, orders, *sums in found}
    nothing = 0, Profit(0.0, 0.0, 0.0, None)
    return tuple(
        Month(
            month,
            *sold.get(month, nothing),
            replace(chosen, start=month, end=last_day_of(month_of(month)), bought=True),
        )
        for month in months_between(found[0][0], found[-1][0])
    )


def _each(connection: duckdb.DuckDBPyConnection, chosen: Filter, among: Clause = NOTHING) -> Clause:
    """A row a customer who bought within the period: orders, amount, known, known_net, margin.

    Without a period, and in the usual ones, the money of a customer is added up already.
    """
    if not (chosen.start or chosen.end):
        whom = where(chosen.condition, Clause("purchases > 0"), among)
        return joined(
            (
                "SELECT customer, purchases AS orders, amount,",
                "known, known_net, CASE WHEN NOT isnan(margin) THEN margin END AS margin",
                "FROM scores",
                whom,
            )
        )
    if _is_usual(connection, chosen):
        ends = Clause("start = ? AND until = ?", (chosen.start, chosen.end))
        narrowed = where(ends, chosen.condition, among)
        told = "SELECT customer, orders, amount, known, known_net, margin FROM earned"
        return joined((told, narrowed))
    return brought(chosen, among=among)


def _all_of(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Clause:
    """FROM what has the amount, known, known_net and margin of them all, in rows of whatever
    kind."""
    if not (chosen.start or chosen.end) or _is_usual(connection, chosen):
        return joined(("FROM (", _each(connection, chosen), ")"))
    return of_turnover(chosen, chosen.during_months())


def brought(chosen: Filter, *, by: LiteralString = "", among: Clause = NOTHING) -> Clause:
    """A row a customer who bought within the period: orders, amount, known, known_net, margin.
    ``by`` are columns that come before, which may be the ends of the period, ``start`` and
    ``until``."""
    ends = Clause("?::DATE AS start, ?::DATE AS until", (chosen.start, chosen.end))
    return joined(
        (
            "SELECT",
            by + "," if by else "",
            "customer, sum(orders)::INTEGER AS orders, sum(amount) AS amount,",
            "sum(known) AS known, sum(known_net) AS known_net,",
            _MARGIN,
            "AS margin",
            "FROM (SELECT *,",
            ends,
            "FROM months)",
            where(chosen.during_months(), chosen.people.among, among),
            "GROUP BY",
            by + "," if by else "",
            "customer",
            "ORDER BY" if by else "",
            by,
        )
    )


def _is_usual(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> bool:
    if not chosen.asks_whose_alone:
        return False
    ends = Clause("WHERE start = ? AND until = ? LIMIT 1", (chosen.start, chosen.end))
    return bool(rows(connection, "SELECT 1 FROM all_earned", ends))


def _of_sales(chosen: Filter) -> Clause:
    conditions = (
        Clause(sql, (getattr(chosen, name),))
        for name, sql in _SALES.items()
        if getattr(chosen, name) is not None
    )
    return where(chosen.during_months(), *conditions)


def _not_applied(chosen: Filter) -> tuple[str, ...]:
    """The cube of sales knows segment, team, owner and stage of a customer, and no more."""
    told = chosen.parameters.keys()
    return tuple(name for name in told if name not in {*_SALES, "start", "end"})


def _behind(chosen: Filter, dimension: Dimension, value: str | int) -> Filter | None:
    if dimension is Dimension.SEGMENT and value == NO_ONE:
        return None
    # Of whom it is asked in the table of sales, so what narrows that one narrows them.
    told: dict[str, Any] = {name: getattr(chosen, name) for name in ("start", "end", *_SALES)}
    return Filter(**told | {_MEANT[dimension]: value, "bought": dimension in _OF_CUSTOMERS})


_SUMS: LiteralString = (
    "coalesce(sum(amount), 0), coalesce(sum(known), 0), coalesce(sum(known_net), 0), sum(margin)"
)
# Unknown margins are NaN; of no known cost at all there is no margin.
_MARGIN: LiteralString = "sum(margin) FILTER (WHERE NOT isnan(margin))"
_PROFIT: LiteralString = (
    "coalesce(sum(amount), 0) AS amount,"
    " coalesce(sum(amount) FILTER (WHERE NOT isnan(margin)), 0) AS known,"
    " coalesce(sum(net) FILTER (WHERE NOT isnan(margin)), 0) AS known_net,"
    " sum(margin) FILTER (WHERE NOT isnan(margin)) AS margin"
)
_COLUMN: dict[Dimension, LiteralString] = {
    Dimension.PRODUCT: "product",
    Dimension.CATEGORY: "category_path",
    Dimension.CHANNEL: "channel",
    Dimension.STORE: "store",
    Dimension.SELLER: "seller",
    Dimension.TEAM: "team",
    Dimension.OWNER: "owner",
    Dimension.SEGMENT: "coalesce(segment, -1)",
    Dimension.STAGE: "stage",
}
# Of several products an order is one; products and categories each count those that have them.
_COUNTED: dict[Dimension, LiteralString] = {
    Dimension.PRODUCT: "sum(orders)",
    Dimension.CATEGORY: "sum(category_orders)",
}
_MEANT = {dimension: dimension.value for dimension in Dimension} | {Dimension.CATEGORY: "category"}
_OF_CUSTOMERS = {Dimension.SEGMENT, Dimension.TEAM, Dimension.OWNER, Dimension.STAGE}
_BEST: dict[Sort, LiteralString] = {
    Sort.AMOUNT: "amount",
    Sort.MARGIN: "margin",
    Sort.RATE: "CASE WHEN round(known_net, 2) > 0 THEN margin / known_net END",
}
_SALES: dict[str, LiteralString] = {
    "segment": "segment = ?",
    "team": "team = ?",
    "owner": "owner = ?",
    "stage": "stage = ?",
}
