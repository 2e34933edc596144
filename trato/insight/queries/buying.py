"""Who bought so often, and who bought again: conditions that ask the lines of the lake for days."""

from datetime import date
from typing import LiteralString

from trato.insight.queries.statement import Clause, both, joined, where

# Of the lines of a customer and a day.
_IS_PURCHASE: LiteralString = (
    "GROUP BY customer, day HAVING bool_or(is_purchase) AND sum(amount) > 0)"
)


def again(during: Clause) -> Clause:
    """``during`` is a condition on the day; the day of the first purchase is none."""
    return joined(
        (
            "customer IN (SELECT customer FROM lines",
            "JOIN (SELECT customer, first_day FROM scores) USING (customer)",
            where(Clause("day > first_day"), during),
            _IS_PURCHASE,
        )
    )


def often(least: int, most: int | None, *, until: date) -> Clause:
    """Whole months are counted already; the lines tell the days of the last one."""
    month = until.replace(day=1)
    many = Clause("sum(orders) >= ?", (least,))
    few = Clause("sum(orders) <= ?", (most,)) if most is not None else Clause()
    return joined(
        (
            "customer IN (SELECT customer FROM (SELECT customer, orders FROM months",
            Clause("WHERE month < ? UNION ALL SELECT customer, 1 FROM lines", (month,)),
            Clause("WHERE day BETWEEN ? AND ?", (month, until)),
            _IS_PURCHASE,
            "GROUP BY customer HAVING",
            both(many, few),
            ")",
        )
    )
