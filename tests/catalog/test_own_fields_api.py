"""Own fields of products as programs read and write them."""

from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from tests.catalog import own
from tests.catalog.own import KEPT, TYPES
from trato.catalog.models import Product
from trato.customers.actions import save_custom_field
from trato.identity.rules import Role

WRONG = {
    "text": 1,
    "number": "much",
    "money": 0.12345,
    "date": "2024-02-30",
    "choice": "spring",
    "choices": "summer",
    "flag": "no",
}


@pytest.fixture
def program(db: None) -> Program:
    own.fields()
    return Program()


def made(program: Program, **custom: Any) -> str:
    answer = program.post("/products", {"code": "T1", "name": "Tea", "custom": custom})
    assert answer.status_code == 201
    assert answer.json()["custom"] == custom
    return f"/products/{answer.json()['id']}"


def problem(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    return error["code"], error["pointer"]


def test_a_product_is_created_and_read_with_values_of_every_type(program: Program) -> None:
    path = made(program, **KEPT)
    assert program.get(path).json()["custom"] == KEPT
    assert program.get("/products").json()["items"][0]["custom"] == KEPT
    assert program.post("/products", {"code": "T2"}).json()["custom"] == {}


@pytest.mark.parametrize("kind", TYPES)
def test_a_wrong_value_is_refused_with_its_place(program: Program, kind: str) -> None:
    wrong = {"custom": {kind: WRONG[kind]}}
    code = "decimal_max_places" if kind == "money" else "custom_field_value"
    path = made(program)
    place = f"#/custom/{kind}"
    assert problem(program.patch(path, wrong)) == (code, place)
    assert problem(program.post("/products", {"code": "T2"} | wrong)) == (code, place)
    assert problem(program.put("/products/by-code/T2", wrong)) == (code, place)
    batch = {"products": [{"code": "T2"}, {"code": "T1"} | wrong]}
    answer = program.post("/products/batch", batch)
    assert problem(answer) == (code, f"#/products/1/custom/{kind}")
    assert Product.objects.count() == 1
    assert own.kept() == {}


def test_an_unknown_key_is_refused(program: Program) -> None:
    save_custom_field(None, label="Colour", type_="text", options=[])
    path = made(program)
    answer = program.patch(path, {"custom": {"colour": "red"}})
    assert problem(answer) == ("custom_field_unknown", "#/custom/colour")


def test_other_keys_stay_and_null_removes(program: Program) -> None:
    path = made(program, text="x", number=1, flag=True)
    answer = program.patch(path, {"custom": {"text": None, "number": 2, "date": None}})
    assert answer.json()["custom"] == {"number": 2, "flag": True}
    blank = program.post("/products", {"code": "T2", "custom": {"text": "", "choices": []}})
    assert blank.json()["custom"] == {}
    assert program.patch(path, {"name": "Green tea"}).json()["custom"] == answer.json()["custom"]
    assert program.patch(path, {"custom": {}}).json()["custom"] == answer.json()["custom"]


def test_a_switched_off_field_keeps_its_values_and_takes_no_more(program: Program) -> None:
    colour = own.field("Colour")
    path = made(program, colour="red", number=1)
    own.switch_off(colour)
    answer = program.patch(path, {"custom": {"colour": "blue"}})
    assert problem(answer) == ("custom_field_unknown", "#/custom/colour")
    answer = program.patch(path, {"custom": {"number": 2}})
    assert answer.json()["custom"] == {"colour": "red", "number": 2}


def test_many_are_completed_by_their_codes(program: Program) -> None:
    made(program, text="x", number=1)
    batch = [
        {"code": "T1", "custom": {"number": 2, "text": None}},
        {"code": "T2", "custom": {"choices": ["winter"], "flag": None}},
        {"code": "T1", "custom": {"money": "2.50"}},
    ]
    answer = program.post("/products/batch", {"products": batch})
    results = [one["result"] for one in answer.json()["outcomes"]]
    assert results == ["updated", "created", "unchanged"]
    assert own.kept() == {"number": 2, "money": 2.5}
    assert own.kept("T2") == {"choices": ["winter"]}
    again = program.post("/products/batch", {"products": batch}).json()["outcomes"]
    assert {one["result"] for one in again} == {"unchanged"}


def test_a_code_is_completed_too(program: Program) -> None:
    made(program, text="x")
    answer = program.put("/products/by-code/T1", {"custom": {"flag": False}})
    assert (answer.status_code, answer.json()["custom"]) == (200, {"text": "x", "flag": False})
    assert program.put("/products/by-code/T1", {"name": "Té"}).json()["custom"] == own.kept()


def test_products_are_filtered_as_in_the_list_of_the_page(program: Program) -> None:
    made(program, number=5, choice="winter")
    program.post("/products", {"code": "T2", "brand": "Sol", "custom": {"number": 20}})

    def codes(**query: Any) -> list[str]:
        return [one["code"] for one in program.get("/products", **query).json()["items"]]

    assert codes(filter="custom.number.more=10") == ["T2"]
    assert codes(filter="custom.choice.in=winter&brand.empty=") == ["T1"]
    assert codes(filter="custom.number.filled=", brand="Sol") == ["T2"]
    refused = program.get("/products", filter="custom.colour.is=red")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "filter_unknown"


def test_changes_are_told_in_the_words_of_the_page(program: Program) -> None:
    path = made(program, money=2)
    program.patch(path, {"custom": {"money": 3, "flag": True}})
    told = program.get(f"{path}/changes").json()["items"]
    assert {(one["name"], one["before"], one["after"]) for one in told} == {
        ("custom.money", 2, 3),
        ("custom.flag", None, True),
    }
    assert {(one["field"], one["before_text"], one["after_text"]) for one in told} == {
        ("Money", "€2.00", "€3.00"),
        ("Flag", "", "Yes"),
    }


def test_prices_are_in_the_history_of_programs(program: Program) -> None:
    path = made(program)
    program.patch(path, {"price": "3"})
    [told] = program.get(f"{path}/changes").json()["items"]
    assert (told["name"], told["after"], told["after_text"]) == ("price", "3.00", "€3.00")


def test_a_seller_reads_own_fields_only(program: Program) -> None:
    path = made(program, text="x")
    seller = Program(make.user(Role.SELLER))
    assert seller.get(path).json()["custom"] == {"text": "x"}
    wanted = {"custom": {"text": "y"}}
    assert seller.patch(path, wanted).status_code == 403
    assert seller.put("/products/by-code/T1", wanted).status_code == 403
    assert (
        seller.post("/products/batch", {"products": [{"code": "T1"} | wanted]}).status_code == 403
    )
    assert own.kept() == {"text": "x"}
