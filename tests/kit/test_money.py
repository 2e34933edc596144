from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trato.kit.money import as_paid, is_percentage, parse_decimal, parse_money
from trato.kit.text import Unreadable

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("(5.00)", "-5.00"),
        ("5-", "-5"),
        ("−5", "-5"),
        ("12,5 %", "12.5"),
        ("0,125", "0.125"),
        (",5", "0.5"),
        ("１２", "12"),
        ("9.5e-06", "0.0000095"),
    ],
)
def test_a_number_that_allows_one_reading_needs_no_hint(text: str, number: str) -> None:
    assert {parse_decimal(text, comma) for comma in (None, True, False)} == {Decimal(number)}


def test_an_open_number_follows_the_convention_of_its_file() -> None:
    assert parse_decimal("1.234", decimal_comma=True) == 1234
    assert parse_decimal("1.234", decimal_comma=False) == Decimal("1.234")
    assert parse_decimal("2,000") == 2000


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€1.234,56", "1234.56", "EUR"),
        ("12 345,67 €", "12345.67", "EUR"),
        ("USD 2,000", "2000", "USD"),
        ("-US$ 5.50", "-5.50", "USD"),
        ("MXN $1,500.00", "1500.00", "MXN"),
        ("S/ 12.50", "12.50", "PEN"),
        ("$-5", "-5", None),
        ("CLP 12.345", "12345", "CLP"),
    ],
)
def test_money_is_an_amount_and_its_currency(text: str, amount: str, currency: str | None) -> None:
    assert parse_money(text) == (Decimal(amount), currency)


def test_a_currency_that_parts_thousands_by_comma_overrules_its_column() -> None:
    assert parse_money("USD 2,000", decimal_comma=True) == (Decimal(2000), "USD")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_number"),
        ("abc", "not_a_number"),
        ("5 kg", "currency_unknown"),
        ("1e3", "not_a_number"),
        ("12 34", "not_a_number"),
        ("12.34,5", "not_a_number"),
        ("--5", "not_a_number"),
        ("(5", "not_a_number"),
        ("€5 USD", "not_a_number"),
        ("1,23E+15", "digits_lost"),
        ("123456789012345", "number_too_large"),
    ],
)
def test_what_is_no_number_says_why(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        parse_decimal(text)


def test_a_percentage_is_told_by_its_sign() -> None:
    assert is_percentage("12,5 % ")
    assert not is_percentage("12,5")


@given(AMOUNTS)
def test_any_number_is_read_back_in_both_conventions(number: Decimal) -> None:
    english, plain = f"{number:,}", f"{number}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    french = english.translate(str.maketrans(",.", "\u202f,"))
    assert parse_decimal(english, decimal_comma=False) == number
    assert parse_decimal(spanish, decimal_comma=True) == number
    assert parse_decimal(french, decimal_comma=True) == number
    assert parse_decimal(plain, decimal_comma=False) == number
    assert parse_decimal(plain.replace(".", ","), decimal_comma=True) == number


@pytest.mark.parametrize(
    ("amount", "currency", "paid"),
    [
        ("2.345", "EUR", "2.35"),
        ("-2.345", "EUR", "-2.35"),
        ("-0.004", "EUR", "0.00"),
        ("2.5", "JPY", "3"),
        ("1", "", "1.00"),
    ],
)
def test_what_was_worked_out_is_rounded_to_what_the_currency_has(
    amount: str, currency: str, paid: str
) -> None:
    assert str(as_paid(Decimal(amount), currency)) == paid
