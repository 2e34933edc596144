"""Tokens through the API: looked at and revoked, never made."""

import pytest

from tests import make
from tests.api.program import Program
from trato.identity.actions import revoke_token
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


def test_one_sees_the_own_tokens_and_no_key() -> None:
    Program()
    seller = Program(make.user(Role.SELLER))
    answer = seller.get("/tokens")
    [told] = answer.json()["items"]
    assert (told["id"], told["user_id"], told["name"]) == (
        seller.token.pk,
        seller.user.pk,
        "test",
    )
    assert (told["is_usable"], told["revoked_at"]) == (True, None)
    key = seller.headers["Authorization"].removeprefix("Bearer ")
    assert key.startswith(told["prefix"])
    assert key not in answer.content.decode()
    assert "digest" not in told


def test_who_manages_users_sees_and_revokes_those_of_all() -> None:
    seller, boss = Program(make.user(Role.SELLER)), Program()
    assert [one["id"] for one in boss.get("/tokens").json()["items"]] == [
        boss.token.pk,
        seller.token.pk,
    ]
    assert boss.delete(f"/tokens/{seller.token.pk}").status_code == 204
    assert seller.get("/users/me").status_code == 401
    told = boss.get("/tokens").json()["items"][1]
    assert told["is_usable"] is False
    assert told["revoked_at"]


def test_a_token_revoked_twice_keeps_its_first_moment() -> None:
    boss, other = Program(), Program(make.user(Role.READER))
    revoke_token(token=other.token, at=make.NOW)
    assert boss.delete(f"/tokens/{other.token.pk}").status_code == 204
    other.token.refresh_from_db()
    assert other.token.revoked_at == make.NOW


def test_the_tokens_of_others_are_not_there_for_a_stranger() -> None:
    boss, seller = Program(), Program(make.user(Role.SELLER))
    assert seller.delete(f"/tokens/{boss.token.pk}").status_code == 404
    assert boss.get("/users/me").status_code == 200


def test_a_token_ends_itself_and_makes_no_other() -> None:
    program = Program()
    assert program.post("/tokens", {"name": "more"}).status_code == 405
    assert program.delete(f"/tokens/{program.token.pk}").status_code == 204
    assert program.get("/users/me").status_code == 401
