from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import make
from tests.api.program import Program
from trato.customers import eventlog
from trato.customers.models import Customer, EventKind
from trato.identity.rules import Role
from trato.sales.jobs import recount_totals
from trato.sales.models import Order


@pytest.fixture
def program(db: None) -> Program:
    ready = Program()
    ready.post("/products", {"code": "P1", "name": "Tea"})
    ready.post("/products", {"code": "P2", "name": "Milk"})
    return ready


@pytest.fixture
def ana(db: None) -> Customer:
    return make.customer("Ana")


def body(who: Customer | None, **more: Any) -> dict[str, Any]:
    lines = [
        {"product": "P1", "quantity": "2.5", "unit_price": "3.33", "discount": "1", "tax": "0.5"},
        {"product": "P2", "quantity": -1, "unit_price": "2"},
    ]
    return {
        "customer_id": who.pk if who else None,
        "ordered_at": "2026-03-01T10:00:00+01:00",
        "lines": lines,
    } | more


def test_an_order_is_created_once_with_its_lines(program: Program, ana: Customer) -> None:
    answer = program.post("/orders", body(ana, number="A/1", channel="web", store="Lugo"))
    made = answer.json()
    assert answer.status_code == 201
    assert (made["total"], made["company_total"], made["currency"]) == ("5.825", "5.825", "EUR")
    assert made["ordered_at"] == "2026-03-01T09:00:00Z"
    assert [(one["product"], one["quantity"], one["total"]) for one in made["lines"]] == [
        ("P1", "2.5", "7.825"),
        ("P2", "-1", "-2.00"),
    ]
    assert program.get(f"/orders/{made['id']}").json() == made
    assert program.post("/orders", body(ana, number="A/1")).status_code == 409


def test_an_order_is_replaced_whole(program: Program, ana: Customer) -> None:
    made = program.post("/orders", body(ana, number="A1", channel="web")).json()
    line = {"product": "P2", "quantity": "1", "unit_price": "9"}
    path = f"/orders/{made['id']}"
    replaced = program.put(path, body(ana, lines=[line])).json()
    assert (replaced["number"], replaced["total"], replaced["channel"]) == ("A1", "9.00", "")
    assert len(replaced["lines"]) == 1
    by_number = program.put("/orders/by-number/A1", body(ana))
    assert (by_number.status_code, by_number.json()["id"]) == (200, made["id"])
    assert program.put("/orders/by-number/B/2", body(ana)).status_code == 201


def test_a_completed_order_is_replaced_too(program: Program, ana: Customer) -> None:
    made = program.post("/orders", body(ana, number="A1", status="completed")).json()
    line = {"product": "P2", "quantity": "1", "unit_price": "9"}
    replaced = program.put(f"/orders/{made['id']}", body(ana, lines=[line])).json()
    assert (replaced["status"], replaced["total"]) == ("completed", "9.00")


def test_many_orders_are_saved_at_once_by_their_numbers(program: Program, ana: Customer) -> None:
    program.post("/orders", body(ana, number="A1"))
    program.post("/orders", body(ana, number="A2"))
    line = {"product": "P2", "quantity": "1", "unit_price": "9"}
    batch = [body(ana, number="A1"), body(ana, number="A2", lines=[line]), body(ana, number="A3")]
    answer = program.post("/orders/batch", {"orders": batch})
    assert answer.status_code == 200
    told = [(one["number"], one["result"]) for one in answer.json()["outcomes"]]
    assert told == [("A1", "unchanged"), ("A2", "updated"), ("A3", "created")]
    ids = [one["order_id"] for one in answer.json()["outcomes"]]
    totals = [program.get(f"/orders/{pk}").json()["total"] for pk in ids]
    assert totals == ["5.825", "9.00", "5.825"]


def test_a_wrong_order_refuses_the_whole_batch_with_its_place(
    program: Program, ana: Customer
) -> None:
    def errors(*orders: dict[str, Any]) -> list[tuple[str, str]]:
        answer = program.post("/orders/batch", {"orders": orders})
        assert answer.status_code == 422
        return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]

    good, missing = body(ana, number="A1"), {"product": "P9", "quantity": 1, "unit_price": 1}
    lines = [*body(ana)["lines"], missing]
    assert errors(good, body(ana, number="A2", lines=lines)) == [
        ("#/orders/1/lines/2/product", "product_unknown")
    ]
    assert errors(body(ana, number="A2", customer_id=999_999), good) == [
        ("#/orders/0/customer_id", "customer_unknown")
    ]
    assert errors(good, good) == [
        ("#/orders/0/number", "number_repeated"),
        ("#/orders/1/number", "number_repeated"),
    ]
    assert not Order.objects.exists()


