"""From a file to rows in the database that are understood, but not yet written anywhere."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from trato.imports.mapping import Mapping
from trato.imports.models import Import
from trato.imports.parsing import ParsedRow, ParseSettings, compile_parser
from trato.imports.problems import RowProblem
from trato.imports.reading import ReadingHints, SourceRow, open_table
from trato.kit.text import clean

CHUNK = 5000
LONGEST_GROUP = 300
# Damage that leaves the first cell of a row as it was.
CUT_LATER = frozenset({"too_few_cells", "too_many_cells", "truncated_last_line"})

type StagedRow = tuple[int, int, str, str, str | None, str | None, str | None]

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
    source = rows_of(run)
    while chunk := list(next(batched(source, CHUNK), ())):
        with transaction.atomic():
            _copy(chunk)
            run.rows_read += len(chunk)
            run.save(update_fields=["rows_read"])
    if run.kind == Import.Kind.ORDERS:
        _refuse_half_orders(run)
    run.rows_refused = run.rows.filter(problems__isnull=False).count()
    run.save(update_fields=["rows_read", "rows_refused"])


def file_of(run: Import) -> Path:
    return Path(settings.MEDIA_ROOT) / run.path


def rows_of(run: Import) -> Iterator[StagedRow]:
    hints = ReadingHints.from_json(run.reading)
    table = open_table(file_of(run), name=run.file_name, hints=hints)
    mapping = Mapping.from_json(run.mapping)
    parse = compile_parser(run.kind, mapping, ParseSettings.from_json(run.options["parsing"]))
    first = mapping.columns[0].target
    for row in table.rows():
        yield _staged(run, row, parse(row), first)


def _staged(run: Import, row: SourceRow, parsed: ParsedRow, first: str) -> StagedRow:
    group = _group(run, row, parsed, first)
    warnings = _told(parsed.warnings)
    if not parsed.problems:
        return run.pk, row.number, group, json.dumps(parsed.values), None, None, warnings
    return run.pk, row.number, group, "{}", _plain(row.raw), _told(parsed.problems), warnings


def _plain(raw: list[str]) -> str:
    return json.dumps([cell.replace("\0", "") for cell in raw])


def _told(problems: Sequence[RowProblem]) -> str | None:
    # PostgreSQL's JSON has no null character, damaged files do.
    told = json.dumps([problem.to_json() for problem in problems]).replace("\\u0000", "")
    return told if problems else None


def _group(run: Import, row: SourceRow, parsed: ParsedRow, first: str) -> str:
    """Rows of one order stand together; any other row stands alone, in the order of the file."""
    if run.kind != Import.Kind.ORDERS:
        return f"{row.number:09d}"
    number = parsed.values.get("order_id", "") if row.problem is None else _legible(row, first)
    return str(number)[:LONGEST_GROUP]


def _legible(row: SourceRow, first: str) -> str:
    """The order number of a damaged row, if it stands before the damage for certain."""
    kept = row.problem is not None and row.problem.code in CUT_LATER
    return clean(row.raw[0]) if kept and first == "order_id" and len(row.raw) > 1 else ""


def _copy(rows: Iterable[StagedRow]) -> None:
    with (
        connection.cursor() as sql,
        sql.copy(
            'COPY imports_importrow (run_id, number, "group", values, raw, problems, warnings)'
            " FROM STDIN"
        ) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _refuse_half_orders(run: Import) -> None:
    problem = json.dumps([RowProblem("order_incomplete").to_json()])
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(_HALF_ORDERS, {"run": run.pk, "problem": problem})
