"""A page asks the database a dozen times at most, however much there is to show."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.pages import signed_in
from trato.collaboration.actions import create_task
from trato.customers.actions import (
    record_consent,
    record_contact,
    record_fact,
    save_custom_field,
    set_role,
    update_customer,
)
from trato.customers.drafts import AddressDraft, Contact
from trato.customers.models import Customer
from trato.identity.models import User
from trato.sales.models import OrderLine

pytestmark = pytest.mark.django_db
MOST = 12
# A page's transaction stands inside that of the test, and is begun and ended by statements.
OF_THE_TEST = ("SAVEPOINT", "RELEASE", "SELECT current_setting", "SELECT set_config")


@pytest.fixture
def boss() -> User:
    return make.user()


@pytest.fixture
def client(boss: User) -> Client:
    return signed_in(boss)


@pytest.fixture
def rich(boss: User) -> Customer:
    """A customer of whom everything is known that a page shows."""
    save_custom_field(None, label="Points", type_="number", options=[])
    ana = make.customer(
        "Ana",
        owner_id=boss.pk,
        team_id=make.team().pk,
        emails=("ana@example.com",),
        phones=("+34600123456",),
        addresses=(AddressDraft(city="Vigo", country="ES"),),
        external_ids=(("", "C1"),),
    )
    given: dict[str, Any] = {"at": make.NOW, "user": boss}
    for number in range(3):
        make.order(ana, at=make.NOW - timedelta(days=number))
    set_role(ana, organisation=make.customer("Sol", kind="organisation"), title="Jefa", **given)
    record_fact(ana, kind="need", text="Grano", origin="declared", source="", **given)
    record_consent(
        ana, channel="email", purpose="marketing", granted=True, how="web", text_version="", **given
    )
    record_contact(
        ana, Contact(kind="call", subject="Hola", at=make.NOW), recorded_at=make.NOW, user=boss
    )
    update_customer(ana, changes={"custom": {"points": 2}, "owner_id": None}, **given)
    create_task(
        title="Llamar", kind="call", customer=ana, assignee=boss, due_on=make.NOW.date(), **given
    )
    return ana


@pytest.fixture
def asked(client: Client) -> Callable[[str], list[str]]:
    def questions(path: str) -> list[str]:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        found = [query["sql"] for query in captured.captured_queries]
        return [sql for sql in found if not sql.startswith(OF_THE_TEST)]

    return questions


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers/",
        "/customers/new/",
        "/orders/",
        "/orders/new/",
        "/products/",
        "/tasks/",
        "/costs/",
    ],
)
@pytest.mark.usefixtures("rich")
def test_a_page_asks_little(asked: Callable[[str], list[str]], path: str) -> None:
    found = asked(path)
    assert len(found) <= MOST, "\n".join(found)


@pytest.mark.parametrize(
    "part", ["", "orders/", "who/", "state/", "edit/", "timeline/?show=contact"]
)
def test_the_page_of_a_customer_asks_little(
    asked: Callable[[str], list[str]], rich: Customer, part: str
) -> None:
    found = asked(f"/customers/{rich.pk}/{part}")
    assert len(found) <= MOST, "\n".join(found)


def test_the_pages_of_an_order_and_of_a_product_ask_little(
    asked: Callable[[str], list[str]], rich: Customer
) -> None:
    line = OrderLine.objects.filter(order__customer=rich)[0]
    for path in (f"/orders/{line.order_id}/", f"/products/{line.product_id}/"):
        found = asked(path)
        assert len(found) <= MOST, "\n".join(found)


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("text", ["ana", "an", "example", "llamar"])
def test_the_palette_asks_little(asked: Callable[[str], list[str]], text: str) -> None:
    """Besides how long each may take."""
    found = [sql for sql in asked(f"/search/?q={text}") if "set_config" not in sql]
    assert len(found) <= MOST, "\n".join(found)
