"""The journey of one customer."""

from dataclasses import dataclass
from datetime import date

import duckdb

from trato.insight.queries.statement import Clause, rows


@dataclass(frozen=True, slots=True)
class Move:
    """A change of stage; ``from_stage`` is 0 for the first."""

    day: date
    from_stage: int
    to_stage: int
    cause: str


def moves(connection: duckdb.DuckDBPyConnection, customer: int) -> list[Move]:
    """The latest first."""
    found = rows(
        connection,
        "SELECT day, from_stage, to_stage, cause FROM moves_of_customers",
        Clause("WHERE customer = ? ORDER BY day DESC, to_stage", (customer,)),
    )
    return [Move(*one) for one in found]
