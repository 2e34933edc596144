from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.operations import Operation, operations
from tests.api.program import ROOT, Program
from trato.identity.actions import change_user, revoke_token
from trato.identity.models import ApiToken
from trato.identity.rules import Role

UNSAFE = [one for one in operations() if one.method != "GET"]


@pytest.mark.django_db
@pytest.mark.parametrize("operation", operations(), ids=str)
def test_nothing_opens_without_a_token(client: Client, operation: Operation) -> None:
    answer = client.generic(operation.method, ROOT + operation.address())
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("operation", UNSAFE, ids=str)
def test_a_reading_token_cannot_write(operation: Operation) -> None:
    reader = Program(scope=ApiToken.Scope.READ)
    answer = reader.call(operation.method, operation.address(), {})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:trato:problem:token-may-not-write"


@pytest.mark.django_db
def test_a_reading_token_reads() -> None:
    assert Program(scope=ApiToken.Scope.READ).get("/customers").status_code == 200


@pytest.mark.django_db
def test_an_expired_token_opens_nothing() -> None:
    program = Program(expires_at=make.NOW + timedelta(seconds=1))
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert program.get("/users/me").status_code == 401


def test_a_revoked_token_opens_nothing(program: Program) -> None:
    revoke_token(token=program.token, at=make.NOW)
    assert program.get("/users/me").status_code == 401


@pytest.mark.django_db
def test_who_has_left_has_no_token() -> None:
    make.user()
    gone = Program(make.user(Role.SELLER))
    change_user(user=gone.user, changes={"is_active": False}, teams=None)
    assert gone.get("/users/me").status_code == 401


@pytest.mark.django_db
def test_a_signed_in_browser_is_no_program(client: Client) -> None:
    client.force_login(make.user(), "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{ROOT}/users/me").status_code == 401


@pytest.mark.django_db
def test_who_guesses_is_told_to_wait(client: Client) -> None:
    guess = {"headers": {"Authorization": "Bearer trato_guess"}}
    answers: list[Any] = [client.get(f"{ROOT}/users/me", **guess) for _ in range(32)]  # type: ignore[arg-type]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert Program().get("/users/me").status_code == 200


def test_a_token_has_so_many_calls_a_minute(program: Program, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 2
    answers = [program.get("/users/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert Program().get("/users/me").status_code == 200


def test_the_token_remembers_that_it_was_used(program: Program) -> None:
    program.get("/users/me")
    program.token.refresh_from_db()
    assert program.token.last_used_at is not None


def test_the_audit_names_the_programs_user(program: Program) -> None:
    who = make.customer("Ana")
    program.patch(f"/customers/{who.pk}", {"name": "Ana María"})
    context = who.history.order_by("-pgh_id").first().pgh_context  # type: ignore[attr-defined]
    assert context.metadata["user"] == program.user.pk
    assert context.metadata["token"] == program.token.pk


@pytest.mark.django_db
def test_a_program_may_what_its_user_may() -> None:
    reader = Program(make.user(Role.READER))
    who = make.customer()
    answers = [
        reader.post("/customers", {"name": "Ana"}),
        reader.patch(f"/customers/{who.pk}", {"name": "Ana"}),
        reader.delete(f"/customers/{who.pk}"),
        reader.post("/tasks", {"title": "Call"}),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert answers[0].json()["permission"] == "customers.change"
