import pytest

from trato.kit.telephone import parse_telephone, split_telephones
from trato.kit.text import Unreadable


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("600 12 34 56", "ES", "+34600123456"),
        ("+33 6 12 34 56 78", "ES", "+33612345678"),
        ("0033 6 12 34 56 78", "US", "+33612345678"),
        ("04 50 11 22 33", "FR", "+33450112233"),
        ("+49 (221) 123-456", None, "+49221123456"),
        ("tel:+34-600-123-456", None, "+34600123456"),
        ("'+34600123456", None, "+34600123456"),
    ],
)
def test_a_number_is_told_as_it_is_dialled_from_anywhere(
    text: str, region: str | None, e164: str
) -> None:
    assert parse_telephone(text, region).e164 == e164


def test_the_text_and_the_extension_are_kept() -> None:
    found = parse_telephone("(415) 666-7777 ext. 503", "US")
    assert (found.original, found.extension) == ("(415) 666-7777 ext. 503", "503")


def test_a_number_of_an_unused_series_is_marked() -> None:
    assert not parse_telephone("(555) 150-0000", "US").in_use
    assert parse_telephone("600 12 34 56", "ES").in_use


@pytest.mark.parametrize(
    ("text", "region", "code"),
    [
        ("5551501", "US", "telephone_too_short"),
        ("312-555-0122", "ES", "telephone_too_long"),
        ("600123456", None, "telephone_country_unknown"),
        ("+999 12345678", "ES", "telephone_country_unknown"),
        ("call me", "ES", "telephone_invalid"),
        ("3,46E+10", "ES", "digits_lost"),
    ],
)
def test_what_is_no_number_says_why(text: str, region: str | None, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        parse_telephone(text, region)


@pytest.mark.parametrize(
    "text",
    ["600 123 456 ::: 91 234 56 78", "600 123 456, 91 234 56 78", "600 123 456 / 91 234 56 78"],
)
def test_several_numbers_in_a_cell_are_set_apart(text: str) -> None:
    assert split_telephones(text) == ["600 123 456", "91 234 56 78"]
