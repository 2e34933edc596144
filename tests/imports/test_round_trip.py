"""What is exported to be imported again changes nothing when it is imported."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring
from tests.pages import signed_in
from trato.catalog.actions import save_products
from trato.catalog.drafts import ProductDraft
from trato.cli.exports import export
from trato.customers.actions import delete_customer
from trato.customers.models import Customer, Event
from trato.identity.rules import Role
from trato.imports.models import Import
from trato.sales.actions import save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def exported(kind: str, folder: Path, name: str = "out.csv", *more: str) -> bytes:
    target = folder / name
    done = CliRunner().invoke(export, [kind, "--canonical", "-o", str(target), *more])
    assert done.exit_code == 0, done.output
    return target.read_bytes()


def unchanged(run: Import) -> bool:
    return (run.counts["read"], 0) == (run.counts["unchanged"], run.rows_refused)


def orders() -> None:
    """Of a customer with a number, with an e-mail, with a mere name, and of nobody; a return."""
    numbered = make.customer("Acme", external_ids=(("", "C1"),), emails=("a@example.com",))
    mailed = make.customer("=Ana", emails=("ana@example.com",))
    named, other = make.customer("Luis"), make.customer("Luis")
    seller = make.user(Role.SELLER)
    at = datetime(2026, 3, 29, 1, 30, 15, 250_000, tzinfo=UTC)
    lines = (
        LineDraft(product_code="P1", quantity=Decimal("2.5"), unit_price=Decimal("3.3333")),
        LineDraft(
            product_code="=P2",
            quantity=Decimal(-1),
            unit_price=Decimal(10),
            discount=Decimal("0.5"),
            tax=Decimal("-1.9"),
        ),
    )
    heads: list[dict[str, Any]] = [
        {"customer_id": numbered.pk, "channel": "web", "store": "Vigo", "status": "cancelled"},
        {"customer_id": mailed.pk, "seller_id": seller.pk, "currency": "USD"},
        {"customer_id": named.pk, "status": "pending"},
        {"customer_id": other.pk, "status": "returned"},
        {},
    ]
    drafts = [
        OrderDraft(number=f"{place:03}", ordered_at=at, lines=lines, **head)
        for place, head in enumerate(heads, 1)
    ]
    save_orders(drafts, at=make.NOW, user=None, source="test")


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_ids_that_look_marked_keep_what_is_theirs(tmp_path: Path, name: str) -> None:
    for value in ("'0", "''007", "'Ñ1", "'=1", "0042"):
        make.customer(external_ids=(("", value),))
    assert unchanged(bring("customers", exported("customers", tmp_path, name)))


def test_an_exported_file_of_orders_changes_nothing(tmp_path: Path) -> None:
    orders()
    events = Event.objects.count()
    text = exported("orders", tmp_path)
    run = bring("orders", text)
    assert unchanged(run), run.counts
    assert run.rows_read == 10
    assert (Customer.objects.count(), Event.objects.count()) == (4, events)


def test_an_exported_file_of_orders_makes_the_same_orders_elsewhere(tmp_path: Path) -> None:
    orders()
    text = exported("orders", tmp_path)
    names = ("number", "ordered_at", "status", "channel", "store", "seller", "currency", "total")
    before = list(Order.objects.order_by("number").values_list(*names, "customer__name"))
    Order.objects.all().delete()
    bring("orders", text)
    assert list(Order.objects.order_by("number").values_list(*names, "customer__name")) == before


def test_an_exported_file_of_products_changes_nothing(tmp_path: Path) -> None:
    whole = ProductDraft(
        code="P1",
        name="Café «molido»",
        category="Bebidas > Café",
        brand="Sol",
        price=Decimal("4.9512"),
        cost=Decimal("2"),
        currency="USD",
        unit="kg",
        quality_tier=3,
        is_active=False,
    )
    bare = ProductDraft(code="P2")
    save_products([whole, bare], currency="EUR", at=make.NOW, user=None)
    assert unchanged(bring("products", exported("products", tmp_path)))


def test_a_spreadsheet_of_lines_is_imported_again_too(tmp_path: Path) -> None:
    orders()
    assert unchanged(bring("orders", exported("orders", tmp_path, "out.xlsx")))


def test_only_the_lines_of_the_filtered_orders_are_exported(tmp_path: Path) -> None:
    orders()
    text = exported("orders", tmp_path, "out.csv", "--filter", "status.in=pending").decode()
    assert [line.split(",")[0] for line in text.splitlines()] == ["order_id", "003", "003"]


def test_the_page_offers_a_row_an_order_and_a_row_a_line() -> None:
    orders()
    client = signed_in(make.user())
    rows = {}
    for format_ in ("csv", "canonical"):
        answer: Any = client.get(f"/orders/export/?format={format_}")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows[format_] = len(text.splitlines()) - 1
    assert rows == {"csv": 5, "canonical": 10}


def test_who_is_known_by_the_ids_of_other_systems_alone_comes_back_as_the_same(
    tmp_path: Path,
) -> None:
    make.customer("Ana", external_ids=(("hubspot", "501"), ("My ERP", "C-7")))
    make.customer("Luis", external_ids=(("hubspot", "502"),))
    text = exported("customers", tmp_path)
    assert "external_id:My ERP,external_id:hubspot" in text.decode().splitlines()[0]
    run = bring("customers", text)
    assert unchanged(run), run.counts
    for customer in Customer.objects.all():
        delete_customer(customer, at=make.NOW, user=None)
    bring("customers", text)
    ana = Customer.objects.get(name="Ana")
    ids = ana.external_ids.exclude(system="").values_list("system", "value")
    assert sorted(ids) == [("My ERP", "C-7"), ("hubspot", "501")]
