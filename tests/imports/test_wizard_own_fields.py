"""Columns that become fields of one's own, through the pages."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.imports.test_wizard import at, check, client, column, run, send
from tests.pages import words
from tests.queue import work
from trato.customers.models import Customer, CustomField

__all__ = ["client"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


def test_a_new_field_has_the_type_that_was_chosen(client: Client) -> None:
    send(client, "Código,Nombre,Color\n1,Ana,azul\n2,Eva,rojo\n3,Luz,azul\n", kind="customers")
    name = column("Color")
    kind = name.replace("column", "type")
    check(client, **{name: "new:", kind: "choice"})
    client.post(at("apply"))
    work()
    field = CustomField.objects.get()
    assert (field.label, field.type, field.options) == ("Color", "choice", ["azul", "rojo"])
    assert Customer.objects.get(name="Ana").custom == {field.key: "azul"}


@pytest.mark.parametrize(
    ("kind", "text", "about"),
    [
        ("products", "SKU,Nombre,Precio,Estante\nP1,Café,4,B7\nP2,Té,3,B7\n", "product"),
        (
            "orders",
            "Pedido,Fecha,Cliente,SKU,Cantidad,Precio,Estante\n1,2026-01-02,C1,P1,1,4,B7\n",
            "order",
        ),
        (
            "interactions",
            "Cliente,Fecha,Tipo,Asunto,Estante\nC1,2026-01-02,Nota,Hola,B7\n",
            "contact",
        ),
    ],
)
def test_a_column_of_any_file_can_become_a_field(
    client: Client, kind: str, text: str, about: str
) -> None:
    send(client, text, kind=kind)
    name = column("Estante")
    check(client, **{name: "new:", name.replace("column", "type"): "choice"})
    client.post(at("apply"))
    work()
    field = CustomField.objects.get()
    assert (field.about, field.label, field.options) == (about, "Estante", ["B7"])
    assert run().counts["refused"] == 0


def test_a_known_field_is_read_by_its_type(client: Client) -> None:
    field = CustomField.objects.create(key="debt", label="Debt", type="number", position=1)
    send(client, "customer_id,name,email,Saldo\n1,Ana,a@example.com,7\n")
    check(client, **{column("Saldo"): "custom:debt"})
    client.post(at("apply"))
    work()
    assert Customer.objects.get().custom == {field.key: 7}


def test_costs_have_no_fields_of_ones_own(client: Client) -> None:
    send(client, "month,amount,source,Agency\n2026-01,400,fair,Sol\n")
    assert "costs have no custom fields" in words(client.get(at()))
    page = words(check(client))
    assert "Columns that are not imported: Agency Costs have no custom fields" in page
