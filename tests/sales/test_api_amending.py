"""Orders changed field by field through the API, as the page changes them."""

from decimal import Decimal
from typing import Any

import pytest

from tests import make
from tests.api.program import Program
from trato.customers.models import Customer, Event, EventKind
from trato.identity.actions import change_user
from trato.identity.rules import Role, Visibility
from trato.sales.models import Order

pytestmark = pytest.mark.django_db
LINES = [
    {"product": "P1", "quantity": "2.5", "unit_price": "3.3333", "discount": "1", "tax": "0.5"},
    {"product": "P2", "quantity": "1", "unit_price": "2"},
]


@pytest.fixture
def program() -> Program:
    ready = Program(make.user(name="Ana"))
    for code in ("P1", "P2"):
        ready.post("/products", {"code": code, "name": code})
    return ready


@pytest.fixture
def order(program: Program) -> dict[str, Any]:
    """A pending one with all its fields."""
    body = {
        "number": "A1",
        "customer_id": make.customer("Eva").pk,
        "ordered_at": "2026-03-01T10:00:00Z",
        "lines": LINES,
        "status": "pending",
        "channel": "web",
        "store": "Lugo",
        "seller_id": program.user.pk,
        "currency": "USD",
    }
    made: dict[str, Any] = program.post("/orders", body).json()
    return made


def path(order: dict[str, Any]) -> str:
    return f"/orders/{order['id']}"


def stable(order: dict[str, Any], *besides: str) -> dict[str, Any]:
    return {key: one for key, one in order.items() if key not in {"updated_at", *besides}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ordered_at", "2026-04-01T08:30:00Z"),
        ("channel", ""),
        ("store", "Vigo"),
        ("seller_id", None),
        ("customer_id", None),
        ("currency", "EUR"),
        ("status", "completed"),
    ],
)
def test_only_what_is_sent_changes(
    program: Program, order: dict[str, Any], name: str, value: Any
) -> None:
    answer = program.patch(path(order), {name: value})
    assert answer.status_code == 200
    told = answer.json()
    assert told[name] == value
    assert stable(told, name, "company_total") == stable(order, name, "company_total")
    assert program.get(path(order)).json() == told


def test_nothing_sent_changes_nothing(program: Program, order: dict[str, Any]) -> None:
    before = Event.objects.count()
    assert program.patch(path(order), {}).json() == order
    assert Event.objects.count() == before


def test_lines_are_replaced_and_added_up(program: Program, order: dict[str, Any]) -> None:
    told = program.patch(path(order), {"lines": [LINES[1] | {"quantity": "3"}]}).json()
    assert [(one["product"], one["total"]) for one in told["lines"]] == [("P2", "6.00")]
    assert told["total"] == "6.00"
    assert stable(told, "lines", "total", "discount", "tax") == stable(
        order, "lines", "total", "discount", "tax"
    )


def test_a_change_is_one_event_of_the_customer(program: Program, order: dict[str, Any]) -> None:
    program.patch(path(order), {"store": "Vigo", "status": "completed"})
    kinds = Event.objects.filter(payload__order=order["id"]).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        EventKind.ORDER_PLACED,
        EventKind.ORDER_CHANGED,
    ]
    assert kinds.last().actor == program.user  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["completed", "cancelled", "returned"])
def test_a_closed_order_is_left_alone(program: Program, order: dict[str, Any], state: str) -> None:
    program.patch(path(order), {"status": state})
    for change in ({"store": "Vigo"}, {"store": "Vigo", "status": state}):
        answer = program.patch(path(order), change)
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:trato:problem:order-closed"
    assert program.get(path(order)).json()["store"] == "Lugo"


def test_an_order_is_reopened_and_changed_in_one_call(
    program: Program, order: dict[str, Any]
) -> None:
    program.patch(path(order), {"status": "completed"})
    told = program.patch(path(order), {"status": "pending", "store": "Vigo"}).json()
    assert (told["status"], told["store"]) == ("pending", "Vigo")


def test_a_wrong_value_leaves_a_closed_order_closed(
    program: Program, order: dict[str, Any]
) -> None:
    program.patch(path(order), {"status": "completed"})
    lines = [{"product": "P9", "quantity": "1", "unit_price": "1"}]
    answer = program.patch(path(order), {"status": "pending", "lines": lines})
    assert answer.status_code == 422
    assert program.get(path(order)).json()["status"] == "completed"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"customer_id": 999_999}, "#/customer_id", "customer_unknown"),
        ({"seller_id": 999_999}, "#/seller_id", "user_unknown"),
        ({"lines": []}, "#/lines", "too_short"),
        (
            {"lines": [LINES[0], LINES[0] | {"product": "P9"}]},
            "#/lines/1/product",
            "product_unknown",
        ),
        (
            {"lines": [{"product": "P1", "quantity": "99999999", "unit_price": "999999999999"}]},
            "#/lines",
            "total_too_large",
        ),
        ({"ordered_at": None}, "#/ordered_at", None),
        ({"currency": "QQQ"}, "#/currency", None),
        ({"status": "lost"}, "#/status", "enum"),
        ({"number": "B2"}, "#/number", "extra_forbidden"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(
    program: Program, order: dict[str, Any], change: dict[str, Any], pointer: str, code: str | None
) -> None:
    answer = program.patch(path(order), change)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert code in {None, error["code"]}
    assert program.get(path(order)).json() == order


def test_who_sold_it_may_have_left_since(program: Program, order: dict[str, Any]) -> None:
    left = make.user(Role.SELLER)
    program.patch(path(order), {"seller_id": left.pk})
    change_user(user=left, changes={"is_active": False}, teams=None)
    told = program.patch(path(order), {"store": "Vigo"}).json()
    assert (told["store"], told["seller_id"]) == ("Vigo", left.pk)


def test_who_sees_some_customers_gives_an_order_to_none_else(program: Program) -> None:
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    mine = make.customer("Mine", owner_id=seller.user.pk)
    hidden, order = make.customer("Hidden"), make.order(mine, status="pending")
    for customer, code in ((hidden.pk, "customer_unknown"), (None, "customer_required")):
        answer = seller.patch(f"/orders/{order.pk}", {"customer_id": customer})
        assert answer.json()["errors"][0]["code"] == code
    assert seller.patch(f"/orders/{order.pk}", {"store": "Vigo"}).status_code == 200


def test_both_customers_figures_follow(program: Program, order: dict[str, Any]) -> None:
    other = make.customer("Eva's sister")
    program.patch(path(order), {"customer_id": other.pk, "status": "completed"})
    row = Order.objects.get(pk=order["id"])
    assert (row.customer, row.total) == (other, Decimal("9.8333"))
    assert Customer.objects.get(pk=other.pk).orders.count() == 1
