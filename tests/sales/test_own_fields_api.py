"""The company's own fields of orders through the API."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import make
from tests.api.program import Program
from tests.sales.own_fields import KEPT, KEYS, changed, own_field, own_fields
from trato.customers.models import Event
from trato.identity.rules import Role, Visibility
from trato.sales.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    own_fields()
    ready = Program()
    ready.post("/products", {"code": "P1", "name": "Tea"})
    return ready


def body(**more: Any) -> dict[str, Any]:
    lines = [{"product": "P1", "quantity": "2", "unit_price": "5"}]
    return {"ordered_at": "2026-03-01T10:00:00Z", "lines": lines, "status": "pending"} | more


def made(program: Program, **more: Any) -> dict[str, Any]:
    answer = program.post("/orders", body(number="A1", **more))
    assert answer.status_code == 201, answer.json()
    told: dict[str, Any] = answer.json()
    return told


def problem(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    return error["pointer"], error["code"]


def test_every_type_is_created_read_and_listed(program: Program) -> None:
    order = made(program, custom=KEPT)
    assert order["custom"] == KEPT
    assert program.get(f"/orders/{order['id']}").json() == order
    [listed] = program.get("/orders").json()["items"]
    assert listed["custom"] == KEPT


WRONG = {
    "text": 5,
    "number": "many",
    "money": "0.12345",
    "date": "24/12/2026",
    "choice": "Barco",
    "choices": "Regalo",
    "flag": "yes",
}


@pytest.mark.parametrize(("kind", "value"), WRONG.items())
def test_a_wrong_value_is_told_with_its_place(program: Program, kind: str, value: Any) -> None:
    key = KEYS[kind]
    code = "decimal_max_places" if kind == "money" else "custom_field_value"
    wrong = {"custom": {key: value}}
    assert problem(program.post("/orders", body(number="A1", **wrong))) == (f"#/custom/{key}", code)
    batch = {"orders": [body(number="A1"), body(number="A2", **wrong)]}
    told = problem(program.post("/orders/batch", batch))
    assert told == (f"#/orders/1/custom/{key}", code)
    assert not Order.objects.exists()
    order = made(program)
    path = f"/orders/{order['id']}"
    for answer in (program.patch(path, wrong), program.put(path, body(**wrong))):
        assert problem(answer) == (f"#/custom/{key}", code)


def test_fields_of_others_and_those_switched_off_are_unknown(program: Program) -> None:
    own_field("Colour", about="customer")
    off = changed(own_field("Old"), is_active=False)
    for key in ("colour", off.key, "a/b"):
        pointer, code = problem(program.post("/orders", body(number="A1", custom={key: "x"})))
        assert (pointer, code) == (f"#/custom/{key.replace('/', '~1')}", "custom_field_unknown")


def test_what_is_switched_off_stays_and_is_told(program: Program) -> None:
    off = own_field("Old")
    order = made(program, custom={"old": "x"})
    changed(off, is_active=False)
    told = program.patch(f"/orders/{order['id']}", {"custom": {"boxes": 1}}).json()
    assert told["custom"] == {"old": "x", "boxes": 1}


def test_null_erases_and_the_others_stay(program: Program) -> None:
    order = made(program, custom=KEPT | {"boxes": None})
    assert "boxes" not in order["custom"]
    path = f"/orders/{order['id']}"
    told = program.patch(path, {"custom": {"marks": None, "deposit": "3.10"}}).json()
    gone = {key: one for key, one in KEPT.items() if key not in {"boxes", "marks"}}
    assert told["custom"] == gone | {"deposit": 3.1}
    assert program.patch(path, {"store": "Vigo"}).json()["custom"] == told["custom"]


def test_what_replaces_an_order_leaves_the_fields_that_it_does_not_tell(program: Program) -> None:
    order = made(program, custom=KEPT)
    path = f"/orders/{order['id']}"
    assert program.put(path, body(store="Vigo")).json()["custom"] == KEPT
    told = program.put("/orders/by-number/A1", body(custom={"boxes": 1, "marks": None})).json()
    assert told["custom"] == {k: v for k, v in KEPT.items() if k != "marks"} | {"boxes": 1}


def test_a_batch_says_which_orders_changed(program: Program) -> None:
    made(program, custom=KEPT)
    for custom, result in (({}, "unchanged"), (KEPT, "unchanged"), ({"boxes": 1}, "updated")):
        answer = program.post("/orders/batch", {"orders": [body(number="A1", custom=custom)]})
        assert [one["result"] for one in answer.json()["outcomes"]] == [result], custom


def test_own_fields_change_in_any_state_and_are_no_event(program: Program) -> None:
    order = made(program, custom={"boxes": 1, "assembly": True})
    path = f"/orders/{order['id']}"
    program.patch(path, {"status": "completed"})
    events = Event.objects.count()
    assert program.patch(path, {"custom": {"boxes": 2}}).json()["custom"] == {
        "boxes": 2,
        "assembly": True,
    }
    emptied = program.patch(path, {"custom": {"boxes": None}}).json()
    assert (emptied["custom"], emptied["status"]) == ({"assembly": True}, "completed")
    assert Event.objects.count() == events
    assert {one["name"] for one in program.get(f"{path}/changes").json()["items"]} >= {
        "custom.boxes"
    }
    both = program.patch(path, {"custom": {"boxes": 3}, "store": "Vigo"})
    assert (both.status_code, both.json()["type"]) == (409, "urn:trato:problem:order-closed")
    assert program.get(path).json()["custom"] == {"assembly": True}
    reopened = program.patch(path, {"status": "pending", "custom": {"boxes": 2}})
    assert reopened.json()["custom"] == {"boxes": 2, "assembly": True}


def test_orders_are_filtered_as_on_the_page(program: Program) -> None:
    made(program, custom=KEPT)
    program.post("/orders", body(number="A2"))
    for query in ("custom.assembly.yes", "custom.deposit.more=40", "custom.marks.in=Regalo"):
        found = program.get("/orders", filter=query).json()["items"]
        assert [one["number"] for one in found] == ["A1"], query
    refused = program.get("/orders", filter="custom.nothing.is=1")
    [error] = refused.json()["errors"]
    assert (error["parameter"], error["code"]) == ("filter", "filter_unknown")


def test_changes_are_told_in_words_by_their_keys(program: Program) -> None:
    order = made(program, custom=KEPT)
    program.patch(f"/orders/{order['id']}", {"custom": {"deposit": 60, "assembly": False}})
    items = program.get(f"/orders/{order['id']}/changes").json()["items"]
    told = {one["name"]: (one["before"], one["after"]) for one in items}
    assert told == {"custom.deposit": (49.9, 60), "custom.assembly": (True, False)}
    words = {one["name"]: (one["before_text"], one["after_text"]) for one in items}
    assert words["custom.deposit"] == ("€49.90", "€60.00")
    assert words["custom.assembly"] == ("Yes", "No")


def test_what_no_text_can_have_is_refused(program: Program) -> None:
    answer = program.post("/orders", body(number="A1", custom={"reference": "a\0b"}))
    assert answer.status_code == 400
    assert not Order.objects.exists()


def test_strangers_read_and_write_none(program: Program) -> None:
    order = make.order(make.customer("Other"), status="pending", custom={"boxes": 1})
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    path = f"/orders/{order.pk}"
    assert seller.get(path).status_code == 404
    assert seller.patch(path, {"custom": {"boxes": 2}}).status_code == 404
    assert seller.get("/orders", filter="custom.boxes.more=0").json()["items"] == []
    mine = make.customer(owner_id=seller.user.pk)
    hidden = body(number=order.number, customer_id=mine.pk, custom={"boxes": 2})
    answer = seller.post("/orders/batch", {"orders": [hidden]})
    assert answer.json()["outcomes"][0]["result"] == "refused"
    reader = Program(make.user(Role.READER))
    assert reader.patch(path, {"custom": {"boxes": 2}}).status_code == 403
    assert reader.get(path).json()["custom"] == {"boxes": 1}
    assert Order.objects.get(pk=order.pk).custom == {"boxes": 1}


def test_more_orders_with_own_fields_take_no_more_queries(
    program: Program, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = [body(number=f"A{i}", custom=KEPT) for i in range(150)]
    with django_assert_max_num_queries(50):
        assert program.post("/orders/batch", {"orders": batch}).status_code == 200
    assert Order.objects.filter(custom=KEPT).count() == 150
