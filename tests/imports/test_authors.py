"""The audit names who brought a file in and who took it back."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests import make
from tests.imports.test_wizard import at, check, send
from tests.pages import HTMX, signed_in, words
from tests.queue import work
from trato.customers.models import Customer
from trato.identity.models import User
from trato.imports.models import Import
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "customer_id,name,city\nC1,Ana Núñez,{city}\n"
ORDERS = "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n1,C1,{day},P1,2,3\n"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(name="Ana Ruiz"))


@pytest.fixture
def marta() -> User:
    return make.user(name="Marta Gil")


def bring(client: Client, text: str, kind: str) -> Import:
    send(client, text, kind=kind)
    check(client)
    client.post(at("apply"))
    work()
    return Import.objects.latest("pk")


def take_back(client: Client, run: Import) -> None:
    client.post(f"/imports/{run.pk}/undo")
    work()


def history_of_customer(client: Client) -> str:
    ana = Customer.objects.get()
    return words(client.get(f"/customers/{ana.pk}/history/", headers=HTMX))


def order_page(client: Client) -> str:
    return words(client.get(f"/orders/{Order.objects.get().pk}/"))


def test_what_a_file_changed_names_who_brought_it(client: Client, marta: User) -> None:
    bring(client, CUSTOMERS.format(city="León"), "customers")
    bring(client, CUSTOMERS.format(city="Vigo"), "customers")
    told = history_of_customer(signed_in(marta))
    assert "Ana Ruiz" in told
    assert "By itself" not in told


def test_orders_of_a_file_name_who_brought_it(client: Client) -> None:
    bring(client, ORDERS.format(day="2026-10-01"), "orders")
    bring(client, ORDERS.format(day="2026-10-02"), "orders")
    assert "Ana Ruiz Ordered" in order_page(client)


def test_what_was_taken_back_names_who_did(client: Client, marta: User) -> None:
    bring(client, ORDERS.format(day="2026-10-01"), "orders")
    second = bring(client, ORDERS.format(day="2026-10-02"), "orders")
    take_back(signed_in(marta), second)
    assert "Marta Gil Ordered" in order_page(client)
