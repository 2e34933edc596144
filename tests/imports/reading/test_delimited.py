import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.reading.files import bad, good, skipped, table
from trato.imports.reading import CannotRead, ReadingHints

HEADERS = ["id", "name", "city"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]
SEPARATORS = [",", ";", "\t", "|"]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_found(separator: str) -> None:
    text = "\n".join(separator.join(cells) for cells in (HEADERS, ["1", "Ana", "Vigo"]))
    found = table(text)
    assert found.layout.separator == separator
    assert found.headers == ("id", "name", "city")
    assert good(found) == [["1", "Ana", "Vigo"]]


def test_decimal_commas_do_not_pass_for_separators() -> None:
    assert good(table("id;importe\n1;12,5\n2;13,5\n3;14,5\n")) == [
        ["1", "12,5"],
        ["2", "13,5"],
        ["3", "14,5"],
    ]


def test_the_separator_line_of_excel_is_obeyed() -> None:
    found = table("sep=;\r\nid;name\r\n1;Ana, Eva\r\n")
    assert found.layout.header_row == 2
    assert good(found) == [["1", "Ana, Eva"]]


def test_one_column_is_a_table_too() -> None:
    assert good(table('name\n"García, Ana"\n"Pérez, Luis"\n')) == [["García, Ana"], ["Pérez, Luis"]]


