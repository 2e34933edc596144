"""Users and teams through the API: as the pages do it."""

import pytest
from django.core import mail

from tests import make, queue
from tests.api.program import Program
from trato.identity.models import Team, User
from trato.identity.rules import Role

EVA = {"name": "Eva Ruiz", "email": "Eva@Example.com", "role": "reader"}


@pytest.fixture
def program(db: None) -> Program:
    return Program(make.user(name="Ana"))


def test_who_is_invited_chooses_a_password_by_a_link(program: Program) -> None:
    answer = program.post("/users", EVA)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["email"], told["role"], told["visibility"]) == ("eva@example.com", "reader", "all")
    assert "password" not in answer.content.decode()
    queue.work()
    assert [letter.to for letter in mail.outbox] == [["eva@example.com"]]
    assert "/password/" in mail.outbox[0].body
    assert not User.objects.get(pk=told["id"]).has_usable_password()


def test_a_password_is_not_taken(program: Program) -> None:
    answer = program.post("/users", EVA | {"password": make.PASSWORD})
    assert answer.json()["errors"][0]["pointer"] == "#/password"
    assert User.objects.count() == 1


def test_a_seller_sees_the_team_and_needs_one(program: Program) -> None:
    seller = EVA | {"role": "seller"}
    assert program.post("/users", seller | {"email": "a@example.com"}).json()["visibility"] == "own"
    north = make.team("North")
    wrong = program.post("/users", seller).json()["errors"]
    assert [(one["pointer"], one["code"]) for one in wrong] == [("#/team_ids", "team_required")]
    told = program.post("/users", seller | {"team_ids": [north.pk]}).json()
    assert (told["visibility"], told["team_ids"]) == ("team", [north.pk])


def test_an_email_is_of_one_user(program: Program) -> None:
    program.post("/users", EVA)
    again = program.post("/users", EVA | {"email": "EVA@example.com"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "email_taken")
    eva = User.objects.get(email="eva@example.com")
    assert program.patch(f"/users/{eva.pk}", {"email": "eva@example.com"}).status_code == 200
    taken = program.patch(f"/users/{eva.pk}", {"email": program.user.email})
    assert taken.json()["errors"][0]["pointer"] == "#/email"


def test_only_what_is_sent_of_a_user_changes(program: Program) -> None:
    north = make.team("North")
    eva = make.user(Role.SELLER, name="Eva", teams=[north])
    told = program.patch(f"/users/{eva.pk}", {"role": "agent", "language": "en"}).json()
    assert (told["name"], told["role"], told["team_ids"]) == ("Eva", "agent", [north.pk])
    bare = program.patch(f"/users/{eva.pk}", {"team_ids": []})
    assert bare.json()["errors"][0]["code"] == "team_required"
    moved = program.patch(f"/users/{eva.pk}", {"team_ids": [], "visibility": "own"}).json()
    assert (moved["team_ids"], moved["visibility"], moved["language"]) == ([], "own", "en")


def test_what_is_unknown_is_told_with_its_place(program: Program) -> None:
    make.team()
    body = EVA | {"team_ids": [Team.objects.get().pk, 999_999]}
    assert program.post("/users", body).json()["errors"][0]["pointer"] == "#/team_ids/1"
    team = program.post("/teams", {"name": "North", "member_ids": [999_999]}).json()
    assert team["errors"][0]["pointer"] == "#/member_ids/0"
    assert team["errors"][0]["code"] == "member_unknown"


def test_somebody_remains_who_manages_users(program: Program) -> None:
    for change in ({"role": "reader"}, {"is_active": False}):
        answer = program.patch(f"/users/{program.user.pk}", change)
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:trato:problem:last-administrator"
    assert User.objects.get(pk=program.user.pk).role == Role.ADMINISTRATOR


def test_who_is_let_go_comes_back(program: Program) -> None:
    eva = Program(make.user(Role.READER))
    path = f"/users/{eva.user.pk}"
    assert program.patch(path, {"is_active": False}).json()["is_active"] is False
    assert eva.get("/users/me").status_code == 401
    assert program.patch(path, {"is_active": True}).json()["is_active"] is True
    assert eva.get("/users/me").status_code == 200


def test_an_invitation_is_sent_once_with_a_key(program: Program) -> None:
    key = {"Idempotency-Key": "eva"}
    answers = [program.post("/users", EVA, headers=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {201}
    assert answers[0].json() == answers[1].json()
    queue.work()
    assert len(mail.outbox) == 1


def test_teams_are_made_changed_and_deleted(program: Program) -> None:
    eva = make.user(Role.READER, name="Eva")
    made = program.post("/teams", {"name": " North ", "member_ids": [eva.pk]})
    assert made.status_code == 201
    path = f"/teams/{made.json()['id']}"
    renamed = program.patch(path, {"name": "South"}).json()
    assert (renamed["name"], renamed["member_ids"]) == ("South", [eva.pk])
    assert program.patch(path, {"member_ids": []}).json()["member_ids"] == []
    assert program.get(path).json() == renamed | {"member_ids": []}
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404


def test_two_teams_do_not_share_a_name(program: Program) -> None:
    make.team("North")
    answer = program.post("/teams", {"name": "North"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/name")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SELLER, Role.READER])
@pytest.mark.django_db
def test_only_administrators_manage_users(role: Role) -> None:
    boss, team, other = make.user(name="Boss"), make.team(), Program(make.user(role))
    answers = [
        other.post("/users", EVA),
        other.patch(f"/users/{boss.pk}", {"name": "Taken"}),
        other.get(f"/users/{boss.pk}/changes"),
        other.post("/teams", {"name": "Taken"}),
        other.patch(f"/teams/{team.pk}", {"name": "Taken"}),
        other.delete(f"/teams/{team.pk}"),
        other.get(f"/teams/{team.pk}/changes"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert {answer.json()["permission"] for answer in answers} == {"users.manage"}
    seen = other.get(f"/users/{boss.pk}").json()
    assert (seen["visibility"], seen["team_ids"], seen["language"]) == (None, None, None)
    assert other.get(f"/teams/{team.pk}").json()["member_ids"] is None
    assert User.objects.get(pk=boss.pk).name == "Boss"
