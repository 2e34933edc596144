"""CSV and its kin: text with a separator."""

from collections.abc import Iterator
from itertools import islice

from trato.imports.problems import RowProblem
from trato.imports.reading.encoding import (
    SAMPLE,
    Encoding,
    find_encoding,
    lines_of,
    shown,
    text_of,
)
from trato.imports.reading.layout import Delimiting, find_delimiting
from trato.imports.reading.records import LONGEST_CELL, Records
from trato.imports.reading.sources import Source
from trato.imports.reading.table import (
    FileKind,
    Layout,
    ReadingHints,
    SourceRow,
    Table,
    skip,
    unique_headers,
)
from trato.imports.reading.tail import without_tail


def open_delimited(source: Source, name: str, hints: ReadingHints) -> Table:
    encoding = find_encoding(source, hints.encoding)
    found = find_delimiting(
        sample_lines(source, encoding),
        separator=hints.separator,
        quote=hints.quote,
        header_row=hints.header_row,
        tabs_likely=name.lower().endswith((".tsv", ".tab")),
    )
    layout = Layout(
        kind=FileKind.DELIMITED,
        encoding=encoding.name,
        separator=found.separator,
        quote=found.quote,
        header_row=found.shape.header_row,
        packing=source.packing,
    )
    headers = unique_headers([shown(title) for title in found.shape.titles])

    def read(skipped: list[SourceRow]) -> Iterator[SourceRow]:
        rows = _rows(source, encoding, found, headers, skipped)
        return without_tail(rows, skipped)

    return Table(name, layout, headers, read)


def sample_lines(source: Source, encoding: Encoding) -> list[str]:
    """The lines that begin within the sample; a line cut by its end is left out."""
    with text_of(source, encoding) as text:
        start = text.read(SAMPLE)
        whole = not text.read(1)
    lines = list(_lines(start))
    return lines if whole or len(lines) < 2 else lines[:-1]


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends as files have them: ``splitlines`` would also cut at form feeds."""
    pieces = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    yield from (f"{piece}\n" for piece in pieces[:-1])
    if pieces[-1]:
        yield pieces[-1]


def _rows(
    source: Source,
    encoding: Encoding,
    found: Delimiting,
    headers: tuple[str, ...],
    skipped: list[SourceRow],
) -> Iterator[SourceRow]:
    first, titles = found.shape.first_line, found.shape.titles
    lines = lines_of(source, encoding)
    records = Records(
        islice(lines, first, None),
        found.separator,
        found.quote,
        width=len(headers),
        shortest=found.shape.shortest,
        number=first,
    )
    row = None
    for number, cells, code in records:
        if code:
            row = SourceRow(number, cells, headers, _problem(code, cells, headers))
            yield row
        elif cells == titles:
            skip(skipped, SourceRow(number, cells, headers), "header_repeated")
        elif any(map(str.strip, cells)):
            row = SourceRow(number, cells, headers)
            yield row
    if source.truncated:
        yield from _cut(records, row, headers)


def _problem(code: str, cells: list[str], headers: tuple[str, ...]) -> RowProblem:
    if code == "cell_too_long":
        return RowProblem(code, params={"limit": LONGEST_CELL})
    if code.startswith("too_"):
        return RowProblem(code, params={"found": len(cells), "expected": len(headers)})
    return RowProblem(code)


def _cut(records: Records, last: SourceRow | None, headers: tuple[str, ...]) -> Iterator[SourceRow]:
    """The last row of an archive cut short may look whole and not be."""
    if last is not None and records.unfinished and last.problem is None:
        last.problem = RowProblem("truncated_last_line")
    yield SourceRow(records.number + 1, [], headers, RowProblem("file_truncated"))
