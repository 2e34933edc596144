import pytest

from trato.kit.email import parse_email, split_emails
from trato.kit.text import Unreadable


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" JOHN@Example.com ", "john@example.com"),
        ("Ana Pérez <ana@example.com>", "ana@example.com"),
        ('"Pérez, Ana" <ana@example.com>', "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("ana@ñandu.es", "ana@ñandu.es"),
        ("ana\u200b@example.com", "ana@example.com"),
        ("o'brien+news@example.co.uk", "o'brien+news@example.co.uk"),
    ],
)
def test_an_address_is_read_in_lower_case(text: str, address: str) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("n/a", "email_without_at"),
        ("spam@", "email_invalid"),
        ("a..b@example.com", "email_invalid"),
        ("ana@-example.com", "email_invalid"),
        ("ana@printer.local", "email_invalid"),
        ("a" * 65 + "@example.com", "email_invalid"),
    ],
)
def test_what_is_no_address_says_why(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        parse_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com ::: b@example.net",
        "a@example.com, b@example.net",
        "a@example.com; b@example.net;",
        "a@example.com\nb@example.net",
        "a@example.com b@example.net",
        '"A, B" <a@example.com>; Bea <b@example.net>',
    ],
)
def test_several_addresses_in_a_cell_are_set_apart(text: str) -> None:
    assert split_emails(text) == ["a@example.com", "b@example.net"]


def test_an_empty_cell_has_no_address() -> None:
    assert split_emails(" ") == []