def test_more_orders_take_no_more_queries(
    program: Program, ana: Customer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = [body(ana, number=f"A{i}") for i in range(150)]
    with django_assert_max_num_queries(50):
        assert program.post("/orders/batch", {"orders": batch}).status_code == 200
    assert Order.objects.count() == 150


def test_an_order_changes_its_state(program: Program, ana: Customer) -> None:
    made = program.post("/orders", body(ana, number="A1")).json()
    path = f"/orders/{made['id']}"
    assert program.patch(path, {"status": "cancelled"}).json()["status"] == "cancelled"
    assert program.patch(path, {"status": "lost"}).status_code == 422
    told = [one["kind"] for one in program.get(f"/customers/{ana.pk}/events").json()["items"]]
    assert {EventKind.ORDER_CANCELLED, EventKind.ORDER_PLACED} <= set(told)


def test_an_order_is_deleted_unless_the_books_need_it(program: Program, ana: Customer) -> None:
    path = f"/orders/{program.post('/orders', body(ana, number='A1')).json()['id']}"
    kept = program.delete(path)
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:trato:problem:order-kept")
    program.patch(path, {"status": "cancelled"})
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404
    [last, *_older] = program.get(f"/customers/{ana.pk}/events").json()["items"]
    assert (last["kind"], last["subject"]) == ("order_deleted", "A1")


@pytest.mark.django_db(transaction=True)
def test_what_is_bought_becomes_the_customers_figures() -> None:
    program, ana = Program(), make.customer("Ana")
    program.post("/products", {"code": "P1"})
    program.post("/products", {"code": "P2"})
    program.post("/orders", body(ana, number="A1"))
    eventlog.drain(at=make.NOW)
    figures = program.get(f"/customers/{ana.pk}").json()["figures"]
    assert (figures["purchases"], figures["amount"]) == (1, "5.825")


def test_what_is_unknown_is_refused_with_its_place(program: Program, ana: Customer) -> None:
    def error(order: dict[str, Any]) -> tuple[str, str]:
        answer = program.post("/orders", order | {"number": "A1"})
        [one] = answer.json()["errors"]
        return one["pointer"], one["code"]

    missing = {"product": "P9", "quantity": 1, "unit_price": 1}
    wrong = body(ana, lines=[*body(ana)["lines"], missing])
    assert error(wrong) == ("#/lines/2/product", "product_unknown")
    assert error(body(ana, customer_id=999_999)) == ("#/customer_id", "customer_unknown")
    assert error(body(ana, seller_id=999_999)) == ("#/seller_id", "user_unknown")
    assert error(body(ana, lines=[])) == ("#/lines", "too_short")
    assert "must not be empty" in program.post("/orders", body(ana, lines=[])).content.decode()
    assert error(body(ana, ordered_at="2026-03-01T10:00:00")) == ("#/ordered_at", "timezone_aware")
    huge = {"product": "P1", "quantity": "99999999", "unit_price": "999999999999"}
    assert error(body(ana, lines=[huge])) == ("#/lines", "total_too_large")
    assert not Order.objects.exists()


def test_a_sale_to_nobody_is_for_who_sees_all(program: Program) -> None:
    assert program.post("/orders", body(None, number="A1")).status_code == 201
    seller = Program(make.user(Role.SELLER))
    refused = seller.post("/orders", body(None, number="A2"))
    assert refused.json()["errors"][0]["code"] == "customer_required"


def test_orders_are_filtered(program: Program, ana: Customer) -> None:
    first = program.post("/orders", body(ana, number="A1", channel="web")).json()["id"]
    later = body(None, number="A2", status="pending", ordered_at="2026-04-01T00:00:00Z")
    second = program.post("/orders", later).json()["id"]
    for query, found in (
        ({}, [second, first]),
        ({"customer": ana.pk}, [first]),
        ({"status": "pending"}, [second]),
        ({"number": "A1"}, [first]),
        ({"channel": "web"}, [first]),
        ({"ordered_from": "2026-03-15T00:00:00Z"}, [second]),
        ({"ordered_before": "2026-03-15T00:00:00Z"}, [first]),
    ):
        rows = program.get("/orders", **query).json()["items"]
        assert [row["id"] for row in rows] == found, query


def test_a_rate_works_the_totals_out_again(program: Program, ana: Customer) -> None:
    made = program.post("/orders", body(ana, number="A1", currency="USD")).json()
    assert made["company_total"] is None
    pending = program.patch(f"/orders/{made['id']}", {"status": "pending"})
    assert pending.json()["status"] == "pending"
    program.put("/exchange-rates/USD/2026-01-01", {"rate": "0.9"})
    recount_totals()
    path = f"/orders/{made['id']}"
    assert program.get(path).json()["company_total"] == "5.2425"
    assert program.get("/exchange-rates", currency="USD").json()["items"] == [
        {"currency": "USD", "date": "2026-01-01", "rate": "0.9"}
    ]
    assert program.delete("/exchange-rates/USD/2026-01-01").status_code == 204
    recount_totals()
    assert program.get(path).json()["company_total"] is None
    assert program.delete("/exchange-rates/USD/2026-01-01").status_code == 404


def test_only_who_manages_the_company_sets_rates(program: Program) -> None:
    seller = Program(make.user(Role.SELLER))
    assert seller.put("/exchange-rates/USD/2026-01-01", {"rate": "1"}).status_code == 403
    assert program.put("/exchange-rates/usd/2026-01-01", {"rate": "1"}).status_code == 422
    assert program.put("/exchange-rates/USD/2026-01-01", {"rate": "0"}).status_code == 422


@pytest.mark.parametrize(
    ("currency", "code"), [("EUR", "own_currency"), ("ZZZ", "currency_unknown")]
)
def test_the_own_currency_and_what_is_none_have_no_rate(
    program: Program, currency: str, code: str
) -> None:
    answer = program.put(f"/exchange-rates/{currency}/2026-01-01", {"rate": "1"})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["parameter"]) == (422, code, "currency")
    assert program.get("/exchange-rates").json()["items"] == []
