"""SQL put together from texts of the code; what a user gives is always a parameter."""

from dataclasses import dataclass
from typing import Any, LiteralString

import duckdb


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and the values of its question marks."""

    text: LiteralString = ""
    values: tuple[object, ...] = ()


NOTHING = Clause()

type Part = LiteralString | Clause


def joined(parts: tuple[Part, ...]) -> Clause:
    texts: list[LiteralString] = []
    values: list[object] = []
    for part in parts:
        clause = part if isinstance(part, Clause) else Clause(part)
        texts.append(clause.text)
        values += clause.values
    return Clause(" ".join(texts), tuple(values))


def both(*conditions: Clause) -> Clause:
    """All of the conditions, without those that are empty."""
    parts: list[Part] = []
    for one in conditions:
        if one.text:
            parts += ["AND", one] if parts else [one]
    return joined(tuple(parts))


def where(*conditions: Clause) -> Clause:
    """The same after WHERE; nothing at all without any."""
    told = both(*conditions)
    return joined(("WHERE", told)) if told.text else told


def run(connection: duckdb.DuckDBPyConnection, *parts: Part) -> None:
    statement = joined(parts)
    connection.execute(statement.text, list(statement.values))


def rows(connection: duckdb.DuckDBPyConnection, *parts: Part) -> list[tuple[Any, ...]]:
    statement = joined(parts)
    return connection.execute(statement.text, list(statement.values)).fetchall()


def row(connection: duckdb.DuckDBPyConnection, *parts: Part) -> tuple[Any, ...]:
    """The only row of a statement that counts or sums."""
    return rows(connection, *parts)[0]


def columns(connection: duckdb.DuckDBPyConnection, *parts: Part) -> dict[str, Any]:
    """Whole columns as arrays of numpy, by name."""
    statement = joined(parts)
    return connection.execute(statement.text, list(statement.values)).fetchnumpy()
