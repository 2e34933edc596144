from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.api.program import ROOT, Program
from trato.identity.api import users as identity_api


def assert_problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:trato:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def errors_of(answer: Any) -> dict[str, str]:
    """The code of each wrong value by its place."""
    body = assert_problem(answer, 422, "invalid")
    return {one.get("pointer") or one["parameter"]: one["code"] for one in body["errors"]}


def test_each_wrong_value_is_told_with_its_place(program: Program) -> None:
    wrong = {
        "kind": "robot",
        "emails": ["ana@example.com", "ana"],
        "birth_date": "31/12/1999",
        "owner_id": 10**40,
        "nmae": "Ana",
        "addresses": [{"country": "Narnia"}],
    }
    assert errors_of(program.post("/customers", wrong)) == {
        "#/kind": "enum",
        "#/emails/1": "email_without_at",
        "#/birth_date": "date_from_datetime_parsing",
        "#/owner_id": "less_than_equal",
        "#/nmae": "extra_forbidden",
        "#/addresses/0/country": "country_unknown",
    }


def test_telephones_people_and_fields_are_checked_too(program: Program) -> None:
    def codes(body: dict[str, Any]) -> dict[str, str]:
        return errors_of(program.post("/customers", {"name": "Ana"} | body))

    assert codes({"phones": ["600123456", "12"]}) == {"#/phones/1": "telephone_too_short"}
    assert codes({"owner_id": 999_999}) == {"#/owner_id": "user_unknown"}
    assert codes({"team_id": 999_999}) == {"#/team_id": "team_unknown"}
    assert codes({"custom": {"a/b": 1}}) == {"#/custom/a~1b": "custom_field_unknown"}
    assert codes({"name": " "}) == {"#/name": "missing"}


def test_a_currency_that_nobody_has_is_refused(program: Program) -> None:
    for code in ("ZZZ", "XXX"):
        wrong = program.post("/products", {"code": "P1", "name": "Taza", "currency": code})
        assert errors_of(wrong) == {"#/currency": "currency_unknown"}
        assert wrong.json()["errors"][0]["detail"] == "There is no such currency."
    assert errors_of(program.get("/exchange-rates", currency="ZZZ")) == {
        "currency": "currency_unknown"
    }


def test_wrong_parameters_are_named(program: Program) -> None:
    answer = program.get("/customers", limit=5000, phone="12", status="gone")
    assert errors_of(answer) == {"limit": "less_than_equal", "status": "enum"}
    assert errors_of(program.get("/customers", phone="12")) == {"phone": "telephone_too_short"}
    assert errors_of(program.get("/events", kind=["note", "x"])) == {"kind": "enum"}


@pytest.mark.django_db
def test_problems_speak_the_callers_language() -> None:
    spanish = Program(language="es-ES,es;q=0.9").get("/customers/0")
    assert spanish.json()["title"] == "No se ha encontrado"
    assert spanish["Content-Language"] == "es"
    wrong = Program(language="es").post("/customers", {"kind": "robot"}).json()
    assert wrong["errors"][0]["detail"] == "Elige uno de estos: 'person', 'organisation'."


def test_what_the_database_refuses_is_told(program: Program) -> None:
    make.customer("Ana", external_ids=(("erp", "1"),))
    other = make.customer("Eva")
    answer = program.post(f"/customers/{other.pk}/external-ids", {"system": "erp", "value": "1"})
    assert answer.status_code == 422


def test_an_unknown_address_and_method_are_problems(program: Program) -> None:
    for path in ("/nothing/here", "", "/", "//customers"):
        assert_problem(program.get(path), 404, "not-found")
    refused = program.call("PATCH", "/customers", {})
    assert_problem(refused, 405, "method-not-allowed")
    assert refused["Allow"] == "GET, POST"


NO_JSON = ["{", '{"name": NaN}', '{"name": "\\u0000"}', '{"name": "\\ud800"}', "[" * 100_000]
NO_JSON += ['{"name": "Ana", "name": "Eva"}', '{"name": "Ana", "custom": {"a": 1, "a": 2}}']


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
def test_a_body_that_is_no_json_is_refused(program: Program, body: str) -> None:
    answer = program.client.post(f"{ROOT}/customers", body, content_type="application/json")
    assert_problem(answer, 400, "unreadable-body")


def test_a_null_character_in_the_address_is_refused(program: Program) -> None:
    assert_problem(program.get("/customers", q="a\0b"), 400, "bad-address")


def test_a_body_too_large_is_refused(program: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = program.post("/customers", {"name": "Ana" * 50})
    assert_problem(answer, 413, "body-too-large")


def test_our_own_errors_show_no_traceback(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(identity_api, "company", fail)
    answer = program.get("/users/me")
    assert_problem(answer, 500, "server-error")
    assert b"secret" not in answer.content
    assert "the secret inside" in caplog.text


@pytest.mark.django_db
def test_no_answer_is_kept_by_caches(client: Client, program: Program) -> None:
    for answer in (client.get(f"{ROOT}/customers"), program.get("/customers")):
        assert answer["Cache-Control"] == "no-store"
        assert "Accept-Language" in answer["Vary"]
