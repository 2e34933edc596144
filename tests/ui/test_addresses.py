"""Addresses are those that Django says."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from trato.ui.addresses import address


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("web:home", ()),
        ("web:customer", (7,)),
        ("web:customer-field", (7, "tax_id")),
        ("web:customer-way-remove", (7, "email", 12)),
    ],
)
def test_an_address_is_what_reverse_says(name: str, args: tuple[int | str, ...]) -> None:
    assert address(name, *args) == reverse(name, args=args)


def test_an_address_begins_where_trato_is() -> None:
    set_script_prefix("/crm/")
    try:
        assert address("web:customer", 7) == "/crm/customers/7/"
    finally:
        set_script_prefix("/")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address("web:nothing", 7)
