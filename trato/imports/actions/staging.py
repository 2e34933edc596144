"""From a file to rows in the database that are understood, but not yet written anywhere."""

import json
from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from trato.imports.drafting import cost_group
from trato.imports.mapping import Mapping
from trato.imports.models import Import
from trato.imports.parsing import ParsedRow, ParseSettings, compile_parser, plain_orders
from trato.imports.problems import RowProblem
from trato.imports.reading import ReadingHints, SourceRow, Table, open_table
from trato.kit.text import clean

CHUNK = 5000
LONGEST_GROUP = 300
LONGEST_SHOWN = 80
# Damage that leaves the first cell of a row as it was.
CUT_LATER = frozenset({"too_few_cells", "too_many_cells", "truncated_last_line"})

# A staged row as COPY takes it.
type Line = str

_COPY = """
COPY imports_importrow (run_id, number, "group", values, raw, problems, warnings) FROM STDIN
"""
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

_HALF_ORDERS = """
WITH bad AS (
    SELECT DISTINCT "group" FROM imports_importrow
    WHERE run_id = %(run)s AND problems IS NOT NULL AND "group" <> ''
), broken AS (
    -- A row whose order cannot be read may belong to the order before it or the one after it.
    SELECT number FROM imports_importrow
    WHERE run_id = %(run)s AND problems IS NOT NULL AND "group" = ''
), near AS (
    SELECT (SELECT "group" FROM imports_importrow r WHERE r.run_id = %(run)s
            AND r.number < broken.number ORDER BY r.number DESC LIMIT 1) AS "group" FROM broken
    UNION
    SELECT (SELECT "group" FROM imports_importrow r WHERE r.run_id = %(run)s
            AND r.number > broken.number ORDER BY r.number LIMIT 1) FROM broken
)
UPDATE imports_importrow SET problems = %(problem)s
WHERE run_id = %(run)s AND problems IS NULL
  AND "group" IN (SELECT "group" FROM bad UNION SELECT "group" FROM near WHERE "group" IS NOT NULL)
"""


def stage(run: Import) -> None:
    """Read, understand and store all rows of the file; starts anew when it is repeated.

    Raises CannotRead. An order of which one line is refused is refused whole.
    """
    run.rows.all().delete()
    run.rows_read = run.rows_refused = 0
    hints = ReadingHints.from_json(run.reading)
    table = open_table(file_of(run), name=run.file_name, hints=hints)
    for lines in _blocks(run, table):
        with transaction.atomic():
            _copy(lines)
            run.rows_read += len(lines)
            run.save(update_fields=["rows_read"])
    if run.kind == Import.Kind.ORDERS:
        _refuse_half_orders(run)
    run.rows_refused = run.rows.filter(problems__isnull=False).count()
    run.options = run.options | {"left_out": _left_out(table.skipped)}
    run.save(update_fields=["rows_read", "rows_refused", "options"])


def file_of(run: Import) -> Path:
    return Path(settings.MEDIA_ROOT) / run.path


def _left_out(skipped: Sequence[SourceRow]) -> list[dict[str, Any]]:
    """Lines that were taken for totals, notes or headings, for people to see."""
    return [
        {
            "row": row.number,
            "code": row.problem.code if row.problem else "",
            "cells": [
                text.replace("\0", "")[:LONGEST_SHOWN] for text in map(clean, row.raw) if text
            ],
        }
        for row in sorted(skipped, key=lambda row: row.number)
    ]


def _blocks(run: Import, table: Table) -> Iterator[list[Line]]:
    settings = ParseSettings.from_json(run.options["parsing"])
    stager = _Stager(run, Mapping.from_json(run.mapping), settings, table.headers)
    for rows in batched(table.rows(), CHUNK):
        yield stager.lines(rows)


class _Stager:
    """Rows of a file as lines for COPY: plain ones by the block, the others one by one."""

    def __init__(
        self, run: Import, mapping: Mapping, settings: ParseSettings, headers: tuple[str, ...]
    ) -> None:
        self._run, self._headers = run, headers
        self._first = mapping.columns[0].target
        self._parse = compile_parser(run.kind, mapping, settings)
        is_orders = run.kind == Import.Kind.ORDERS
        self._plain = plain_orders(mapping, settings, headers) if is_orders else None
        # The first row of the order that plain rows tell of: the careful parser has not seen it.
        self._order = ""
        self._unseen: SourceRow | None = None

    def lines(self, rows: Sequence[SourceRow]) -> list[Line]:
        if self._plain is None or any(map(self._is_odd, rows)):
            return [self._careful(row) for row in rows]
        plain = self._plain([row.raw for row in rows])
        return [self._line(row, found) for row, found in zip(rows, plain, strict=True)]

    def _is_odd(self, row: SourceRow) -> bool:
        """Not a row of as many cells as there are headings."""
        others = row.headers != self._headers or len(row.raw) != len(self._headers)
        return others or row.problem is not None

    def _line(self, row: SourceRow, found: tuple[str, str] | None) -> Line:
        if found is None:
            return self._careful(row)
        order, values = found
        if order != self._order:
            self._order, self._unseen = order, row
        if "\\" in values:
            values = values.replace("\\", "\\\\")
        return f"{self._run.pk}\t{row.number}\t{order}\t{values}\t\\N\t\\N\t\\N\n"

    def _careful(self, row: SourceRow) -> Line:
        if self._unseen is not None:
            self._parse(self._unseen)
        self._order, self._unseen = "", None
        parsed = self._parse(row)
        group = _group(self._run, row, parsed, self._first)
        values, raw = json.dumps(parsed.values), None
        if parsed.problems:
            values, raw = "{}", _plain(row.raw)
        told = (raw, _told(parsed.problems), _told(parsed.warnings))
        cells = (str(self._run.pk), str(row.number), group, values, *told)
        return "\t".join(_NULL if c is None else c.translate(_ESCAPES) for c in cells) + "\n"


def _plain(raw: list[str]) -> str:
    return json.dumps([cell.replace("\0", "") for cell in raw])


def _told(problems: Sequence[RowProblem]) -> str | None:
    # PostgreSQL's JSON has no null character, damaged files do.
    told = json.dumps([problem.to_json() for problem in problems]).replace("\\u0000", "")
    return told if problems else None


def _group(run: Import, row: SourceRow, parsed: ParsedRow, first: str) -> str:
    """Rows of one order, or of one cost, stand together; any other row stands alone, in the order
    of the file."""
    if run.kind == Import.Kind.COSTS and not parsed.problems:
        return cost_group(parsed.values)
    if run.kind != Import.Kind.ORDERS:
        return f"{row.number:09d}"
    number = parsed.values.get("order_id", "") if row.problem is None else _legible(row, first)
    return str(number)[:LONGEST_GROUP]


def _legible(row: SourceRow, first: str) -> str:
    """The order number of a damaged row, if it stands before the damage for certain."""
    kept = row.problem is not None and row.problem.code in CUT_LATER
    return clean(row.raw[0]) if kept and first == "order_id" and len(row.raw) > 1 else ""


def _copy(lines: Sequence[Line]) -> None:
    with connection.cursor() as sql, sql.copy(_COPY) as copy:
        copy.write("".join(lines))


def _refuse_half_orders(run: Import) -> None:
    problem = json.dumps([RowProblem("order_incomplete").to_json()])
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(_HALF_ORDERS, {"run": run.pk, "problem": problem})
