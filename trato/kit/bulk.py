"""Whole columns out of PostgreSQL and into it, without a Python object a cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from numpy.typing import NDArray
from pyarrow import csv

_HEADER = 19
_END = b"\xff\xff"
_BLOCK = 32 * 1024 * 1024
_WIDE = {"i2": 2, "i4": 4, "i8": 8, "f8": 8, "?": 1}

type Parameters = Sequence[Any] | Mapping[str, Any]
type Column = tuple[str, str]
"""Name and numpy's word for the type: i2, i4, i8, f8 or ?."""


class NotFixed(ValueError):
    """A cell is empty or of another width than its column was said to have."""


# Copying goes through the driver's own cursor (``sql.cursor``): with DEBUG, Django's takes no
# parameters.


def read_numbers(
    query: str, parameters: Parameters, columns: Sequence[Column]
) -> dict[str, NDArray[Any]]:
    """The columns of a query, all numbers and never NULL, in this order and of these types.

    COPY's binary rows have all the same length then: a block of them is an array as it stands.
    Raises NotFixed.
    """
    wire = _wire(columns)
    waiting = bytearray()
    blocks: dict[str, list[NDArray[Any]]] = {name: [] for name, _kind in columns}
    with (
        connection.cursor() as sql,
        sql.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", parameters) as copy,
    ):
        rows = iter(copy)
        # The first message has the header before its row, or before the mark of the end.
        waiting += next(rows)
        for data in rows:
            waiting += data
            _take_what_has_come(copy, data, waiting)
            if len(waiting) >= _BLOCK:
                _read_block(waiting, wire, columns, blocks)
    _read_block(waiting, wire, columns, blocks)
    if waiting != _END:
        raise NotFixed("the rows are not all of one length")
    # One column after the other, so that not all of it is in memory twice.
    return {name: np.concatenate(blocks.pop(name)) for name, _kind in columns}


def _take_what_has_come(copy: Any, last: Any, waiting: bytearray) -> None:
    """Row by row without the driver's own loop, which costs twice as much for each of them.

    It ends at the mark that ends the rows, so that the driver sees the end itself.
    """
    take: Callable[[int], tuple[int, memoryview]] = copy.connection.pgconn.get_copy_data
    size, data = len(last), last
    while size > len(_END):
        size, data = take(1)
        waiting += data[: max(size, 0)]


def _wire(columns: Sequence[Column]) -> np.dtype[Any]:
    cells = [
        cell
        for number, (_name, kind) in enumerate(columns)
        for cell in ((f"l{number}", ">i4"), (f"v{number}", "?" if kind == "?" else f">{kind}"))
    ]
    return np.dtype([("cells", ">i2"), *cells])


def _read_block(
    waiting: bytearray,
    wire: np.dtype[Any],
    columns: Sequence[Column],
    blocks: dict[str, list[NDArray[Any]]],
) -> None:
    """Take the whole rows from the front of what waits."""
    start = _HEADER if waiting.startswith(b"PGCOPY\n\xff\r\n\0") else 0
    rows = (len(waiting) - start) // wire.itemsize
    block: NDArray[Any] = np.frombuffer(
        bytes(memoryview(waiting)[start : start + rows * wire.itemsize]), wire
    )
    del waiting[: start + rows * wire.itemsize]
    _check(block, columns)
    for number, (name, kind) in enumerate(columns):
        blocks[name].append(block[f"v{number}"].astype(kind))


def _check(block: NDArray[Any], columns: Sequence[Column]) -> None:
    if not (block["cells"] == len(columns)).all():
        raise NotFixed(f"expected {len(columns)} columns")
    for number, (name, kind) in enumerate(columns):
        if not (block[f"l{number}"] == _WIDE[kind]).all():
            raise NotFixed(f"{name}: a cell is empty or not of {_WIDE[kind]} bytes")


def read_table(query: str, parameters: Parameters, schema: pa.Schema) -> pa.Table:
    """The rows of any query as a table of this schema; an empty cell stays empty."""
    spool = pa.BufferOutputStream()
    with (
        connection.cursor() as sql,
        sql.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT CSV)", parameters) as copy,
    ):
        for data in copy:
            spool.write(data)
    text = spool.getvalue()
    if not text.size:
        return schema.empty_table()
    return csv.read_csv(
        pa.BufferReader(text),
        read_options=csv.ReadOptions(column_names=schema.names),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema,
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
        ),
    )


