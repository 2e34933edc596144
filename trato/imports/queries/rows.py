"""Imports and their rows, as they were read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from trato.identity.models import User
from trato.imports.mapping import Mapping as ColumnMapping
from trato.imports.models import Import, ImportRow
from trato.imports.problems import RowProblem
from trato.imports.queries.shown import Value, Writer
from trato.imports.reading import FileKind

LONGEST_CELL = 80


def recent_imports(user: User, *, before: int | None = None, limit: int = 50) -> list[Import]:
    """The newest first; older than the one given."""
    found = Import.objects.visible_to(user).select_related("user").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[:limit])


def refused_rows(run: Import) -> QuerySet[ImportRow]:
    return run.rows.filter(problems__isnull=False).order_by("number")


def refused_sample(run: Import, limit: int = 50) -> list[ImportRow]:
    return list(refused_rows(run)[:limit])


def each_refused(run: Import) -> Iterator[ImportRow]:
    yield from refused_rows(run).iterator(2000)


def good_rows(run: Import) -> QuerySet[ImportRow]:
    return run.rows.filter(problems__isnull=True).order_by("number")


def warned_rows(run: Import) -> QuerySet[ImportRow]:
    return good_rows(run).filter(warnings__isnull=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the file under its heading; ``problem`` is what is wrong with it."""

    header: str
    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row with what is wrong with it: as a whole, and by cell."""

    number: int
    problems: list[str]
    wrong: list[Cell]
    others: list[Cell]


def refused(run: Import, limit: int = 50) -> list[Faulty]:
    rows = list(refused_rows(run)[:limit])
    headers = _headers(run)
    writer = Writer(run)
    return [_faulty(row, row.problems, _cells(row, headers, writer)) for row in rows]


def warned(run: Import, limit: int = 50) -> list[Faulty]:
    """Rows that come in, but without some cell."""
    return [_faulty(row, row.warnings, []) for row in warned_rows(run)[:limit]]


def _headers(run: Import) -> list[str]:
    return [column.header for column in ColumnMapping.from_json(run.mapping).columns]


def _cells(row: ImportRow, headers: Sequence[str], writer: Writer) -> list[Cell]:
    """What the row said; of one that was understood but is refused with its order, what it says."""
    if row.raw is None:
        return [Cell(value.label, value.text) for value in writer.values(row.values)]
    beyond = [f"{place}." for place in range(len(headers) + 1, len(row.raw) + 1)]
    pairs = zip([*headers, *beyond], row.raw, strict=False)
    return [Cell(header, text.strip()[:LONGEST_CELL]) for header, text in pairs if text.strip()]


def _faulty(row: ImportRow, told: Sequence[Mapping[str, Any]], cells: Sequence[Cell]) -> Faulty:
    problems = [RowProblem.from_json(problem) for problem in told]
    columns = {problem.column for problem in problems if problem.column}
    return Faulty(
        row.number,
        [problem.message for problem in problems if not problem.column],
        [Cell(one.column, one.value, one.message) for one in problems if one.column],
        [cell for cell in cells if cell.header not in columns],
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong, and with how many rows."""

    column: str
    message: str
    count: int


def refused_reasons(run: Import) -> list[Reason]:
    return _reasons(refused_rows(run), "problems")


def warned_reasons(run: Import) -> list[Reason]:
    return _reasons(warned_rows(run), "warnings")


def _reasons(rows: QuerySet[ImportRow], kept: str, most: int = 8) -> list[Reason]:
    """What is wrong most often, by the first thing that is wrong with each row."""
    found: Counter[tuple[str, str]] = Counter()
    parts = [f"{kept}__0__{part}" for part in ("code", "column", "params")]
    groups = rows.order_by().values_list(*parts).annotate(times=Count("pk")).order_by("-times")
    for code, column, params, times in groups[:200]:
        problem = RowProblem(code, column or "", params=params or {})
        found[problem.column, problem.message] += times
    ranked = found.most_common(most)
    return [Reason(column, message, times) for (column, message), times in ranked]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the file that was taken for no data: totals, a note, the headings again."""

    number: int
    code: str
    reason: str
    cells: list[str]


def left_out(run: Import) -> list[LeftOut]:
    return [
        LeftOut(line["row"], line["code"], RowProblem(line["code"]).message, line["cells"])
        for line in run.options.get("left_out", [])
    ]


def not_imported(run: Import) -> list[str]:
    """The columns that become nothing; those first of which a cell was seen."""
    cells = run.options.get("cells", {})
    columns = ColumnMapping.from_json(run.mapping).columns
    skipped = [column.header for column in columns if not column.target]
    if run.reading.get("kind") == FileKind.VCARD:
        # We name the columns of cards, whether a card has such a thing or not.
        skipped = [header for header in skipped if cells.get(header)]
    return sorted(skipped, key=lambda header: not cells.get(header))


@dataclass(frozen=True, slots=True)
class Understood:
    """A good row of the sample: its values in the order of the columns."""

    number: int
    values: list[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """The first good rows as a table: labels that occur, and the values below them."""

    labels: list[str]
    rows: list[Understood]


def understood(run: Import, limit: int = 12) -> Sample:
    writer = Writer(run)
    rows = [(row.number, writer.values(row.values)) for row in good_rows(run)[:limit]]
    places: dict[str, Value] = {}
    for _number, values in rows:
        places |= {value.key: value for value in values}
    keys = sorted(places, key=lambda key: places[key].place)
    return Sample(
        [places[key].label for key in keys],
        [Understood(number, _in_order(keys, values)) for number, values in rows],
    )


def _in_order(keys: Sequence[str], values: Sequence[Value]) -> list[str]:
    texts = {value.key: value.text for value in values}
    return [texts.get(key, "") for key in keys]
