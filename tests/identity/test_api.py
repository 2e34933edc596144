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


@pytest.mark.django_db
def test_colleagues_are_filtered_and_read_one_by_one() -> None:
    north = make.team("North")
    program, ana = Program(), make.user(Role.SELLER, name="Ana", teams=[north])
    for query in ({"role": "seller"}, {"team": north.pk}):
        assert [one["id"] for one in program.get("/users", **query).json()["items"]] == [ana.pk]
    first = program.get("/users", limit=1).json()
    second = program.get("/users", limit=1, cursor=first["next_cursor"]).json()
    assert [one["name"] for one in second["items"]] == ["Ana"]
    told = {"id": ana.pk, "name": "Ana", "email": ana.email, "role": "seller", "is_active": True}
    told |= {"visibility": "team", "team_ids": [north.pk], "language": ""}
    assert program.get(f"/users/{ana.pk}").json() == told
    team = {"id": north.pk, "name": "North", "member_ids": [ana.pk]}
    assert program.get(f"/teams/{north.pk}").json() == team
    assert program.get("/users/999999").status_code == 404
    assert program.get("/teams/999999").status_code == 404