def write_table(name: str, table: pa.Table) -> int:
    """Append the rows of a table to the database's table of that name by COPY."""
    columns = ", ".join(connection.ops.quote_name(column) for column in table.column_names)
    statement = f"COPY {connection.ops.quote_name(name)} ({columns}) FROM STDIN (FORMAT CSV)"
    with connection.cursor() as sql, sql.cursor.copy(statement) as copy:
        for batch in table.to_batches(max_chunksize=50_000):
            sink = pa.BufferOutputStream()
            csv.write_csv(batch, sink, csv.WriteOptions(include_header=False))
            copy.write(memoryview(sink.getvalue()))
    return int(table.num_rows)


@dataclass(frozen=True, slots=True)
class _Rule:
    """An index or a constraint of a table, to be made again on the one that takes its place."""

    name: str
    definition: str
    kind: str

    @property
    def has_index(self) -> bool:
        return self.kind in "ipu"

    def made_on(self, table: str) -> str:
        if self.kind == "i":
            before, after = self.definition.split(" USING ", 1)
            unique = " UNIQUE" if before.startswith("CREATE UNIQUE") else ""
            return f'CREATE{unique} INDEX "{self._waiting}" ON "{table}" USING {after}'
        name = self._waiting if self.has_index else self.name
        return f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {self.definition}'

    @property
    def named(self) -> str:
        return f'ALTER INDEX "{self._waiting}" RENAME TO "{self.name}"'

    @property
    def _waiting(self) -> str:
        return f"next_{self.name}"[:63]


_RULES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), 'i'
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u'))
UNION ALL
SELECT k.conname, pg_get_constraintdef(k.oid), k.contype::text
FROM pg_constraint k WHERE k.conrelid = %(table)s::regclass AND k.contype IN ('p', 'u', 'c', 'f')
ORDER BY 3 DESC, 1
"""


def _rules(table: str) -> list[_Rule]:
    """Indexes before foreign keys: those lock the tables they point at."""
    with connection.cursor() as sql:
        sql.execute(_RULES, {"table": f'"{table}"'})
        rules = [_Rule(*row) for row in sql.fetchall()]
    return sorted(rules, key=lambda rule: rule.kind == "f")


@transaction.atomic
def swap_in(name: str, rows: pa.Table, *, points_at: Mapping[str, str]) -> int:
    """Replace all rows of a table at once: readers see the old ones until they see the new.

    The new rows are written beside the old ones, with the same indexes, checks and foreign keys;
    only the exchange of names, some milliseconds, locks out readers. ``points_at`` names the table
    that each column refers to: rows whose other end was deleted meanwhile are left out.
    """
    following = f"{name}_next"
    rules = _rules(name)
    with connection.cursor() as sql:
        sql.execute(f'DROP TABLE IF EXISTS "{following}"')
        sql.execute(
            f'CREATE TABLE "{following}"'
            f' (LIKE "{name}" INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY)'
        )
        write_table(following, rows)
        for column, target in points_at.items():
            sql.execute(
                f'DELETE FROM "{following}" n WHERE n."{column}" IS NOT NULL'  # noqa: S608 - our names
                f' AND NOT EXISTS (SELECT FROM "{target}" t WHERE t.id = n."{column}")'
            )
        for rule in rules:
            sql.execute(rule.made_on(following))
        sql.execute(f'ANALYZE "{following}"')
        sql.execute(f'SELECT count(*) FROM "{following}"')  # noqa: S608 - our name
        written = int(sql.fetchone()[0])
        # A table with checks still to come cannot be dropped.
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sql.execute(f'DROP TABLE "{name}"')
        sql.execute(f'ALTER TABLE "{following}" RENAME TO "{name}"')
        for rule in rules:
            if rule.has_index:
                sql.execute(rule.named)
        sql.execute("SET CONSTRAINTS ALL DEFERRED")
    return written
