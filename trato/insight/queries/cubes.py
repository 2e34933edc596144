"""Where what every page can be narrowed by is added up already; else the rows are read."""

from dataclasses import replace

from trato.customers.models import Stage
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import Clause, both, joined, where


def of_moves(chosen: Filter) -> Clause:
    """FROM what has day, from_stage, to_stage and how many ``moves``, within the period."""
    during = chosen.during("day")
    if _is_added_up(chosen):
        return joined(("FROM moves", where(during, chosen.condition)))
    rows = where(during, chosen.people.among)
    return joined(("FROM (SELECT *, 1 AS moves FROM transitions", rows, ")"))


def of_steps(chosen: Filter) -> Clause:
    """FROM what has ``furthest``, a later to_stage, and how many ``customers`` went that far."""
    if _is_added_up(replace(chosen, known=False)):
        return joined(("FROM steps", chosen.customers))
    rows = where(Clause("furthest < to_stage"), chosen.among)
    return joined(("FROM (SELECT *, 1 AS customers FROM transitions", rows, ")"))


def of_stays(chosen: Filter) -> Clause:
    """FROM what has cohort, kind, country, origin, segment, team, and how many ``customers`` have
    stayed so many ``days``: until today, or they ``has_left``. The period is that of the cohort."""
    whom = both(chosen.people.condition, chosen.during_months("cohort"))
    if _is_added_up(chosen):
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


def of_turnover(chosen: Filter, month: Clause) -> Clause:
    """FROM what has cohort, month, how many ``customers`` bought then, their orders and amount,
    ``known`` of it at a known cost, which left ``margin``. ``month`` is a condition."""
    if _is_added_up(chosen):
        return joined(("FROM turnover", where(month, chosen.condition)))
    return joined(
        (
            "FROM (SELECT cohort, month, 1 AS customers, orders, amount,",
            "CASE WHEN NOT isnan(margin) THEN amount END AS known,",
            "CASE WHEN NOT isnan(margin) THEN margin END AS margin FROM months",
            where(month, chosen.people.among),
            ")",
        )
    )


def _is_added_up(chosen: Filter) -> bool:
    return replace(chosen, start=None, end=None, segment=None, team=None, owner=None) == Filter()
