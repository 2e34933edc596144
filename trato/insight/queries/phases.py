"""Who came to a phase and who left it: where they were on a day against where they are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import duckdb

from trato.customers.models import PHASE_OF, Phase
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import Clause, rows


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """Customers who are in the phase and were not, and those who were and are no more."""

    phase: Phase
    came: int
    left: int
    came_behind: Filter
    left_behind: Filter

    @property
    def net(self) -> int:
        return self.came - self.left


def phase_changes(
    connection: duckdb.DuckDBPyConnection, chosen: Filter, since: date
) -> tuple[PhaseChange, ...]:
    """Between the end of the day before ``since`` and the day the marts tell of."""
    found = rows(
        connection,
        "SELECT before, stage, count(*) FROM scores LEFT JOIN",
        "(SELECT customer, to_stage AS before FROM transitions",
        Clause("WHERE day < ? AND coalesce(until >= ?, true))", (since, since)),
        "USING (customer)",
        chosen.people.customers,
        "GROUP BY before, stage",
    )
    came, left = Counter[Phase](), Counter[Phase]()
    for before, now, customers in found:
        was = None if before is None else PHASE_OF[before]
        if was is not PHASE_OF[now]:
            came[PHASE_OF[now]] += customers
            left.update({was: customers} if was else {})
    return tuple(
        PhaseChange(
            phase,
            came[phase],
            left[phase],
            Filter(came_to=phase, start=since),
            Filter(left=phase, start=since),
        )
        for phase in Phase
    )
