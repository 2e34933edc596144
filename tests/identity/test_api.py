import pytest

from tests import make
from tests.api.program import Program
from trato.identity.rules import Role


@pytest.mark.django_db
def test_a_program_learns_whose_it_is_and_what_it_may() -> None:
    team = make.team("North")
    seller = Program(make.user(Role.SELLER, teams=[team]), scope="read")
    me = seller.get("/users/me").json()
    assert (me["id"], me["role"], me["visibility"]) == (seller.user.pk, "seller", "team")
    assert me["teams"] == [{"id": team.pk, "name": "North"}]
    assert me["token"]["scope"] == "read"
    assert "orders.change" in me["permissions"]
    assert "users.manage" not in me["permissions"]
    assert me["company"]["currency"] == "EUR"


@pytest.mark.django_db
def test_colleagues_and_teams_are_listed() -> None:
    program, team = Program(make.user(name="Ana")), make.team("North")
    assert [one["name"] for one in program.get("/users").json()["items"]] == ["Ana"]
    assert program.get("/teams").json()["items"] == [{"id": team.pk, "name": "North"}]