def test_rows_carry_the_number_of_their_first_line() -> None:
    rows = list(table('id,note\n1,"two\nlines"\n\n2,one\n').rows())
    assert [(row.number, row.values) for row in rows] == [
        (2, {"id": "1", "note": "two\nlines"}),
        (5, {"id": "2", "note": "one"}),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line_counts_as_one(end: str) -> None:
    rows = list(table(end.join(["id,name", "1,Ana", "2,Eva", ""])).rows())
    assert [row.number for row in rows] == [2, 3]


def test_lines_before_the_headings_are_left_out() -> None:
    found = table(
        'Notes:\n"Some addresses, you may notice, are missing."\n\nid,name,city\n1,Ana,Vigo\n'
    )
    assert found.layout.header_row == 4
    assert good(found) == [["1", "Ana", "Vigo"]]


def test_a_file_without_headings_has_numbered_columns() -> None:
    found = table("Ana,ana@example.com,600123123\nEva,eva@example.com,600123124\n")
    assert found.headers == ("column_1", "column_2", "column_3")
    assert len(good(found)) == 2


def test_years_may_be_headings() -> None:
    assert table("name,2023,2024\nAna,5,6\n").headers == ("name", "2023", "2024")


def test_what_the_user_tells_is_not_questioned() -> None:
    text = "a;b\nid,name\n1,Ana\n"
    assert good(table(text, separator=",", header_row=2)) == [["1", "Ana"]]
    assert good(table("id,name\n1,Ana\n", header_row=0)) == [["id", "name"], ["1", "Ana"]]


def test_headings_on_a_line_that_is_not_there_are_refused() -> None:
    with pytest.raises(CannotRead, match="9"):
        table("id,name\n1,Ana\n", header_row=9)


def test_titles_are_told_apart() -> None:
    assert table("Email,,Email\na,b,c\n").headers == ("Email", "column_2", "Email (2)")


def test_the_layout_found_reads_the_file_the_same_way_again() -> None:
    text = "x\nid;name;city\n1;Ana;Vigo\n"
    found = table(text)
    hints = ReadingHints.from_json(found.layout.hints().to_json())
    assert good(table(text, **hints.to_json())) == good(found)


def test_empty_rows_are_no_rows() -> None:
    assert good(table("id,name\n\n1,Ana\n  \n,\n2,Eva\n")) == [["1", "Ana"], ["2", "Eva"]]


def test_notes_and_totals_below_the_table_are_left_out() -> None:
    found = table(
        "name,city,amount\nAna,Vigo,5\nEva,Lugo,6\nTotal,,11\n"
        '"Copyright (c) 2000-2024 a company, inc. All rights reserved."\n'
        '"Confidential Information - Do Not Distribute"\n'
    )
    assert len(good(found)) == 2
    assert skipped(found) == [(4, "totals_row"), (5, "footer"), (6, "footer")]


def test_a_customer_called_total_is_no_total() -> None:
    assert len(good(table("name,email,phone\nAna,a@example.com,1\nTotal,t@example.com,2\n"))) == 2


def test_headings_in_the_middle_are_left_out() -> None:
    found = table("id,name\n1,Ana\nid,name\n2,Eva\n")
    assert len(good(found)) == 2
    assert skipped(found) == [(3, "header_repeated")]


def test_rows_with_another_number_of_cells_are_told() -> None:
    found = table("id,name,city\n1,Ana\n2,Ana,Vigo,x\n3,Ana,Vigo,,\n4,Eva,Lugo\n")
    assert bad(found) == [(2, "too_few_cells"), (3, "too_many_cells")]
    assert good(found) == [["3", "Ana", "Vigo"], ["4", "Eva", "Lugo"]]


def test_cells_that_most_rows_leave_out_at_the_end_are_empty() -> None:
    found = table("id,name,city,phone\n1,Ana\n2,Eva\n3,Luz,Vigo\n4,Bea,Lugo,1\n")
    assert not bad(found)
    assert good(found)[0] == ["1", "Ana", "", ""]


def test_a_row_cut_by_the_end_of_the_file_is_told() -> None:
    assert bad(table("id,name,city\n1,Ana,Vigo\n2,Ev")) == [(3, "truncated_last_line")]


def test_a_quote_never_closed_loses_its_row_only() -> None:
    found = table('id,name,city\n1,"Ana,Vigo\n2,Luis,Lugo\n3,"Eva",León\n')
    assert bad(found) == [(2, "unclosed_quote")]
    assert good(found) == [["2", "Luis", "Lugo"], ["3", "Eva", "León"]]


def test_after_a_quote_never_closed_good_rows_of_several_lines_are_found_again() -> None:
    found = table('id,name,city\n1,"Ana\nand\nmore\n2,"Luis\nx",Lugo\n3,Eva,León\n')
    assert bad(found) == [(2, "unclosed_quote")]
    assert good(found) == [["2", "Luis\nx", "Lugo"], ["3", "Eva", "León"]]


def test_a_quote_never_closed_in_a_long_file_does_not_swallow_it() -> None:
    rows = "".join(f"{number},Ana,Vigo\n" for number in range(20_000))
    found = table(f'id,name,city\n{rows}x,"Ana,Vigo\n{rows}')
    assert bad(found) == [(20_002, "unclosed_quote")]
    assert len(good(found)) == 40_000


def test_quotes_within_a_cell_are_taken_literally() -> None:
    found = table(
        'id,name,city\n1,"He said "hi" to me",Vigo\n2,5" disk,Lugo\n'
        '3,"5"" disk",León\n4,"x" ,Vigo\n'
    )
    names = [cells[1] for cells in good(found)]
    assert names == ['He said "hi" to me', '5" disk', '5" disk', "x"]


def test_rows_quoted_as_one_cell_are_opened() -> None:
    assert good(table('"id,""name"",city"\n1,Ana,Vigo\n"2,""Eva, Luz"",Lugo"\n')) == [
        ["1", "Ana", "Vigo"],
        ["2", "Eva, Luz", "Lugo"],
    ]
    assert good(table('"id,name"\n"1,Ana"\n')) == [["1", "Ana"]]


def test_null_bytes_cost_their_row() -> None:
    found = table("id,name\n1,An\0a\n2,Eva\n")
    assert bad(found) == [(2, "nul_bytes")]
    assert good(found) == [["2", "Eva"]]


def test_a_line_too_long_costs_itself() -> None:
    found = table("id,name\n1" + ",x" * 600_000 + "\n2,Eva\n")
    assert bad(found) == [(2, "line_too_long")]
    assert good(found) == [["2", "Eva"]]


def test_a_cell_too_long_costs_its_row() -> None:
    found = table("id,name\n1," + "x" * 200_000 + "\n2,Eva\n")
    assert bad(found) == [(2, "cell_too_long")]
    assert good(found) == [["2", "Eva"]]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(CannotRead, match="501"):
        table(",".join(f"c{number}" for number in range(501)) + "\n")


def test_cells_that_look_like_formulas_stay_text() -> None:
    assert good(table("a,b\n=1+1,@SUM(A1)\n")) == [["=1+1", "@SUM(A1)"]]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\t|\n'))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)


def written(rows: list[tuple[str, ...]], separator: str, quoting: int) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([tuple(HEADERS), *rows, ("last", "Zoe", "Jaén")])
    return text.getvalue()


@given(
    ROWS,
    st.sampled_from(SEPARATORS),
    st.sampled_from(ENCODINGS),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_is_read_back_the_same(
    rows: list[tuple[str, ...]], separator: str, encoding: str, quoting: int
) -> None:
    data = written(rows, separator, quoting).encode(encoding)
    found = table(data, separator=separator, header_row=1)
    kept = [list(row) for row in rows if any(map(str.strip, row)) and list(row) != HEADERS]
    assert good(found) == [*kept, ["last", "Zoe", "Jaén"]]


WORDS = st.text("abcñáé ß'./-", min_size=1).filter(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=6), st.sampled_from(SEPARATORS))
def test_any_table_of_words_is_found_without_a_hint(
    rows: list[tuple[str, ...]], separator: str
) -> None:
    for encoding in (*ENCODINGS, "cp1252"):
        data = written(rows, separator, csv.QUOTE_MINIMAL).encode(encoding)
        assert good(table(data))[-1] == ["last", "Zoe", "Jaén"]
        assert len(good(table(data))) == len(rows) + 1


@given(ROWS, st.integers(0, 400), st.sampled_from(['"', "\n", '"x', "\xff", ","]))
def test_damage_never_stops_the_reading(
    rows: list[tuple[str, ...]], place: int, stray: str
) -> None:
    data = written(rows, ",", csv.QUOTE_MINIMAL).encode()
    place = min(len(data), len("id,name,city\r\n") + place)
    broken = data[:place] + stray.encode("latin-1") + data[place:]
    numbers = [row.number for row in table(broken, separator=",", header_row=1).rows()]
    assert numbers == sorted(set(numbers))
