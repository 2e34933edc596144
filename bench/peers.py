"""What the bare database needs for the same rows: COPY, without a question asked.

Once into tables of the same shape, with the same keys, foreign keys and indexes, but empty; once
into the very tables, under other keys, and taken back; once as text.
"""

import csv
import io
from collections.abc import Mapping

from django.db import connection, transaction

from bench.measure import Took, timed

_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_KEYS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""


def same_shape(tables: Mapping[str, str]) -> Took:
    """COPY of the rows that a condition for each table picks, into copies of the tables."""
    rows = {table: _taken(table, condition) for table, condition in tables.items()}
    with connection.cursor() as sql:
        for table in tables:
            sql.execute(f"DROP TABLE IF EXISTS peer_{table} CASCADE")
            sql.execute(f"CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL)")
        for table in tables:
            sql.execute(_KEYS, [table])
            for (definition,) in sql.fetchall():
                sql.execute(f"ALTER TABLE peer_{table} ADD {_among_peers(definition, tables)}")
        took = timed(lambda: _give(rows))
        for table in tables:
            sql.execute(f"DROP TABLE peer_{table} CASCADE")
    return took


def _among_peers(definition: str, tables: Mapping[str, str]) -> str:
    for table in tables:
        definition = definition.replace(f"REFERENCES {table}(", f"REFERENCES peer_{table}(")
    return definition


def these_tables(tables: Mapping[str, str], other: Mapping[str, str]) -> Took:
    """The same into the tables themselves, as full as they are. ``other`` are the columns that the
    rows have otherwise, so that they are not there yet."""
    rows = {table: _taken(table, condition, other) for table, condition in tables.items()}

    def give() -> None:
        with transaction.atomic():
            _give(rows, prefix="")
            with connection.cursor() as sql:
                sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    return timed(give)


type Rows = tuple[str, bytes]


def _taken(table: str, condition: str, other: Mapping[str, str] | None = None) -> Rows:
    with connection.cursor() as sql:
        sql.execute(_COLUMNS, [table])
        names = [name for (name,) in sql.fetchall()]
        columns = ", ".join(f'"{name}"' for name in names)
        taken = ", ".join((other or {}).get(name, f'"{name}"') for name in names)
        statement = f"COPY (SELECT {taken} FROM {table} WHERE {condition}) TO STDOUT"  # noqa: S608
        with sql.copy(statement) as copy:
            return columns, b"".join(bytes(block) for block in copy)


@transaction.atomic
def _give(rows: Mapping[str, Rows], prefix: str = "peer_") -> None:
    with connection.cursor() as sql:
        for table, (columns, data) in rows.items():
            with sql.copy(f"COPY {prefix}{table} ({columns}) FROM STDIN") as copy:
                copy.write(data)


def as_text(text: str) -> Took:
    """COPY of the file into a table of nothing but text."""
    width = len(next(csv.reader(io.StringIO(text))))
    columns = ", ".join(f"c{place} text" for place in range(width))

    def give() -> None:
        with connection.cursor() as sql:
            sql.execute(f"CREATE TEMPORARY TABLE peer_text ({columns})")
            with sql.copy("COPY peer_text FROM STDIN CSV HEADER") as copy:
                copy.write(text)
            sql.execute("DROP TABLE peer_text")

    return timed(give)
