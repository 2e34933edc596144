import pytest

from trato.kit.country import parse_country
from trato.kit.text import Unreadable


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("España", "ES"),
        ("Spain", "ES"),
        ("ESP", "ES"),
        ("es", "ES"),
        ("UK", "GB"),
        ("EIRE", "IE"),
        ("U.S.A.", "US"),
        ("EE.UU.", "US"),
        ("Alemania", "DE"),
        ("México", "MX"),
        ("Trinidad and Tobago", "TT"),
        ("Bosnia & Herzegovina", "BA"),
        ("Rep. Dominicana", "DO"),
    ],
)
def test_a_country_is_known_by_many_names(name: str, code: str) -> None:
    assert parse_country(name) == code


@pytest.mark.parametrize("name", ["European Community", "XX", "Atlantis", ""])
def test_what_is_no_country_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match="country_unknown"):
        parse_country(name)
