import pytest

from tests.imports.reading.files import bad, good, table
from trato.imports.reading import CannotRead

TEXT = "id,name,city\n1,Ñandú,Ávila\n2,Begoña,Cádiz\n3,Zoë,10 €\n"
ROWS = [["1", "Ñandú", "Ávila"], ["2", "Begoña", "Cádiz"], ["3", "Zoë", "10 €"]]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("cp1252", "cp1252"),
        ("mac-roman", "mac-roman"),
    ],
)
def test_the_encoding_is_found(codec: str, name: str) -> None:
    found = table(TEXT.encode(codec))
    assert found.layout.encoding == name
    assert good(found) == ROWS


def test_without_the_signs_of_windows_it_is_latin_1() -> None:
    found = table("id,name\n1,Ñandú\n".encode("latin-1"))
    assert found.layout.encoding == "latin-1"
    assert good(found) == [["1", "Ñandú"]]


def test_the_first_accent_may_come_late() -> None:
    rows = "".join(f"{number},Ana,Vigo\n" for number in range(60_000))
    data = f"id,name,city\n{rows}x,Íñigo,León\n".encode("cp1252")
    assert good(table(data))[-1] == ["x", "Íñigo", "León"]


def test_broken_bytes_cost_their_row_and_leave_the_rest_in_utf_8() -> None:
    found = table(TEXT.encode() + b"4,Jos\xe9,Vigo\n" + "5,José,Jaén\n".encode())
    assert bad(found) == [(5, "bad_bytes")]
    assert good(found) == [*ROWS, ["5", "José", "Jaén"]]


def test_a_broken_row_is_shown_as_it_was_probably_meant() -> None:
    found = table(TEXT.encode() + b"4,Jos\xe9,Vigo\n")
    assert [row.raw for row in found.rows() if row.problem] == [["4", "José", "Vigo"]]


def test_utf_16_cut_within_a_letter_costs_its_row() -> None:
    found = table(TEXT.encode("utf-16")[:-3])
    assert bad(found) == [(4, "bad_bytes")]


def test_bytes_that_windows_does_not_know_pass() -> None:
    assert good(table(b"id,name\n1,caf\xe9 \x81 \x80\n")) == [["1", "café \x81 €"]]


def test_the_encoding_told_is_used() -> None:
    assert good(table("id,name\n1,Żółć\n".encode("cp1250"), encoding="cp1250")) == [["1", "Żółć"]]


def test_an_encoding_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CannotRead, match="klingon"):
        table("id,name\n", encoding="klingon")
