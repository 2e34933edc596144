"""Fields of one's own through the API: of what they are, and those of contacts."""

import pytest
from django.db import connection

from tests import make
from tests.api.program import Program
from trato.identity.rules import Role


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def define(program: Program, about: str, label: str, type_: str = "text") -> dict[str, object]:
    body = {"about": about, "label": label, "type": type_}
    made: dict[str, object] = program.post("/custom-fields", body).json()
    return made


def test_a_field_is_of_one_kind_of_record(program: Program) -> None:
    ours, theirs = define(program, "customer", "Size"), define(program, "order", "Size", "number")
    assert (ours["key"], theirs["key"], theirs["about"]) == ("size", "size", "order")
    items = program.get("/custom-fields", about="order").json()["items"]
    assert items == [theirs]
    assert len(program.get("/custom-fields").json()["items"]) == 2
    assert program.get("/custom-fields", about="invoice").status_code == 422
    assert program.post("/custom-fields", {"about": "order", "label": "size"}).status_code == 422
    without = program.post("/custom-fields", {"label": "Colour"}).json()
    assert without["about"] == "customer"


def test_a_contact_is_noted_with_own_fields(program: Program) -> None:
    define(program, "contact", "Minutes", "number")
    define(program, "customer", "Colour")
    path = f"/customers/{make.customer().pk}/events"
    body = {"kind": "call", "subject": "Hi"}
    made = program.post(path, body | {"custom": {"minutes": "12.50"}}).json()
    assert made["payload"] == {"custom": {"minutes": 12.5}}
    assert program.post(path, body | {"custom": {"minutes": None}}).json()["payload"] == {}
    wrong = program.post(path, body | {"custom": {"minutes": "many"}})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "#/custom/minutes"
    assert program.post(path, body | {"custom": {"colour": "red"}}).status_code == 422


def test_who_may_not_define_fields_does_not(db: None) -> None:
    seller = Program(make.user(Role.SELLER))
    body = {"about": "order", "label": "Size"}
    assert seller.post("/custom-fields", body).status_code == 403


@pytest.mark.parametrize(
    ("about", "type_", "kinds"),
    [
        ("customer", "number", {"btree"}),
        ("customer", "text", set()),
        ("order", "money", {"btree", "statistics"}),
        ("order", "date", {"btree", "statistics"}),
        ("order", "text", {"gin", "statistics"}),
        ("order", "flag", set()),
        ("contact", "number", set()),
    ],
)
def test_what_lists_compare_is_indexed(
    program: Program, about: str, type_: str, kinds: set[str]
) -> None:
    made = define(program, about, "Weight", type_)
    name = f"{about}_custom_{made['id']}"
    with connection.cursor() as sql:
        sql.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        found = {kind for (text,) in sql.fetchall() for kind in ("btree", "gin") if kind in text}
        sql.execute("SELECT FROM pg_statistic_ext WHERE stxname = %s", [f"{name}_values"])
        found |= {"statistics"} if sql.fetchall() else set()
    assert found == kinds
