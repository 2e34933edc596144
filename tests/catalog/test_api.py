from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

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


def test_many_products_are_saved_at_once_by_their_codes(program: Program) -> None:
    program.post("/products", TEA)
    batch = [
        TEA | {"price": "13"},
        {"code": "M1", "name": "Milk", "category": "Drinks > Milk > Fresh"},
        {"code": "T/1"},
    ]
    answer = program.post("/products/batch", {"products": batch})
    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert [one["result"] for one in outcomes] == ["updated", "created", "unchanged"]
    tea, milk = (program.get(f"/products/{one['product_id']}").json() for one in outcomes[:2])
    assert (tea["name"], tea["price"], milk["code"]) == ("Té verde", "13.00", "M1")
    assert milk["category"] == "Drinks > Milk > Fresh"
    assert len(program.get(f"/products/{tea['id']}/prices").json()["items"]) == 2


def test_a_wrong_value_refuses_all_products(program: Program) -> None:
    answer = program.post("/products/batch", {"products": [TEA, {"code": "B", "price": "-1"}]})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "#/products/1/price")
    assert not Product.objects.exists()


def test_more_products_take_no_more_queries(
    program: Program, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = [{"code": f"P{i}", "price": "1", "category": f"A{i % 9} > B{i}"} for i in range(200)]
    with django_assert_max_num_queries(40):
        assert program.post("/products/batch", {"products": batch}).status_code == 200
    assert Product.objects.filter(category__path="A8 > B8").exists()


def test_a_category_is_created_read_renamed_and_moved(program: Program) -> None:
    root = program.post("/categories", {"name": "Drinks"})
    assert root.status_code == 201
    tea = program.post("/categories", {"name": "Tea", "parent_id": root.json()["id"]}).json()
    assert (tea["path"], tea["parent_id"]) == ("Drinks > Tea", root.json()["id"])
    path = f"/categories/{tea['id']}"
    assert program.get(path).json() == tea
    program.patch(f"/categories/{root.json()['id']}", {"name": "Bebidas"})
    assert program.patch(path, {"name": "Té"}).json()["path"] == "Bebidas > Té"
    assert program.patch(path, {"parent_id": None}).json()["path"] == "Té"
    assert program.get("/categories/999999").status_code == 404


def test_a_category_that_cannot_be_is_refused_with_its_place(program: Program) -> None:
    root = program.post("/categories", {"name": "Drinks"}).json()["id"]
    tea = program.post("/categories", {"name": "Tea", "parent_id": root}).json()["id"]

    def pointer(answer: Any) -> str:
        assert answer.status_code == 422
        return str(answer.json()["errors"][0]["pointer"])

    assert pointer(program.post("/categories", {"name": "Drinks"})) == "#/name"
    assert pointer(program.post("/categories", {"name": "A > B"})) == "#/name"
    assert (
        pointer(program.post("/categories", {"name": "A", "parent_id": 999_999})) == "#/parent_id"
    )
    assert pointer(program.patch(f"/categories/{root}", {"parent_id": tea})) == "#/parent_id"


def test_only_an_empty_category_goes(program: Program) -> None:
    program.post("/products", TEA)
    [tea] = program.call("GET", "/categories", query={"path": "Drinks > Tea"}).json()["items"]
    [same] = program.get("/categories", parent=tea["parent_id"]).json()["items"]
    assert same == tea
    kept = program.delete(f"/categories/{tea['id']}")
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:trato:problem:category-in-use")
    Product.objects.all().delete()
    assert program.delete(f"/categories/{tea['id']}").status_code == 204


@pytest.mark.django_db
def test_a_seller_changes_no_category_and_no_batch() -> None:
    tea = Program().post("/categories", {"name": "Tea"}).json()
    seller = Program(make.user(Role.SELLER))
    path = f"/categories/{tea['id']}"
    assert seller.get(path).json() == tea
    assert seller.post("/categories", {"name": "Milk"}).status_code == 403
    assert seller.patch(path, {"name": "Milk"}).status_code == 403
    assert seller.delete(path).status_code == 403
    assert seller.post("/products/batch", {"products": [TEA]}).status_code == 403
