"""A list in a file of its own: whatever the format, no more than a batch of rows in memory."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from django.conf import settings

from trato.kit.exporting.csv import (
    csv_parts,
    guarded,
    looks_guarded,
    moment,
    number,
    plain,
    together,
)
from trato.kit.exporting.layout import Heading, Layout
from trato.kit.listing import Kind, Row

SHEET_ROWS = 1_048_576
SHEET_DIGITS = 15
LONGEST_CELL = 32_767
MONEY_PLACES = Decimal("0.0001")
GREATEST_MONEY = Decimal(10) ** 20


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


def write(
    path: Path,
    format_: Format,
    columns: list[Heading],
    batches: Iterable[list[Row]],
    layout: Layout,
) -> int:
    """Write the file; returns how many rows it has."""
    counted = _Counted(batches)
    _WRITERS[format_](path, columns, counted, layout)
    return counted.number


class _Counted:
    def __init__(self, batches: Iterable[list[Row]]) -> None:
        self.batches = batches
        self.number = 0

    def __iter__(self) -> Any:
        for batch in self.batches:
            self.number += len(batch)
            yield batch


def _write_csv(
    path: Path, columns: list[Heading], batches: Iterable[list[Row]], layout: Layout
) -> None:
    with path.open("wb") as file:
        file.writelines(csv_parts(columns, batches, layout))


def _write_xlsx(
    path: Path, columns: list[Heading], batches: Iterable[list[Row]], layout: Layout
) -> None:
    """Texts as texts, whatever they begin with; numbers and dates typed."""
    options = {
        "constant_memory": True,
        "tmpdir": str(settings.SCRATCH),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheets = _Sheets(book, columns, layout)
        for batch in batches:
            for row in batch:
                sheets.add([row.get(column.key) for column in columns])


class _Sheets:
    """The sheets of a book: another one begins when the format allows no more rows."""

    def __init__(self, book: Any, columns: list[Heading], layout: Layout) -> None:
        self.book, self.columns, self.layout = book, columns, layout
        self.head = book.add_format({"bold": True})
        self.formats = {
            Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.DATETIME: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            Kind.MONEY: book.add_format({"num_format": "#,##0.00"}),
        }
        self.begin()

    def begin(self) -> None:
        self.sheet = self.book.add_worksheet()
        self.sheet.freeze_panes(1, 0)
        for position, column in enumerate(self.columns):
            self.sheet.set_column(position, position, 18, self.formats.get(column.kind))
        for position, column in enumerate(self.columns):
            self.sheet.write_string(0, position, column.title, self.head)
        self.row = 1

    def add(self, values: list[Any]) -> None:
        if self.row == SHEET_ROWS:
            self.begin()
        for position, value in enumerate(values):
            if value is not None:
                self.put(position, value, self.columns[position])
        self.row += 1

    def put(self, position: int, value: Any, column: Heading) -> None:
        place = (self.row, position)
        if isinstance(value, bool):
            words = self.layout.yes if value else self.layout.no
            self.sheet.write_string(*place, words)
        elif isinstance(value, int | float | Decimal) and not column.words:
            self.put_number(place, value, column)
        elif isinstance(value, datetime) and self.layout.is_canonical:
            self.sheet.write_string(*place, moment(value, self.layout))
        elif isinstance(value, date) and value.year >= 1900:
            self.sheet.write_datetime(*place, self.local(value), self.formats.get(column.kind))
        else:
            self.sheet.write_string(*place, _text(value, column, self.layout)[:LONGEST_CELL])

    def put_number(self, place: tuple[int, int], value: float | Decimal, column: Heading) -> None:
        """Spreadsheets keep fifteen digits of a number: one of more is written as text."""
        exact = plain(value) if isinstance(value, float) else Decimal(value)
        if exact.is_finite() and len(exact.normalize().as_tuple().digits) > SHEET_DIGITS:
            text = number(exact, column.kind).replace(".", self.layout.decimal)
            self.sheet.write_string(*place, text)
        else:
            self.sheet.write_number(*place, value, self.formats.get(column.kind))

    def local(self, value: date) -> date:
        """Spreadsheets know no time zones."""
        if isinstance(value, datetime):
            return value.astimezone(self.layout.zone).replace(tzinfo=None)
        return value


def _text(value: Any, column: Heading, layout: Layout) -> str:
    """Nothing in a workbook becomes a formula; only what looks guarded has to be."""
    text = _words(value, column, layout)
    return guarded(text) if looks_guarded(text) else text


def _words(value: Any, column: Heading, layout: Layout) -> str:
    if isinstance(value, list):
        return together(value, layout)
    return column.words.get(str(value), str(value))


def _write_parquet(
    path: Path, columns: list[Heading], batches: Iterable[list[Row]], layout: Layout
) -> None:
    schema = pa.schema([(column.title, _TYPES[column.kind]) for column in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for batch in batches:
            arrays = [
                pa.array([_typed(row.get(column.key), column, layout) for row in batch], field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            file.write_batch(pa.record_batch(arrays, schema=schema))


_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.LINK: pa.string(),
    Kind.CHOICE: pa.string(),
    Kind.CHOICES: pa.list_(pa.string()),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.MONEY: pa.decimal128(24, 4),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us", tz="UTC"),
}


def _typed(value: Any, column: Heading, layout: Layout) -> Any:
    """The value in its column's type; what does not fit is left out, the type is not."""
    if value is None:
        return None
    reader = _READERS.get(column.kind)
    return reader(value) if reader else _words(value, column, layout)


def _of(*types: type) -> Callable[[Any], Any]:
    return lambda value: value if isinstance(value, types) else None


def _money(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount.quantize(MONEY_PLACES) if abs(amount) < GREATEST_MONEY else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | Decimal) else None


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.CHOICES: lambda value: [str(part) for part in value] if isinstance(value, list) else None,
    Kind.FLAG: _of(bool),
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _of(date),
    Kind.DATETIME: _of(datetime),
}
_WRITERS = {Format.CSV: _write_csv, Format.XLSX: _write_xlsx, Format.PARQUET: _write_parquet}
