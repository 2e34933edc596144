import io
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from tests.imports.reading.files import bad, good, skipped, table
from trato.imports.reading import CannotRead, FileKind, sheets


def workbook(rows: list[list[Any]], first_row: int = 0, **more: list[list[Any]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, cells in {"Hoja1": rows, **more}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells, first_row):
                sheet.write_row(number, 0, row)
    return data.getvalue()


def test_cells_keep_their_digits_and_become_plain_text() -> None:
    found = table(
        workbook(
            [
                ["id", "ean", "amount", "weight", "day", "at", "active"],
                [
                    "00123",
                    8412345678905,
                    12.5,
                    1.234,
                    datetime(2024, 12, 31),  # noqa: DTZ001
                    datetime(2024, 12, 31, 9, 30),  # noqa: DTZ001
                    True,
                ],
            ]
        )
    )
    assert found.layout.kind == FileKind.SHEET
    assert good(found) == [
        ["00123", "8412345678905", "12.5", "1.2340", "2024-12-31", "2024-12-31 09:30:00", "true"]
    ]


def test_a_number_longer_than_a_sheet_can_keep_shows_that_it_is_lost() -> None:
    found = table(workbook([["id", "name"], [1234567890123456789, "Ana"]]))
    assert good(found) == [["1.23E+18", "Ana"]]


def test_rows_are_numbered_as_the_sheet_shows_them() -> None:
    found = table(workbook([["Report"], [], ["id", "name", "city"], ["1", "Ana", "Vigo"]], 2))
    assert found.layout.header_row == 5
    assert [row.number for row in found.rows()] == [6]


def test_notes_and_totals_of_a_sheet_are_left_out() -> None:
    rows: list[list[Any]] = [
        ["name", "city", "amount"],
        ["Ana", "Vigo", 5],
        ["Total", "", 5],
        ["Confidential"],
    ]
    found = table(workbook(rows))
    assert good(found) == [["Ana", "Vigo", "5"]]
    assert skipped(found) == [(3, "totals_row"), (4, "footer")]


def test_a_cell_beyond_the_headings_is_told() -> None:
    found = table(workbook([["id", "name"], ["1", "Ana"], ["2", "Eva", "x"], ["3", "Luz"]]))
    assert bad(found) == [(3, "too_many_cells")]
    assert len(good(found)) == 2


def test_the_first_sheet_with_something_in_it_is_read_unless_told() -> None:
    data = workbook([], Clientes=[["id", "name"], ["1", "Ana"]], Otros=[["x", "y"], ["a", "b"]])
    assert table(data).layout.sheet == "Clientes"
    assert table(data).layout.sheets == ("Hoja1", "Clientes", "Otros")
    assert good(table(data, sheet="Otros")) == [["a", "b"]]
    with pytest.raises(CannotRead, match="Nadie"):
        table(data, sheet="Nadie")


def test_a_sheet_without_headings_has_numbered_columns() -> None:
    found = table(workbook([["Ana", "ana@example.com", 5], ["Eva", "eva@example.com", 6]]))
    assert found.headers == ("column_1", "column_2", "column_3")
    assert len(good(found)) == 2


def test_an_empty_workbook_and_a_cut_one_are_refused() -> None:
    data = workbook([["id", "name"], ["1", "Ana"]])
    for broken, code in ((workbook([]), "file_without_rows"), (data[:2000], "workbook_damaged")):
        with pytest.raises(CannotRead) as caught:
            table(broken)
        assert caught.value.code == code


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 100)
    with pytest.raises(CannotRead) as caught:
        table(workbook([["id", "name"]]))
    assert caught.value.code == "workbook_too_large"
