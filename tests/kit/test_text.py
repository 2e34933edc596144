import pytest

from trato.kit.text import (
    Unreadable,
    clean,
    fold,
    is_blank,
    lost_digits,
    normalise_email,
    normalise_header,
    normalise_tax_id,
    parse_bool,
    slug,
    sort_key,
)


def test_names_are_sorted_without_accents_and_capitals() -> None:
    assert sort_key("  Ñandú   Pérez ") == "nandu perez"
    assert fold("Weiß Łukasz Ørsted") == "weiss lukasz orsted"


def test_invisible_characters_around_a_text_go() -> None:
    assert clean("\ufeff Ana\u00a0\u200b") == "Ana"


def test_an_emoji_joined_of_two_stays_whole() -> None:
    assert clean("👩‍💻") == "👩‍💻"


@pytest.mark.parametrize("word", ["", " ", "-", "NULL", "null", "n/a", "N/A", "None", "#N/A"])
def test_words_for_nothing_are_blank(word: str) -> None:
    assert is_blank(word)


def test_a_zero_is_not_blank() -> None:
    assert not is_blank("0")


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("InvoiceNo", "invoice no"),
        ("customer_id", "customer id"),
        ("CustomerID", "customer id"),
        ("Nº pedido", "no pedido"),
        ("N.º de pedido", "no de pedido"),
        ("C.I.F.", "cif"),
        ("E-mail 1 - Value", "email 1 value"),
        ("eMail", "email"),
        ("EMail", "email"),
        ("Associated Company IDs", "associated company ids"),
        ("Importe (€)", "importe"),
        ("\ufeffRazón social", "razon social"),
    ],
)
def test_a_title_becomes_plain_words(title: str, plain: str) -> None:
    assert normalise_header(title) == plain


def test_tax_numbers_compare_without_punctuation() -> None:
    assert normalise_tax_id(" b-12.345.678 ") == "B12345678"


def test_addresses_compare_in_lower_case() -> None:
    assert normalise_email(" JOHN@Example.com ") == "john@example.com"


def test_a_title_becomes_a_key() -> None:
    assert slug("Color favorito (2º)") == "color_favorito_2o"


@pytest.mark.parametrize(
    ("word", "meaning"), [("Sí", True), ("VRAI", True), ("1", True), ("FAUX", False), ("no", False)]
)
def test_yes_and_no_are_read_in_several_languages(word: str, meaning: bool) -> None:
    assert parse_bool(word) is meaning


def test_another_word_is_neither_yes_nor_no() -> None:
    with pytest.raises(Unreadable, match="not_yes_or_no"):
        parse_bool("maybe")


def test_a_spreadsheet_that_ate_digits_is_noticed() -> None:
    assert lost_digits("1,23E+15")
    assert not lost_digits("1234567890123456")
