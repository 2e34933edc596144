import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from trato.kit.exporting import (
    CANONICAL,
    Format,
    Heading,
    Layout,
    csv_parts,
    guarded,
    unguarded,
    write,
)
from trato.kit.listing import Kind, Row

SPANISH = Layout(separator=";", decimal=",", zone=ZoneInfo("Europe/Madrid"), yes="Sí", no="No")
COLUMNS = [
    Heading("name", "Nombre", Kind.TEXT),
    Heading("kind", "Tipo", Kind.CHOICE, words={"person": "Persona"}),
    Heading("amount", "Importe", Kind.MONEY),
    Heading("points", "Puntos", Kind.NUMBER),
    Heading("born", "Nacimiento", Kind.DATE),
    Heading("at", "Cuándo", Kind.DATETIME),
    Heading("tags", "Etiquetas", Kind.CHOICES),
    Heading("vip", "VIP", Kind.FLAG),
]
ANA: Row = {
    "name": "Ana Ñúñez",
    "kind": "person",
    "amount": Decimal("-1234.5000"),
    "points": Decimal("2.50"),
    "born": date(1980, 2, 29),
    "at": datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
    "tags": ["VIP", "feria"],
    "vip": True,
}
NOBODY: Row = {}


def lines(layout: Layout, *rows: Row, columns: list[Heading] = COLUMNS) -> list[list[str]]:
    text = b"".join(csv_parts(columns, [list(rows)], layout)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=layout.separator))


def file(path: Path, format_: Format, *batches: list[Row], columns: Any = COLUMNS) -> Path:
    target = path / f"list.{format_}"
    write(target, format_, columns, batches, SPANISH)
    return target


def test_csv_is_written_as_spreadsheets_of_the_language_read_it() -> None:
    assert lines(SPANISH, ANA, NOBODY)[1:] == [
        ["Ana Ñúñez", "Persona", "-1234,50", "2,5", "1980-02-29", "2026-07-02 00:30",
         "VIP, feria", "Sí"],
        [""] * 8,
    ]  # fmt: skip


def test_canonical_csv_is_written_for_programs() -> None:
    [_head, row] = lines(CANONICAL, ANA)
    assert row[2:6] == ["-1234.50", "2.5", "1980-02-29", "2026-07-01T22:30:00+00:00"]
    assert row[7] == "yes"


def test_csv_for_people_has_the_mark_by_which_spreadsheets_know_accents() -> None:
    assert next(csv_parts(COLUMNS, [], SPANISH)).startswith(b"\xef\xbb\xbf")
    assert not next(csv_parts(COLUMNS, [], CANONICAL)).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("x")', "  =1"),
        *("+cmd|' /C x'", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)"),
    ],
)
def test_no_text_can_become_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text
    [_head, row] = lines(SPANISH, {"name": text, "tags": [text]})
    assert row[0].startswith("'")
    assert row[6].startswith("'")


@pytest.mark.parametrize(
    "text", ["+34600123456", "+34 600 123 456", "-3,5", "-12", "Ana", "O'Neil"]
)
def test_telephones_and_plain_numbers_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_guarding_is_undone_by_unguarding(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "@", "\t", "\r"))


def test_headings_are_guarded_too() -> None:
    [head] = lines(SPANISH, columns=[Heading("x", "=1+1", Kind.TEXT)])
    assert head == ["'=1+1"]


def test_a_spreadsheet_has_typed_cells_and_no_formulas(tmp_path: Path) -> None:
    evil = {"name": "=1+1", "kind": "https://example.com"}
    path = file(tmp_path, Format.XLSX, [ANA, NOBODY], [evil])
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert sheet[1] == [
        "Ana Ñúñez", "Persona", -1234.5, 2.5, date(1980, 2, 29),
        datetime(2026, 7, 2, 0, 30),  # noqa: DTZ001 spreadsheets know no zones
        "VIP, feria", "Sí",
    ]  # fmt: skip
    assert sheet[3][:2] == ["=1+1", "https://example.com"]


def test_a_spreadsheet_takes_dates_that_it_has_no_number_for_as_text(tmp_path: Path) -> None:
    path = file(tmp_path, Format.XLSX, [{"born": date(1850, 1, 1)}])
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1][4] == "1850-01-01"


def test_parquet_has_a_type_for_each_column(tmp_path: Path) -> None:
    table = pq.read_table(file(tmp_path, Format.PARQUET, [ANA], [NOBODY]))
    assert [str(field.type) for field in table.schema] == [
        "string", "string", "decimal128(24, 4)", "double", "date32[day]",
        "timestamp[us, tz=UTC]", "list<element: string>", "bool",
    ]  # fmt: skip
    ana, nobody = table.to_pylist()
    assert ana["Importe"] == Decimal("-1234.5000")
    assert ana["Cuándo"] == ANA["at"]
    assert set(nobody.values()) == {None}


def test_a_value_of_another_type_does_not_break_a_typed_column(tmp_path: Path) -> None:
    odd = {"amount": "mucho", "points": "x", "born": "ayer", "tags": "uno", "vip": "quizá"}
    [row] = pq.read_table(file(tmp_path, Format.PARQUET, [odd])).to_pylist()
    assert set(row.values()) == {None}
    assert lines(SPANISH, odd)[1][2:5] == ["mucho", "x", "ayer"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234.5678"), "12345678901234,5678"),
        (0.30000000000000004, "0,30000000000000004"),
        (0.00001, "0,00001"),
        (1e14, "100000000000000"),
    ],
)
def test_no_digit_of_a_number_is_lost(value: Any, text: str, tmp_path: Path) -> None:
    assert lines(SPANISH, {"points": value})[1][3] == text
    sheet = CalamineWorkbook.from_path(file(tmp_path, Format.XLSX, [{"points": value}]))
    [cell] = [row[3] for row in sheet.get_sheet_by_index(0).to_python()[1:]]
    assert cell in (text, value)


def test_an_empty_list_is_a_file_with_headings(tmp_path: Path) -> None:
    assert pq.read_table(file(tmp_path, Format.PARQUET)).column_names[0] == "Nombre"
    book = CalamineWorkbook.from_path(file(tmp_path, Format.XLSX))
    assert book.get_sheet_by_index(0).to_python()[0][0] == "Nombre"
    assert len(lines(SPANISH)) == 1
