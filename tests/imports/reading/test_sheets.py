import io
import re
import zipfile
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


BOOK = """<workbook xmlns="m" xmlns:r="r"><workbookPr date1904="{old}"/>
<sheets><sheet name="Hoja1" sheetId="1" r:id="a"/></sheets></workbook>"""
LINKS = """<Relationships xmlns="p"><Relationship Id="a" Type="o/worksheet" Target="sheet.xml"/>
<Relationship Id="b" Type="o/sharedStrings" Target="/xl/shared.xml"/>
<Relationship Id="c" Type="o/styles" Target="styles.xml"/></Relationships>"""
SHARED = """<sst xmlns="m"><si><t>id</t></si><si><r><t>na</t></r><r><t>me</t></r>
<rPh><t>x</t></rPh></si></sst>"""
STYLES = """<styleSheet xmlns="m"><numFmts><numFmt numFmtId="164" formatCode="[$-C0A]d\\ mmm;@"/>
<numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="0.0 &quot;dh&quot;"/>
</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="20"/></cellXfs></styleSheet>"""
HEAD = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'


def written(rows: str, *, old: bool = False) -> bytes:
    """A workbook as other programs may write it: a row of headings, and these rows."""
    data = io.BytesIO()
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": BOOK.format(old=int(old)),
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/shared.xml": SHARED,
        "xl/styles.xml": STYLES,
        "xl/sheet.xml": f'<worksheet xmlns="m"><sheetData>{HEAD}{rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>a &amp; b</v></c>', "a & b"),
        ('<c r="B2"><f t="shared" si="0"/><v>7</v></c>', "7"),
        ('<c r="B2" t="inlineStr"><is><r><t>Va</t></r><r><t>ca</t></r></is></c>', "Vaca"),
        ('<c r="B2" t="b"><v>1</v></c>', "true"),
        ('<c r="B2" s="1"><v>45657</v></c>', "2024-12-31"),
        ('<c r="B2" s="1"><v>45657.5</v></c>', "2024-12-31 12:00:00"),
        ('<c r="B2" s="2"><v>1.5</v></c>', "1 day, 12:00:00"),
        ('<c r="B2" s="3"><v>1.5</v></c>', "1.5"),
        ('<c r="B2" s="4"><v>0.5</v></c>', "12:00:00"),
        ('<c r="B2" t="d"><v>2024-12-31T00:00:00</v></c>', "2024-12-31"),
        ('<c t="n" r="B2">\n  <v>1E-2</v>\n</c>', "0.01"),
        ('<c r="B2" t="str"><v>uno_x000D_dos</v></c>', "uno\rdos"),
    ],
)
def test_cells_are_read_however_they_are_written(cell: str, text: str) -> None:
    found = table(written(f'<row r="2"><c r="A2"><v>5</v></c>{cell}</row>'))
    assert (found.headers, good(found)) == (("id", "name"), [["5", text]])


def test_a_cell_without_a_value_is_empty() -> None:
    cells = '<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="str"><v>Ana</v></c>'
    rows = f'<row r="2">{cells}</row><row r="3"/><row r="4"><c r="B4" t="str"><v>Eva</v></c></row>'
    found = table(written(rows))
    assert good(found) == [["", "Ana"], ["", "Eva"]]
    assert [row.number for row in found.rows()] == [2, 4]


def test_days_may_be_counted_from_1904() -> None:
    found = table(written('<row><c r="A2" s="1"><v>1</v></c><c><v>2</v></c></row>', old=True))
    assert good(found) == [["1904-01-02", "2"]]


def test_a_sheet_with_prefixes_is_read_as_a_whole() -> None:
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["id", "name"], [5, "Ana"]]))) as old,
        zipfile.ZipFile(changed, "w") as new,
    ):
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace(" xmlns=", " xmlns:x=")
            new.writestr(name, text)
    assert good(table(changed.getvalue())) == [["5", "Ana"]]


def test_a_sheet_that_is_cut_is_damaged_but_not_before_it_is_read() -> None:
    data = written('<row r="2"><c r="A2"><v>5</v></c></row>').replace(b"</sheetData>", b"")
    with pytest.raises(CannotRead) as caught:
        good(table(data))
    assert caught.value.code == "workbook_damaged"


def test_a_cover_before_the_table_is_not_taken_for_it() -> None:
    cover = [["Sales of 2024"], ["Made on Monday"]]
    found = table(workbook(cover, Data=[["id", "name"], ["1", "Ana"]]))
    assert (found.layout.sheet, good(found)) == ("Data", [["1", "Ana"]])
    assert good(table(workbook([["email"], ["a@x.es"]]))) == [["a@x.es"]]
