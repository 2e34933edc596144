"""Where what every page can be narrowed by is added up already; else the rows are read."""

from dataclasses import replace

from trato.customers.models import Stage
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import Clause, both, joined, where


def of_moves(chosen: Filter) -> Clause:
    """FROM what has day, from_stage, to_stage and how many ``moves``, within the period."""
    during = chosen.during("day")
    if chosen.asks_whose_alone:
        return joined(("FROM moves", where(during, chosen.condition)))
    rows = where(during, chosen.people.among)
    return joined(("FROM (SELECT *, 1 AS moves FROM transitions", rows, ")"))


def of_steps(chosen: Filter) -> Clause:
    """FROM what has ``furthest``, a later to_stage, and how many ``customers`` went that far."""
    if replace(chosen, known=False).asks_whose_alone:
        return joined(("FROM steps", chosen.customers))
    rows = where(Clause("furthest < to_stage"), chosen.among)
    return joined(("FROM (SELECT *, 1 AS customers FROM transitions", rows, ")"))


def of_stays(chosen: Filter) -> Clause:
    """FROM what has cohort, kind, country, origin, segment, team, and how many ``customers`` have
    stayed so many ``days``: until today, or they ``has_left``. The period is that of the cohort."""
    whom = both(chosen.people.condition, chosen.during_months("cohort"))
    if chosen.asks_whose_alone:
        return joined(("FROM stays", where(whom)))
    left = Clause("is_first AND to_stage = ?", (int(Stage.ABANDONMENT),))
    return joined(
        (
            "FROM (SELECT *, greatest(coalesce(gone, as_of) - first_day, 0) AS days,",
            "gone IS NOT NULL AS has_left, 1 AS customers FROM scores LEFT JOIN",
            "(SELECT customer, day AS gone FROM transitions",
            where(left),
            ") USING (customer)",
            where(whom, Clause("first_day IS NOT NULL")),
            ")",
        )
    )


def of_won(chosen: Filter) -> Clause:
    """FROM what has origin, acquired_by, cohort, and of how many ``customers`` the margin so far,
    the ``lifetime_value`` and how many are ``valued``. The period is that of the cohort."""
    if chosen.asks_whose_alone:
        return joined(("FROM won", _won_in(chosen)))
    return joined(
        (
            "FROM (SELECT origin, acquired_by, cohort, 1 AS customers,",
            "CASE WHEN NOT isnan(margin) THEN margin END AS margin, lifetime_value,",
            "(lifetime_value IS NOT NULL)::INTEGER AS valued FROM scores",
            _won_in(chosen),
            ")",
        )
    )


def of_margins(chosen: Filter) -> Clause:
    """FROM what has origin, acquired_by, cohort, month and the known margin of the month."""
    if chosen.asks_whose_alone:
        return joined(("FROM margins", _won_in(chosen)))
    return joined(
        (
            "FROM (SELECT origin, acquired_by, cohort, month, margin FROM months JOIN",
            "(SELECT customer, origin, acquired_by FROM scores",
            _won_in(chosen),
            ") USING (customer) WHERE NOT isnan(margin))",
        )
    )


def _won_in(chosen: Filter) -> Clause:
    bought = Clause("cohort IS NOT NULL")
    return where(chosen.people.condition, chosen.during_months("cohort"), bought)


def of_turnover(chosen: Filter, month: Clause) -> Clause:
    """FROM what has cohort, month, how many ``customers`` bought then, their orders and amount,
    ``known`` of it at a known cost (without taxes ``known_net``), which left ``margin``.
    ``month`` is a condition."""
    if chosen.asks_whose_alone:
        return joined(("FROM turnover", where(month, chosen.condition)))
    return joined(
        (
            "FROM (SELECT cohort, month, 1 AS customers, orders, amount, known, known_net,",
            "CASE WHEN NOT isnan(margin) THEN margin END AS margin FROM months",
            where(month, chosen.people.among),
            ")",
        )
    )
