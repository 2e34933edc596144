"""Who had left so long after the first purchase, and who was still followed: conditions."""

from trato.customers.models import Stage
from trato.insight.queries.statement import Clause, joined, where

# Days of one on average.
MONTH = 30.4375


def followed(months: int) -> Clause:
    """Who first bought so long ago or longer, and had not left before."""
    old_enough = Clause("as_of - first_day >= ?", (months * MONTH,))
    return joined(
        (old_enough, "AND customer NOT IN", _left(Clause(_STAYED + " < ?", (months * MONTH,))))
    )


def gone(after: int | None, by: int | None) -> Clause:
    """Who left later than ``after`` months and within ``by`` months of the first purchase."""
    later = Clause() if after is None else Clause(_STAYED + " > ?", (after * MONTH,))
    sooner = Clause() if by is None else Clause(_STAYED + " <= ?", (by * MONTH,))
    return joined(("customer IN", _left(later, sooner)))


# What comes before the first purchase by a correction of it counts as on its day.
_STAYED = "greatest(day - first_day, 0)"


def _left(*when: Clause) -> Clause:
    """For the first time; who comes back is not followed any further."""
    first = Clause("is_first AND to_stage = ?", (int(Stage.ABANDONMENT),))
    return joined(
        (
            "(SELECT customer FROM transitions JOIN (SELECT customer, first_day FROM scores)",
            "USING (customer)",
            where(first, *when),
            ")",
        )
    )
