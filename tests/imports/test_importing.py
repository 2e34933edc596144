"""Files in, from the first byte to the undone import."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone
from pytest_django import Settings

from tests import make
from trato.catalog.models import Product
from trato.collaboration.actions import create_task
from trato.customers import eventlog
from trato.customers.actions import update_customer
from trato.customers.models import (
    BaseRules,
    Consent,
    Customer,
    CustomField,
    Event,
    EventKind,
    Summary,
)
from trato.customers.queries import counted
from trato.identity.models import User
from trato.imports import actions
from trato.imports.models import Import
from trato.sales.models import Order, OrderLine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def staged(kind: str, text: str | bytes, *, preview: bool = False, **options: Any) -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    run = actions.receive(
        io.BytesIO(content), name="f.csv", kind=kind, user=None, at=make.NOW, options=options
    )
    actions.begin_staging(run, later=False)
    return actions.run_staging(run.pk, at=make.NOW, with_preview=preview)


def bring(kind: str, text: str | bytes, **options: Any) -> Import:
    run = staged(kind, text, **options)
    actions.begin_applying(run, later=False)
    return actions.run_applying(run.pk, at=make.NOW)


def undo(run: Import) -> Import:
    actions.begin_undoing(run, later=False)
    return actions.run_undoing(run.pk, at=make.NOW)


def counts(run: Import) -> tuple[int, int, int, int]:
    told = run.counts
    return told["created"], told["updated"], told["unchanged"], told["refused"]


HEADINGS = "customer_id,kind,name,email,phone,birth_date,city,country,tax_id,created_at"
CUSTOMERS = f"""{HEADINGS},Color favorito
C1,person,Ana Núñez,ana@example.com,600 111 222,1990-05-01,León,España,,2021-03-04,azul
C2,organisation,Acme SL,hola@acme.example,,,Vigo,ES,B12345678,2020-01-01,
C3,person,Luis,,,,,,,,
"""
ORDERS = """order_id,customer_id,ordered_at,product_id,quantity,unit_price
1,C1,2026-10-01,P1,2,3.5
1,C1,2026-10-01,P2,1,10
2,C2,2026-10-02,P1,1,3.5
C3,C1,2026-10-03,P1,-1,3.5
"""


def known_to(user: User) -> int:
    """As the first page counts them."""
    found = counted.counted_base(user=user, rules=BaseRules(), as_of=timezone.localtime())
    return found.base.customers


def test_what_a_file_brings_or_takes_back_is_counted_on_the_first_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caches["shared"].clear()
    monkeypatch.setattr(counted, "SECONDS_WORTH_KEEPING", 0)
    make.customer()
    user = make.user()
    assert (known_to(user), known_to(user)) == (1, 1)
    run = bring("customers", CUSTOMERS)
    assert known_to(user) == 4
    undo(run)
    assert known_to(user) == 1


def test_what_is_counted_just_after_a_file_is_kept_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caches["shared"].clear()
    monkeypatch.setattr(counted, "SECONDS_WORTH_KEEPING", 0)
    monkeypatch.setattr(counted, "SECONDS_MEANWHILE", -1)
    user = make.user()
    bring("customers", CUSTOMERS)
    assert known_to(user) == 3
    make.customer()
    assert known_to(user) == 4


def test_a_canonical_file_needs_no_mapping() -> None:
    run = bring("customers", CUSTOMERS)
    ana = Customer.objects.get(name="Ana Núñez")
    assert counts(run) == (3, 0, 0, 0)
    assert ana.phones.get().number == "+34600111222"
    assert str(ana.birth_date) == "1990-05-01"
    assert ana.addresses.get().country == "ES"
    assert Customer.objects.get(kind="organisation").tax_id == "B12345678"


def test_a_column_nobody_foresaw_becomes_a_field() -> None:
    bring("customers", CUSTOMERS)
    field = CustomField.objects.get()
    assert field.label == "Color favorito"
    assert Customer.objects.get(name="Ana Núñez").custom == {field.key: "azul"}


def test_a_field_of_the_company_keeps_all_digits_of_its_numbers() -> None:
    bring(
        "customers", "customer_id,name,Ratio,Fino\n1,Ana,0.30000000000000004,0.123456789012345678"
    )
    assert Customer.objects.get().custom == {
        "ratio": 0.30000000000000004,
        "fino": "0.123456789012345678",
    }
    run = staged("customers", "customer_id,Ratio\n1,0.123456789012345678\n")
    assert run.rows.get().warnings[0]["code"] == "number_too_precise"


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_the_same_file_twice_changes_nothing(kind: str) -> None:
    text = {"customers": CUSTOMERS, "orders": ORDERS}[kind]
    first = bring(kind, text)
    events = Event.objects.count()
    again = bring(kind, text)
    assert counts(again) == (0, 0, counts(first)[0], 0)
    assert Event.objects.count() == events


def test_orders_make_the_customers_and_products_they_name() -> None:
    run = bring("orders", ORDERS)
    eventlog.drain(at=make.NOW)
    assert counts(run) == (4, 0, 0, 0)
    assert run.counts["records"]["orders"]["created"] == 3
    assert run.counts["records"]["customers"]["created"] == 2
    assert run.counts["records"]["products"]["created"] == 2
    figures = Summary.objects.get(customer__external_ids__value="C1")
    assert (figures.purchases, figures.amount) == (1, Decimal("13.5"))


def test_imported_history_is_marked_as_such() -> None:
    bring("orders", ORDERS)
    assert not Event.objects.filter(imported=False).exists()


def test_strictly_unknown_customers_refuse_the_order() -> None:
    Product.objects.create(
        code="P1", name="P1", currency="EUR", created_at=make.NOW, updated_at=make.NOW
    )
    run = bring("orders", ORDERS, strict=True)
    assert counts(run) == (0, 0, 0, 4)
    assert not Order.objects.exists()
    assert "P2" in run.rows.order_by("number")[0].reason


def test_what_one_line_says_of_the_order_holds_for_all_of_it() -> None:
    text = "order_id,customer_id,ordered_at,product_id,quantity,unit_price,channel,store\n"
    bring("orders", text + "1,,2026-10-01,P1,1,2,,Vigo\n1,C1,2026-10-01,P2,1,2,web,León\n")
    order = Order.objects.get()
    assert (order.channel, order.store, order.total) == ("web", "Vigo", 4)
    assert order.customer is not None


def test_a_line_without_a_date_has_that_of_the_line_above() -> None:
    head, first, second, *rest = ORDERS.splitlines(keepends=True)
    bring("orders", "".join([head, first, second.replace("2026-10-01", ""), *rest]))
    assert Order.objects.get(number="1").lines.count() == 2


def test_a_refused_line_refuses_its_whole_order_and_no_other() -> None:
    run = bring("orders", ORDERS.replace("P2,1,10", "P2,one,10"))
    assert counts(run) == (2, 0, 0, 2)
    assert sorted(Order.objects.values_list("number", flat=True)) == ["2", "C3"]


def test_a_file_broken_in_the_middle_leaves_no_half_order() -> None:
    run = bring("orders", ORDERS[: ORDERS.index("2,C2") + len("2,C2,2026-10")])
    assert OrderLine.objects.count() == 2
    assert Order.objects.get().number == "1"
    assert counts(run)[3] == 1


def test_the_preview_counts_what_applying_does() -> None:
    bring("customers", CUSTOMERS.replace("Luis", "Luis Mora"))
    run = staged("customers", CUSTOMERS + "C4,person,Eva,,,,,,,,\n", preview=True)
    foreseen = {name: run.counts[name] for name in ("created", "updated", "unchanged")}
    customers = Customer.objects.count()
    actions.begin_applying(run, later=False)
    done = actions.run_applying(run.pk, at=make.NOW)
    assert customers == 3
    assert {name: done.counts[name] for name in foreseen} == foreseen
    assert foreseen == {"created": 1, "updated": 1, "unchanged": 2}


def test_a_twin_is_told_and_not_doubled() -> None:
    bring("customers", CUSTOMERS)
    run = bring("customers", "customer_id,name,email\nX9,Ana N,ANA@example.com\n")
    assert (counts(run), run.counts["twins"]) == ((0, 1, 0, 0), 1)
    assert Customer.objects.count() == 3


def test_a_twin_can_be_refused() -> None:
    bring("customers", CUSTOMERS)
    run = bring("customers", "customer_id,name,email\nX9,A,ana@example.com\n", twins="refuse")
    assert counts(run) == (0, 0, 0, 1)


def test_refused_rows_come_back_as_they_were_with_the_reason() -> None:
    run = bring("orders", ORDERS.replace("P2,1,10", "P2,one,10"))
    target = io.StringIO()
    assert actions.write_refused(run, target) == 2
    lines = target.getvalue().splitlines()
    assert lines[0].startswith("order_id,customer_id,ordered_at,product_id,quantity,unit_price,")
    assert lines[1].startswith("1,C1,2026-10-01,P1,2,3.5,")
    assert lines[2].startswith("1,C1,2026-10-01,P2,one,10,")


def test_contacts_enter_the_log_once() -> None:
    text = "customer_id,at,kind,channel,subject\nC1,2026-01-02 10:00,call,telephone,Presupuesto\n"
    assert counts(bring("interactions", text)) == (1, 0, 0, 0)
    assert counts(bring("interactions", text)) == (0, 0, 1, 0)
    event = Event.objects.get(kind=EventKind.CALL)
    assert (event.subject, event.imported) == ("Presupuesto", True)


def test_products_keep_their_price_history() -> None:
    text = "product_id,name,category,brand,price,cost\nP1,Café,Bebidas > Café,Sol,4.95,2.10\n"
    bring("products", text)
    run = bring("products", text.replace("4.95", "5.25"))
    product = Product.objects.get()
    assert counts(run) == (0, 1, 0, 0)
    assert str(product.category) == "Bebidas > Café"
    assert [price.price for price in product.prices.all()] == [Decimal("5.25"), Decimal("4.95")]


def test_notes_and_consents_come_along() -> None:
    text = "name,email,notes,consent_email\nAna,ana@example.com,Le gusta el té,yes\n"
    bring("customers", text)
    bring("customers", text)
    assert Event.objects.get(kind=EventKind.NOTE).subject == "Le gusta el té"
    assert Consent.objects.get().granted


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_an_import_is_undone_as_a_whole(kind: str) -> None:
    run = bring(kind, {"customers": CUSTOMERS, "orders": ORDERS}[kind])
    eventlog.drain(at=make.NOW)
    done = undo(run)
    assert done.state == Import.State.UNDONE
    assert not Customer.objects.exists()
    assert not Event.objects.exists()
    assert not Order.objects.exists()
    assert not Product.objects.exists()


def test_undoing_puts_back_what_was_changed() -> None:
    bring("customers", CUSTOMERS)
    bring("orders", ORDERS)
    changed = CUSTOMERS.replace("Ana Núñez", "Ana Gil").replace("600 111 222", "600 111 333")
    customers = bring("customers", changed)
    orders = bring("orders", ORDERS.replace("P1,2,3.5", "P1,9,3.5"))
    undo(orders)
    undo(customers)
    ana = Customer.objects.get(external_ids__value="C1")
    assert ana.name == "Ana Núñez"
    assert [phone.number for phone in ana.phones.all()] == ["+34600111222"]
    assert Order.objects.get(number="1").total == 17
    assert Order.objects.get(number="1").lines.get(position=1).quantity == 2


def test_undoing_keeps_what_came_after() -> None:
    run = bring("customers", CUSTOMERS)
    busy = Customer.objects.get(name="Luis")
    create_task(
        title="x", kind="task", customer=busy, assignee=None, due_on=None, at=make.NOW,
        user=make.user(),
    )  # fmt: skip
    edited = Customer.objects.get(name="Acme SL")
    update_customer(edited, changes={"origin": "Feria"}, at=make.NOW.replace(hour=12), user=None)
    done = undo(run)
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Acme SL", "Luis"]
    assert done.counts["undone"]["kept"] == 2


@pytest.mark.parametrize("said", ["potential", "lost"])
def test_a_status_that_purchases_made_goes_with_them(said: str) -> None:
    ana = make.customer("Ana", external_ids=[("", "C1")], status=said)
    run = bring("orders", "order_id,customer_id,ordered_at,product_id,quantity,unit_price\n"
        f"1,C1,{make.NOW:%Y-%m-%d},P1,1,3\n")  # fmt: skip
    eventlog.drain(at=make.NOW)
    ana.refresh_from_db()
    assert ana.status == Customer.Status.CURRENT
    undo(run)
    ana.refresh_from_db()
    assert ana.status == said
    last = Event.objects.filter(kind=EventKind.STATUS_CHANGED).latest("id")
    assert last.payload["changes"]["status"] == ["current", said]


def test_a_status_that_people_gave_stays_when_purchases_go() -> None:
    bring("customers", CUSTOMERS)
    run = bring("orders", ORDERS)
    eventlog.drain(at=make.NOW)
    ana = Customer.objects.get(external_ids__value="C1")
    later = make.NOW.replace(hour=23)
    update_customer(ana, changes={"status": Customer.Status.POTENTIAL}, at=later, user=None)
    update_customer(ana, changes={"status": Customer.Status.CURRENT}, at=later, user=None)
    undo(run)
    ana.refresh_from_db()
    assert ana.status == Customer.Status.CURRENT


def test_an_interrupted_import_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.imports.actions.applying.CHUNK", 2)
    run = staged("orders", ORDERS)
    actions.begin_applying(run, later=False)
    assert actions.applying.apply_chunk(run.pk, at=make.NOW)
    done = actions.run_applying(run.pk, at=make.NOW)
    assert counts(done) == (4, 0, 0, 0)
    assert OrderLine.objects.count() == 4


def test_a_step_is_taken_once() -> None:
    run = bring("customers", CUSTOMERS)
    with pytest.raises(actions.WrongState):
        actions.begin_applying(run, later=False)


def test_refused_rows_are_no_formulas_and_can_be_sent_again() -> None:
    text = "order_id,customer_id,customer_name,ordered_at,product_id,quantity,unit_price\n"
    run = bring("orders", text + "1,C1,=1+1,2026-10-01,P1,one,3\n")
    target = io.StringIO()
    actions.write_refused(run, target)
    assert ",'=1+1," in target.getvalue()
    bring("orders", target.getvalue().replace("one", "1"))
    assert Customer.objects.get().name == "=1+1"


def test_a_strict_rehearsal_refuses_what_applying_would() -> None:
    run = staged("orders", ORDERS, preview=True, strict=True)
    told = actions.final_counts(run)
    assert (told["read"], told["created"], told["refused"]) == (4, 0, 4)
    assert not Order.objects.exists()


def test_an_amount_that_no_column_holds_costs_its_order_and_not_the_file() -> None:
    head = "order_id,customer_id,ordered_at,product_id,quantity,unit_price,total,discount\n"
    rows = [
        "1,C1,2026-10-01,P1,99999999999,99999999999,,",
        "2,C1,2026-10-01,P1,0.001,,999999999999,",
        "3,C1,2026-10-01,P1,1,5,,99999999999999%",
        "4,C1,2026-10-01,P1,1,99999999999999.99999,,",
        "5,C1,2026-10-01,P1,80000,9999999,,",
    ]
    run = bring("orders", head + "\n".join(rows))
    assert counts(run) == (1, 0, 0, 4)
    assert Order.objects.get().total == 80000 * 9999999


def test_titles_of_groups_above_the_headings_are_not_taken_for_them() -> None:
    text = "Cliente,,Contacto,\nNúmero de cliente,Nombre,Correo,Teléfono\nC1,Ana,ana@example.com,\n"
    run = bring("customers", text)
    assert counts(run) == (1, 0, 0, 0)
    assert Customer.objects.get().emails.get().address == "ana@example.com"
    assert counts(bring("customers", text)) == (0, 0, 1, 0)


def test_an_order_beyond_all_money_is_refused_and_the_others_come_in() -> None:
    heading = "order_id,customer_id,ordered_at,product_id,quantity,unit_price"
    lines = "\n".join(f"9,C1,2026-10-01,P{n},1,999999999999" for n in range(101))
    text = f"{heading}\n{lines}\n10,C1,2026-10-02,P1,2,3\n"
    run = bring("orders", text)
    assert counts(run) == (1, 0, 0, 101)
    problems = [row.problems for row in run.rows.all() if row.problems]
    assert {problem["code"] for [problem] in problems} == {"total_too_large"}
    assert Order.objects.get().number == "10"
    assert counts(staged("orders", text, preview=True)) == (0, 0, 1, 101)
