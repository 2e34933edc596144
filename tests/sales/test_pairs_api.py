"""What goes together, for programs."""

from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from tests.api.test_problems import errors_of
from trato.catalog.models import Product
from trato.identity.rules import Role, Visibility
from trato.sales.actions import decline_suggestion
from trato.sales.models import ProductPair

PAIR = {
    "together": 34,
    "orders": 100,
    "expected": 10.0,
    "odds_ratio": 5.0,
    "bound": 3.0,
    "q_value": 0.001,
}


@pytest.fixture
def program(db: None) -> Program:
    ready = Program()
    for code in ("TEA", "POT", "CUP"):
        ready.post("/products", {"code": code, "name": code.title()})
    ids = dict(Product.objects.values_list("code", "pk"))
    more: Any = {"product_id": ids["TEA"]}
    ProductPair.objects.create(other_id=ids["POT"], kind="complement", rank=1, **PAIR, **more)
    ProductPair.objects.create(
        other_id=ids["CUP"], kind="substitute", rank=1, **(PAIR | {"bound": 0.2}), **more
    )
    return ready


def _id(code: str) -> int:
    return Product.objects.get(code=code).pk


def test_a_product_has_complements_and_substitutes(program: Program) -> None:
    tea = _id("TEA")
    [found] = program.get(f"/products/{tea}/complements").json()
    assert found == PAIR | {"product_id": tea, "other_id": _id("POT"), "other": "POT"}
    [other] = program.get(f"/products/{tea}/substitutes").json()
    assert other["other"] == "CUP"
    assert program.get(f"/products/{_id('POT')}/complements").json() == []
    assert program.get("/products/999999/complements").status_code == 404


def test_a_cart_is_completed(program: Program) -> None:
    ana = make.customer("Ana")
    [found] = program.get("/suggestions?product=TEA").json()
    assert found["other"] == "POT"
    assert program.get("/suggestions?product=TEA&product=POT").json() == []
    pot = Product.objects.get(code="POT")
    decline_suggestion(customer=ana, product=pot, at=make.NOW, user=None)
    assert program.get(f"/suggestions?product=TEA&customer={ana.pk}").json() == []


def test_a_cart_of_what_is_not_known_is_refused(program: Program) -> None:
    answer = program.get("/suggestions?product=TEA&product=Tea")
    assert errors_of(answer) == {"product": "product_unknown"}
    assert errors_of(program.get("/suggestions?product=")) == {"product": "string_too_short"}
    assert errors_of(program.get("/suggestions")) == {"product": "missing"}


def test_the_stranger_finds_no_customer(program: Program) -> None:
    ana = make.customer("Ana")
    stranger = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    unknown = stranger.get(f"/suggestions?product=TEA&customer={ana.pk}")
    assert errors_of(unknown) == {"customer": "customer_unknown"}
    assert stranger.get("/suggestions?product=TEA").status_code == 200
