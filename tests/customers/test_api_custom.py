import json
from typing import Any

import pytest

from tests import make
from tests.api.program import ROOT, Program
from tests.pages import signed_in
from trato.customers.actions import save_custom_field
from trato.identity.rules import Role


@pytest.fixture
def program(db: None) -> Program:
    return Program()


FIELDS = {"text": "x", "number": 2.5, "money": 10, "date": "2026-01-31", "flag": False}


@pytest.mark.parametrize(("kind", "value"), FIELDS.items())
def test_custom_fields_keep_values_of_their_type(program: Program, kind: str, value: Any) -> None:
    field = program.post("/custom-fields", {"label": "Favourite", "type": kind}).json()
    made = program.post("/customers", {"name": "Ana", "custom": {field["key"]: value}})
    assert made.json()["custom"] == {field["key"]: value}
    for other, wrong in FIELDS.items():
        if other != kind and (kind, other) not in {("number", "money"), ("money", "number")}:
            answer = program.patch(
                f"/customers/{made.json()['id']}", {"custom": {field["key"]: wrong}}
            )
            assert answer.status_code == (200 if (kind, other) == ("text", "date") else 422)


def test_choices_are_among_the_options(program: Program) -> None:
    options = {"options": ["tea", "coffee"]}
    one = program.post("/custom-fields", {"label": "Drink", "type": "choice"} | options).json()
    many = program.post("/custom-fields", {"label": "Drinks", "type": "choices"} | options).json()
    custom = {one["key"]: "tea", many["key"]: ["tea", "coffee"]}
    assert program.post("/customers", {"name": "A", "custom": custom}).status_code == 201
    twice = program.post("/customers", {"name": "A", "custom": {many["key"]: ["tea", "tea"]}})
    assert twice.json()["custom"] == {many["key"]: ["tea"]}
    for wrong in ({one["key"]: "milk"}, {many["key"]: ["milk"]}, {many["key"]: "tea"}):
        assert program.post("/customers", {"name": "A", "custom": wrong}).status_code == 422


def test_other_custom_fields_stay_and_null_removes(program: Program) -> None:
    for label in ("One", "Two"):
        save_custom_field(None, label=label, type_="text", options=[])
    made = program.post("/customers", {"name": "A", "custom": {"one": "1", "two": "2"}}).json()
    answer = program.patch(f"/customers/{made['id']}", {"custom": {"one": None}}).json()
    assert answer["custom"] == {"two": "2"}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "It must have 2000 characters at most."),
        ("es", "Debe tener 2000 caracteres como máximo."),
    ],
)
def test_a_text_that_is_too_long_is_told_the_limit(db: None, language: str, told: str) -> None:
    save_custom_field(None, label="One", type_="text", options=[])
    program = Program(language=language)
    assert (
        program.post("/customers", {"name": "A", "custom": {"one": "x" * 2000}}).status_code == 201
    )
    refused = program.post("/customers", {"name": "B", "custom": {"one": "x" * 2001}})
    error = {"code": "string_too_long", "detail": told, "pointer": "#/custom/one"}
    assert (refused.status_code, refused.json()["errors"]) == (422, [error])


def test_a_custom_field_is_renamed_and_switched_off(program: Program) -> None:
    field = program.post("/custom-fields", {"label": "Colour"}).json()
    changed = program.patch(f"/custom-fields/{field['id']}", {"label": "Color", "is_active": False})
    assert (changed.json()["key"], changed.json()["label"]) == ("colour", "Color")
    assert program.get("/custom-fields").json()["items"] == [changed.json()]
    assert program.post("/customers", {"name": "A", "custom": {"colour": "red"}}).status_code == 422
    assert program.post("/custom-fields", {"label": "Size", "type": "choice"}).status_code == 422


def test_a_custom_field_is_read(program: Program) -> None:
    field = program.post("/custom-fields", {"label": "Colour"}).json()
    reader = Program(make.user(Role.READER))
    assert reader.get(f"/custom-fields/{field['id']}").json() == field
    assert reader.get("/custom-fields/999999").status_code == 404


@pytest.fixture
def owed(program: Program) -> Program:
    save_custom_field(None, label="Owed", type_="money", options=[])
    save_custom_field(None, label="Size", type_="number", options=[])
    return program


def kept(program: Program, value: str, key: str = "owed") -> Any:
    """The value after its way there and back; ``value`` stands in the body as it is."""
    body = f'{{"name": "Ana", "twin_is_fine": true, "custom": {{"{key}": {value}}}}}'
    answer = program.client.post(f"{ROOT}/customers", body, content_type="application/json")
    if answer.status_code == 422:
        [error] = json.loads(answer.content)["errors"]
        assert error["pointer"] == f"#/custom/{key}"
        return error["code"]
    return json.loads(answer.content)["custom"][key]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("12.34", 12.34),
        ('"12.34"', 12.34),
        ('"-0.1234"', -0.1234),
        ('"12.50"', 12.5),
        ('"7.00"', 7),
        ("9999999999999.99", 9999999999999.99),
        ('"99999999999.9999"', 99999999999.9999),
        ("99999999999999.99", "number_too_precise"),
        ('"99999999999999.99"', "number_too_precise"),
        ("0.1234567", "decimal_max_places"),
        ('"0.12345"', "decimal_max_places"),
        ("1000000000000000", "number_too_large"),
        ("1e400", "number_too_large"),
        ('"12,34"', "custom_field_value"),
        ('"NaN"', "custom_field_value"),
        ('""', "custom_field_value"),
        ("true", "custom_field_value"),
    ],
)
def test_money_keeps_every_digit_or_is_refused(owed: Program, value: str, told: Any) -> None:
    assert kept(owed, value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("0.30000000000000004", 0.30000000000000004),
        ('"0.1234567"', 0.1234567),
        ("1e3", 1000),
        ("100000000000000.001", "number_too_precise"),
    ],
)
def test_a_number_keeps_every_digit_or_is_refused(owed: Program, value: str, told: Any) -> None:
    assert kept(owed, value, "size") == told


def test_money_sent_as_text_is_found_by_its_size(owed: Program) -> None:
    for value in ("9.5", "10.25", "100"):
        kept(owed, f'"{value}"')
    found = owed.get("/customers", filter="custom.owed.more=10").json()["items"]
    assert [one["custom"]["owed"] for one in found] == [10.25, 100]


def test_the_page_has_the_same_rule_but_gives_back_what_is_there(owed: Program) -> None:
    who, client = make.customer(custom={"owed": 0.1234567}), signed_in(owed.user)
    path = f"/customers/{who.pk}/custom/owed/"
    for value, status in (("0.12345", 422), ("99999999999999.99", 422), ("0.1234567", 302)):
        assert client.post(path, {"custom_owed": value}).status_code == status, value
