"""Workbooks (XLSX and its kin): typed cells written as text that can be read in one way only."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO

import python_calamine

from trato.imports.problems import CannotRead, RowProblem
from trato.imports.reading.layout import Sampled, Shape, find_shape
from trato.imports.reading.sources import Source, copied
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

MOST_UNPACKED = 1 << 30
_LOOKED_AT = 1000
# A spreadsheet keeps 15 digits: what was longer ends in zeros that nobody typed.
_KEPT_DIGITS = 10**15

type Cell = int | float | str | bool | time | date | datetime | timedelta


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


def _sheet(
    source: Source, told: str | None
) -> tuple[python_calamine.CalamineSheet, tuple[str, ...]]:
    with source.opener() if not source.packing else copied(source) as stream:
        _guard(stream)
        try:
            with python_calamine.load_workbook(stream) as book:
                names = _sheets_seen(book)
                if told is not None and told not in book.sheet_names:
                    raise CannotRead("sheet_unknown", sheet=told)
                return _first_with_cells(book, [told] if told else names), tuple(names)
        except python_calamine.PasswordError:
            raise CannotRead("workbook_encrypted") from None
        except (python_calamine.CalamineError, OSError):
            raise CannotRead("workbook_damaged") from None


def _guard(stream: IO[bytes]) -> None:
    """Refuse what would fill the memory once unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise CannotRead("workbook_too_large")
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        raise CannotRead("workbook_damaged") from None
    stream.seek(0)


def _sheets_seen(book: python_calamine.CalamineWorkbook) -> list[str]:
    seen = python_calamine.SheetVisibleEnum.Visible
    plain = python_calamine.SheetTypeEnum.WorkSheet
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == plain]
    return [sheet.name for sheet in sheets if sheet.visible == seen] or [
        sheet.name for sheet in sheets
    ]


def _first_with_cells(
    book: python_calamine.CalamineWorkbook, names: Sequence[str]
) -> python_calamine.CalamineSheet:
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            return sheet
    raise CannotRead("file_without_rows")


def _numbered(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    yield from enumerate(sheet.iter_rows(), 1)


def _shape(sheet: python_calamine.CalamineSheet, header_row: int | None) -> Shape:
    records = []
    for number, cells in _numbered(sheet):
        texts = list(map(_text, cells))
        if any(texts):
            records.append(Sampled(number, number, texts))
        if len(records) >= _LOOKED_AT:
            break
    return find_shape(records, header_row)


def _rows(
    sheet: python_calamine.CalamineSheet,
    shape: Shape,
    headers: tuple[str, ...],
    skipped: list[SourceRow],
) -> Iterator[SourceRow]:
    width = len(headers)
    for number, cells in _numbered(sheet):
        if number <= shape.first_line:
            continue
        texts = list(map(_text, cells))
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
        return _digits(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _digits(number: float) -> str:
    """All digits; in ``1.2340`` the zero keeps the point from being taken for a thousands sign."""
    if number == int(number):
        whole = int(number)
        return str(whole) if abs(whole) < _KEPT_DIGITS else f"{number:.2E}"
    text = f"{number:.15g}"
    if "e" in text:
        text = f"{number:.20f}".rstrip("0")
    return f"{text}0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", text) else text
