from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from trato.catalog.models import Product
from trato.identity.rules import Role
from trato.sales.models import Order

TEA = {
    "code": "T/1",
    "name": "Té verde",
    "category": "Drinks > Tea",
    "brand": "Sol",
    "price": "12.5",
    "cost": 7,
    "quality_tier": 3,
}


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def codes(answer: Any) -> list[str]:
    return [row["code"] for row in answer.json()["items"]]


def test_a_product_is_created_once(program: Program) -> None:
    made = program.post("/products", TEA)
    assert made.status_code == 201
    assert made.json() | TEA | {"price": "12.50", "cost": "7.00"} == made.json()
    assert made.json()["currency"] == "EUR"
    assert program.get(f"/products/{made.json()['id']}").json() == made.json()
    again = program.post("/products", TEA | {"name": "Other"})
    assert (again.status_code, again.json()["id"]) == (409, made.json()["id"])
    assert Product.objects.get().name == "Té verde"


def test_a_code_is_created_then_overwritten(program: Program) -> None:
    path = "/products/by-code/T/1"
    assert program.put(path, {"name": "Té"}).status_code == 201
    second = program.put(path, {"price": "3"})
    assert second.status_code == 200
    assert (second.json()["name"], second.json()["price"]) == ("Té", "3.00")


def test_prices_are_remembered(program: Program) -> None:
    made = program.post("/products", TEA).json()
    program.patch(f"/products/{made['id']}", {"price": "14"})
    program.patch(f"/products/{made['id']}", {"price": None})
    prices = program.get(f"/products/{made['id']}/prices").json()["items"]
    assert [one["price"] for one in prices] == [None, "14.00", "12.50"]
    assert prices[0]["changed_by_id"] == program.user.pk


def test_only_what_is_sent_changes(program: Program) -> None:
    made = program.post("/products", TEA).json()
    path = f"/products/{made['id']}"
    moved = program.patch(path, {"category": "Drinks > Infusions", "is_active": False}).json()
    assert (moved["category"], moved["is_active"], moved["name"]) == (
        "Drinks > Infusions",
        False,
        "Té verde",
    )
    assert program.patch(path, {"category": ""}).json()["category"] == ""
    assert program.patch(path, {"quality_tier": 9}).status_code == 422
    assert program.patch(path, {"price": "-1"}).status_code == 422


def test_products_are_filtered(program: Program) -> None:
    program.post("/products", TEA)
    program.post("/products", {"code": "M1", "name": "Milk", "category": "Drinks"})
    program.post("/products", {"code": "S1", "name": "Soap", "is_active": False})
    paths = {row["path"]: row["id"] for row in program.get("/categories").json()["items"]}
    assert paths.keys() == {"Drinks", "Drinks > Tea"}
    assert codes(program.get("/products", category=paths["Drinks"])) == ["T/1", "M1"]
    assert codes(program.get("/products", category=paths["Drinks > Tea"])) == ["T/1"]
    assert codes(program.get("/products", category=999_999)) == []
    assert codes(program.get("/products", q="te VERDE")) == ["T/1"]
    assert codes(program.get("/products", code="M1")) == ["M1"]
    assert codes(program.get("/products", brand="Sol")) == ["T/1"]
    assert codes(program.get("/products", active="false")) == ["S1"]


@pytest.mark.django_db
def test_a_seller_reads_the_catalogue_only() -> None:
    seller = Program(make.user(Role.SELLER))
    Program().post("/products", TEA)
    [product] = seller.get("/products").json()["items"]
    assert seller.patch(f"/products/{product['id']}", {"name": "x"}).status_code == 403
    assert seller.put("/products/by-code/T/1", {"name": "x"}).status_code == 403


def test_a_product_goes_unless_it_was_sold(program: Program) -> None:
    path = f"/products/{program.post('/products', TEA).json()['id']}"
    make.order(make.customer(), product=TEA["code"])
    kept = program.delete(path)
    assert (kept.status_code, kept.json()["is_active"]) == (200, False)
    Order.objects.all().delete()
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404
