"""Workbooks (XLSX and its kin): typed cells written as text that can be read in one way only."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Protocol

import python_calamine

from trato.imports.problems import CannotRead, RowProblem
from trato.imports.reading.layout import Sampled, Shape, find_shape
from trato.imports.reading.sources import Source, copied, source_of
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
from trato.imports.reading.xlsx import NotPlain, Part, Workbook, digits

MOST_UNPACKED = 4 * 1024**3
# What is no XLSX is read as a whole.
MOST_IN_MEMORY = 256 * 1024**2
_LOOKED_AT = 1000

type Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet(Protocol):
    @property
    def name(self) -> str: ...

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number and the texts of each row, from the start as often as asked."""


class Streamed:
    """A sheet of an XLSX, read as it goes."""

    def __init__(self, source: Source, part: Part) -> None:
        self._source, self._part = source, part
        self.name = part.name

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        with self._source.opener() as stream:
            yield from Workbook(stream).rows(self._part)


class Held:
    """A sheet of another kind of workbook, held in memory."""

    def __init__(self, sheet: python_calamine.CalamineSheet) -> None:
        self._sheet = sheet
        self.name = sheet.name

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            yield number, list(map(_text, cells))


def open_workbook(source: Source, name: str, hints: ReadingHints) -> Table:
    sheet, names = _sheet(source, hints.sheet)
    shape = _shape(sheet, hints.header_row)
    headers = unique_headers(list(shape.titles))
    layout = Layout(
        kind=FileKind.SHEET,
        sheet=sheet.name,
        sheets=names,
        header_row=shape.header_row,
        packing=source.packing,
    )

    def read(skipped: list[SourceRow]) -> Iterator[SourceRow]:
        return without_tail(_rows(sheet, shape, headers, skipped), skipped)

    return Table(name, layout, headers, read)


def _sheet(source: Source, told: str | None) -> tuple[Sheet, tuple[str, ...]]:
    # Readers of workbooks jump to and fro, which a packed file does not allow.
    plain = source_of(copied(source)) if source.packing else source
    with plain.opener() as stream:
        _guard(stream, MOST_UNPACKED)
    try:
        return _streamed(plain, told)
    except NotPlain:
        return _held(plain, told)


def _guard(stream: IO[bytes], most: int) -> None:
    """Refuse what would fill the disk or the memory once unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(member.file_size for member in archive.infolist()) > most:
                raise CannotRead("workbook_too_large")
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        raise CannotRead("workbook_damaged") from None
    stream.seek(0)


def _streamed(source: Source, told: str | None) -> tuple[Sheet, tuple[str, ...]]:
    """Raises NotPlain."""
    with source.opener() as stream:
        parts = Workbook(stream).sheets
    names = [part.name for part in parts if part.is_seen] or [part.name for part in parts]
    by_name: dict[str, Sheet] = {part.name: Streamed(source, part) for part in parts}
    if told is not None and told not in by_name:
        raise CannotRead("sheet_unknown", sheet=told)
    return _first_with_cells([by_name[one] for one in ([told] if told else names)]), tuple(names)


def _held(source: Source, told: str | None) -> tuple[Sheet, tuple[str, ...]]:
    with source.opener() as stream:
        _guard(stream, MOST_IN_MEMORY)
        try:
            with python_calamine.load_workbook(stream) as book:
                names = _sheets_seen(book)
                if told is not None and told not in book.sheet_names:
                    raise CannotRead("sheet_unknown", sheet=told)
                sheets = [Held(book.get_sheet_by_name(one)) for one in ([told] if told else names)]
                return _first_with_cells(sheets), tuple(names)
        except python_calamine.PasswordError:
            raise CannotRead("workbook_encrypted") from None
        except (python_calamine.CalamineError, OSError):
            raise CannotRead("workbook_damaged") from None


def _sheets_seen(book: python_calamine.CalamineWorkbook) -> list[str]:
    seen = python_calamine.SheetVisibleEnum.Visible
    plain = python_calamine.SheetTypeEnum.WorkSheet
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == plain]
    return [sheet.name for sheet in sheets if sheet.visible == seen] or [
        sheet.name for sheet in sheets
    ]


def _first_with_cells(sheets: Sequence[Sheet]) -> Sheet:
    """The first one that has a table: before it there may be a cover, or notes."""
    written = [sheet for sheet in sheets if any(any(texts) for _number, texts in sheet.rows())]
    if not written:
        raise CannotRead("file_without_rows")
    return next(filter(_has_a_table, written), written[0])


def _has_a_table(sheet: Sheet) -> bool:
    rows = islice((texts for _number, texts in sheet.rows() if any(texts)), _LOOKED_AT)
    return sum(1 for texts in rows if sum(map(bool, texts)) > 1) > 1


def _shape(sheet: Sheet, header_row: int | None) -> Shape:
    records = []
    for number, texts in sheet.rows():
        if any(texts):
            records.append(Sampled(number, number, texts))
        if len(records) >= _LOOKED_AT:
            break
    return find_shape(records, header_row)


def _rows(
    sheet: Sheet,
    shape: Shape,
    headers: tuple[str, ...],
    skipped: list[SourceRow],
) -> Iterator[SourceRow]:
    width = len(headers)
    for number, texts in sheet.rows():
        if number <= shape.first_line:
            continue
        if not any(map(str.strip, texts)):
            continue
        row = SourceRow(number, texts[:width] + [""] * (width - len(texts)), headers)
        if any(map(str.strip, texts[width:])):
            params = {"found": len(texts), "expected": width}
            row = SourceRow(number, texts, headers, RowProblem("too_many_cells", params=params))
        elif texts[:width] == shape.titles:
            skip(skipped, row, "header_repeated")
            continue
        yield row


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.replace("_x000D_", "\r") if "_x000D_" in cell else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return digits(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
