"""What one may not see does not exist: no operation tells a stranger otherwise."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from tests import make
from tests.api.operations import Operation, operations
from tests.api.program import Program
from trato.acquisition.actions import add_costs
from trato.acquisition.drafts import CostDraft
from trato.collaboration.actions import create_task
from trato.customers.actions import record_fact, set_role
from trato.customers.models import Customer, Event, Stage
from trato.identity.actions import change_user, create_token
from trato.identity.rules import Role, Visibility
from trato.imports.actions import receive
from trato.insight.actions import override_stage
from trato.sales.models import Order, Recommendation

# What everybody in the company sees.
SHARED = ("/products", "/categories", "/custom-fields", "/users", "/teams")
SCOPED = [one for one in operations() if "_id}" in one.path and not one.path.startswith(SHARED)]
BODIES: dict[str, Any] = {
    "PATCH /orders/{order_id}": {"status": "cancelled"},
    "PATCH /tasks/{task_id}": {"done": True},
    "PATCH /customers/{customer_id}": {"name": "Taken"},
    "PUT /imports/{import_id}/reading": {"kind": "customers"},
    "PUT /imports/{import_id}/mapping": {},
    "PUT /customers/{customer_id}/stage": {"stage": 7, "reason": "Taken"},
    "PATCH /costs/{cost_id}": {"note": "Taken"},
    "PATCH": {"is_primary": True},
    "PUT": {
        "ordered_at": "2026-01-01T10:00:00Z",
        "lines": [{"product": "P1", "quantity": "1", "unit_price": "1"}],
    },
    "POST /customers/{customer_id}/emails": {"address": "taken@example.com"},
    "POST /customers/{customer_id}/phones": {"number": "600000000"},
    "POST /customers/{customer_id}/addresses": {"city": "Madrid"},
    "POST /customers/{customer_id}/external-ids": {"system": "erp", "value": "9"},
    "POST /customers/{customer_id}/roles": {"organisation_id": 1},
    "POST /customers/{customer_id}/facts": {"text": "Taken", "origin": "observed"},
    "POST /customers/{customer_id}/consents": {
        "channel": "email",
        "purpose": "marketing",
        "granted": True,
        "how": "web",
    },
    "POST /customers/{customer_id}/events": {"kind": "note", "subject": "Taken"},
}


def hidden_rows() -> dict[str, int]:
    """A customer of somebody else, and all that can hang on it."""
    boss = make.user()
    firm = make.customer("Firm", kind=Customer.Kind.ORGANISATION)
    who = make.customer(
        "Hidden",
        emails=("hidden@example.com",),
        phones=("+34600111222",),
        external_ids=(("erp", "1"),),
        owner_id=boss.pk,
    )
    address = who.addresses.create(city="Madrid")
    role = set_role(who, organisation=firm, title="", at=make.NOW, user=boss)
    known = {"kind": "need", "text": "Tea", "origin": "declared", "source": ""}
    fact = record_fact(who, at=make.NOW, user=boss, **known)
    task = create_task(
        title="Call", kind="call", customer=who, assignee=boss, due_on=None, at=make.NOW, user=boss
    )
    override_stage(customer=who, stage=Stage.ABANDONMENT, reason="Hidden", at=make.NOW, user=boss)
    order = make.order(who)
    product = order.lines.get().product
    Recommendation.objects.create(
        customer=who, product=product, kind="repurchase", rank=1, score=1, reason="popular"
    )
    draft = CostDraft(month=date(2026, 3, 1), amount=Decimal(90))
    [cost] = add_costs([draft], currency="EUR", at=make.NOW)
    token, _key = create_token(user=boss, name="shop", scope="read", at=make.NOW, expires_at=None)
    return {
        "customer_id": who.pk,
        "token_id": token.pk,
        "cost_id": cost.pk,
        "product_id": product.pk,
        "email_id": who.emails.get().pk,
        "phone_id": who.phones.get().pk,
        "address_id": address.pk,
        "external_id": who.external_ids.get().pk,
        "role_id": role.pk,
        "fact_id": fact.pk,
        "task_id": task.pk,
        "order_id": order.pk,
        "import_id": receive(
            BytesIO(b"name\nAna\n"), name="f.csv", kind="customers", user=boss, at=make.NOW
        ).pk,
    }


def stranger() -> Program:
    return Program(make.user(Role.SELLER, visibility=Visibility.OWN))


@pytest.mark.django_db
@pytest.mark.parametrize("operation", SCOPED, ids=str)
def test_the_stranger_finds_nothing(operation: Operation) -> None:
    address = operation.address(**hidden_rows())
    body = BODIES.get(str(operation), BODIES.get(operation.method))
    before = Event.objects.count()
    assert stranger().call(operation.method, address, body).status_code == 404
    assert Event.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("operation", SCOPED, ids=str)
def test_who_sees_the_customer_finds_it(operation: Operation) -> None:
    """The same calls, so that the test above refuses for the right reason."""
    address = operation.address(**hidden_rows())
    body = BODIES.get(str(operation), BODIES.get(operation.method))
    assert Program().call(operation.method, address, body).status_code in {
        200,
        201,
        202,
        204,
        409,
        422,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/customers", "/orders", "/tasks", "/events", "/scores"])
def test_lists_leave_out_what_is_hidden(path: str) -> None:
    hidden_rows()
    assert stranger().get(path).json()["items"] == []


@pytest.mark.django_db
def test_a_hidden_twin_is_counted_but_not_named() -> None:
    hidden_rows()
    answer = stranger().post("/customers", {"name": "Ana", "emails": ["hidden@example.com"]})
    assert answer.status_code == 409
    assert answer.json()["twins"] == []
    assert answer.json()["hidden_twins"] == 1
    assert "Hidden" not in answer.content.decode()


@pytest.mark.django_db
def test_a_hidden_customer_is_not_overwritten_by_its_external_id() -> None:
    hidden = Customer.objects.get(pk=hidden_rows()["customer_id"])
    seller = stranger()
    put = seller.put("/customers/by-external-id/erp/1", {"name": "Taken"})
    batch = seller.post(
        "/customers/batch",
        {
            "customers": [
                {"name": "Taken", "external_ids": [{"system": "erp", "value": "1"}]},
                {"name": "Taken", "emails": ["hidden@example.com"]},
                {"name": "New"},
            ]
        },
    ).json()
    assert put.status_code == 404
    assert [one["result"] for one in batch["outcomes"]] == ["refused", "refused", "created"]
    assert [one["customer_id"] for one in batch["outcomes"]][:2] == [None, None]
    hidden.refresh_from_db()
    assert hidden.name == "Hidden"


@pytest.mark.django_db
def test_the_number_of_a_hidden_order_does_not_replace_it() -> None:
    order = Order.objects.get(pk=hidden_rows()["order_id"])
    seller = stranger()
    own = seller.post("/customers", {"name": "Mine"}).json()["id"]
    body = BODIES["PUT"] | {"customer_id": own}
    assert seller.put(f"/orders/by-number/{order.number}", body).status_code == 404
    assert seller.post("/orders", body | {"number": order.number}).status_code == 409
    order.refresh_from_db()
    assert order.customer_id != own


@pytest.mark.django_db
def test_a_batch_of_orders_leaves_hidden_ones_and_names_no_hidden_customer() -> None:
    ids = hidden_rows()
    order = Order.objects.get(pk=ids["order_id"])
    seller = stranger()
    own = seller.post("/customers", {"name": "Mine"}).json()["id"]
    body = BODIES["PUT"] | {"customer_id": own}
    batch = [body | {"number": order.number}, body | {"number": "NEW"}]
    outcomes = seller.post("/orders/batch", {"orders": batch}).json()["outcomes"]
    assert [one["result"] for one in outcomes] == ["refused", "created"]
    assert outcomes[0]["order_id"] is None
    order.refresh_from_db()
    assert order.customer_id == ids["customer_id"]
    of_others = [body | {"number": "X", "customer_id": ids["customer_id"]}]
    refused = seller.post("/orders/batch", {"orders": of_others})
    assert refused.json()["errors"][0]["code"] == "customer_unknown"


@pytest.mark.django_db
def test_who_left_is_there_for_who_manages_users() -> None:
    seller, boss, left = stranger(), Program(), make.user(name="Left")
    change_user(user=left, changes={"is_active": False}, teams=None)
    assert seller.get(f"/users/{left.pk}").status_code == 404
    assert seller.get("/users", active="false").status_code == 403
    assert boss.get(f"/users/{left.pk}").json()["is_active"] is False
    assert [one["id"] for one in boss.get("/users", active="false").json()["items"]] == [left.pk]


@pytest.mark.django_db
def test_a_sellers_newcomer_is_theirs() -> None:
    seller = stranger()
    made = seller.post("/customers", {"name": "Mine"}).json()
    assert made["owner_id"] == seller.user.pk
    assert seller.get(f"/customers/{made['id']}").status_code == 200


@pytest.mark.django_db
def test_an_organisation_out_of_sight_is_not_named() -> None:
    ids = hidden_rows()
    seller = stranger()
    Customer.objects.filter(pk=ids["customer_id"]).update(owner=seller.user)
    assert seller.get(f"/customers/{ids['customer_id']}").json()["roles"] == []
    role = f"/customers/{ids['customer_id']}/roles/{ids['role_id']}"
    assert seller.delete(role).status_code == 404
