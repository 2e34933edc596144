"""The company's own fields on the pages of orders: written, read, listed, told."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import make
from tests.pages import signed_in, words
from tests.sales.own_fields import KEPT, TYPES, WRITTEN, changed, own_field, own_fields
from tests.sales.test_order_pages import edited, form
from trato.catalog.actions import save_products
from trato.catalog.drafts import ProductDraft
from trato.customers.models import Customer
from trato.identity.actions import save_view
from trato.identity.rules import Role, Visibility
from trato.sales.models import Order

pytestmark = pytest.mark.django_db
TEA = ("TEA", "1", "9.50")


@pytest.fixture(autouse=True)
def goods() -> None:
    save_products([ProductDraft(code="TEA")], currency="EUR", at=make.NOW, user=None)


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def written(client: Client, **custom: Any) -> Order:
    answer = client.post("/orders/new/", form(TEA, **custom))
    assert answer.status_code == 302, words(answer)
    return Order.objects.latest("pk")


def fields_of(page: Any) -> set[str]:
    return {name for name in page.context["form"].fields if name.startswith("custom_")}


def test_every_type_is_written_and_read(client: Client) -> None:
    own_fields()
    blank = client.get("/orders/new/").text
    assert [name for name in WRITTEN if f'name="{name}"' not in blank] == []
    order = written(client, **WRITTEN)
    assert order.custom == KEPT
    shown = words(client.get(f"/orders/{order.pk}/"))
    for label, _written, _kept, told in TYPES.values():
        assert f"{label} {told}" in shown


def test_own_fields_of_a_closed_order_are_changed_by_themselves(client: Client) -> None:
    own_fields()
    order = written(client, status="completed")
    page, address = f"/orders/{order.pk}/", f"/orders/{order.pk}/own/"
    shown = client.get(page)
    assert "None is filled in." in words(shown)
    assert address in shown.text
    assert client.post(address, WRITTEN).status_code == 302
    assert Order.objects.get().custom == KEPT
    wrong = client.post(address, WRITTEN | {"custom_boxes": "many"})
    assert wrong.status_code == 422
    assert client.post(address, {}).status_code == 302
    assert Order.objects.get().custom == {}
    assert Order.objects.get().status == "completed"


def test_who_may_not_write_orders_does_not_change_their_own_fields(client: Client) -> None:
    own_fields()
    order = written(client)
    reader = signed_in(make.user(Role.READER))
    assert f"/orders/{order.pk}/own/" not in reader.get(f"/orders/{order.pk}/").text
    assert reader.post(f"/orders/{order.pk}/own/", WRITTEN).status_code == 404
    stranger = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert stranger.get(f"/orders/{order.pk}/own/").status_code == 404


def test_a_form_that_changes_nothing_changes_nothing(client: Client) -> None:
    own_fields()
    order = written(client, **WRITTEN)
    assert edited(client, order).status_code == 302
    assert Order.objects.get().updated_at == order.updated_at
    edited(client, order, store="Vigo")
    assert Order.objects.get().custom == KEPT


def test_an_emptied_field_is_erased_and_the_others_stay(client: Client) -> None:
    own_fields()
    order = written(client, **WRITTEN)
    edited(client, order, custom_reference="", custom_marks=[], custom_assembly="")
    gone = {"reference", "marks", "assembly"}
    assert Order.objects.get().custom == {k: v for k, v in KEPT.items() if k not in gone}
    assert "Reference" not in words(client.get(f"/orders/{order.pk}/")).partition("History")[0]


def test_what_programs_kept_otherwise_stays_while_it_is_not_touched(client: Client) -> None:
    own_fields()
    kept = {"deposit": 0.1234567, "reference": "one\ntwo"}
    order = make.order(None, status="pending", custom=kept)
    assert edited(client, order, store="Vigo").status_code == 302
    assert Order.objects.get().custom == kept


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("custom_boxes", "many", "Enter a number"),
        ("custom_deposit", "1.23456", "Write 4 decimals at most."),
        ("custom_deliver_on", "31/31/2026", "Enter a valid date"),
        ("custom_packing", "Barco", "Select a valid choice"),
        ("custom_reference", "x" * 2001, "at most 2000 characters"),
        ("custom_reference", "a\0b", "Null characters are not allowed"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_saved(
    client: Client, field: str, value: str, said: str
) -> None:
    own_fields()
    answer = client.post("/orders/new/", form(TEA, **{field: value}))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Order.objects.exists()


def test_more_lines_and_a_customer_sought_lose_no_value(client: Client) -> None:
    own_fields()
    for do in ("rows", "find"):
        answer = client.post("/orders/new/", form(TEA, do=do, **WRITTEN))
        bound = answer.context["form"]
        assert {name: bound[name].value() for name in WRITTEN} == WRITTEN
    assert not Order.objects.exists()


def test_fields_of_others_are_not_those_of_orders(client: Client) -> None:
    own_field("Colour", about="customer")
    own_field("Weight", about="product")
    assert fields_of(client.get("/orders/new/")) == set()
    assert "Custom fields" not in words(client.get("/orders/new/"))


def test_a_field_switched_off_keeps_its_values_unseen(client: Client) -> None:
    field = own_fields()["text"]
    order = written(client, **WRITTEN)
    changed(field, is_active=False)
    assert "custom_reference" not in fields_of(client.get(f"/orders/{order.pk}/edit/"))
    assert "=A-7" not in words(client.get(f"/orders/{order.pk}/"))
    assert "Reference" not in client.get("/orders/?do=columns").text
    edited(client, order, custom_boxes="7", custom_reference="x")
    assert Order.objects.get().custom == KEPT | {"boxes": 7}


def test_an_option_taken_away_stays_with_orders_that_have_it(client: Client) -> None:
    fields = own_fields()
    order = written(client, **WRITTEN)
    for kind in ("choice", "choices"):
        changed(fields[kind], options=["Regalo"])
    edited(client, order, store="Vigo")
    assert Order.objects.get().custom == KEPT
    assert "Packing Urgente" in words(client.get(f"/orders/{order.pk}/"))
    other = client.post("/orders/new/", form(TEA, custom_packing="Urgente"))
    assert other.status_code == 422


def test_amounts_are_in_the_companys_currency_whatever_the_orders(client: Client) -> None:
    own_fields()
    order = written(client, currency="USD", custom_deposit="20")
    assert "Deposit €20.00" in words(client.get(f"/orders/{order.pk}/"))


def test_a_closed_order_shows_its_values_and_is_not_edited(client: Client) -> None:
    own_fields()
    order = make.order(None, status="completed", custom=KEPT)
    shown = words(client.get(f"/orders/{order.pk}/"))
    assert "Deposit €49.90" in shown
    answer = client.post(f"/orders/{order.pk}/edit/", form(TEA, custom_boxes="1"), follow=True)
    assert "Reopen it first" in words(answer)
    assert Order.objects.get().custom == KEPT


def test_text_is_text_on_the_page(client: Client) -> None:
    own_fields()
    order = written(client, custom_reference="<b>1</b>")
    assert "&lt;b&gt;1&lt;/b&gt;" in client.get(f"/orders/{order.pk}/").text


def test_the_history_tells_labels_and_words(client: Client) -> None:
    fields = own_fields()
    order = written(client, **WRITTEN)
    edited(client, order, custom_deposit="60", custom_assembly="no", custom_deliver_on="")
    changed(fields["money"], is_active=False)
    told = words(client.get(f"/orders/{order.pk}/"))
    assert "Deposit: €49.90 → €60.00" in told
    assert "Assembly: Yes → No" in told
    assert "Deliver on: May 4, 2031 → —" in told


def test_own_fields_and_a_history_cost_no_questions_too_many(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    own_fields()
    order = written(client, **WRITTEN)
    edited(client, order, custom_deposit="60", store="Vigo")
    for path in (
        f"/orders/{order.pk}/",
        f"/orders/{order.pk}/edit/",
        "/orders/?columns=custom.boxes",
    ):
        with django_assert_max_num_queries(12):
            client.get(path)


def test_the_history_speaks_the_readers_language(client: Client) -> None:
    own_fields()
    order = written(client, **WRITTEN)
    edited(client, order, custom_deposit="60", custom_assembly="no")
    spanish = signed_in(make.user(language="es"))
    told = words(spanish.get(f"/orders/{order.pk}/"))
    assert "Deposit: 49,90 € → 60,00 €" in told
    assert "Assembly: Sí → No" in told


def test_a_field_with_the_key_of_another_is_told_apart(client: Client) -> None:
    own_field("Total")
    order = written(client, custom_total="x")
    edited(client, order, **{"lines-0-quantity": "2"})
    assert "Total: €9.50 → €19.00" in words(client.get(f"/orders/{order.pk}/"))


def numbers(client: Client, query: str) -> list[str]:
    return [row["number"] for row in client.get(f"/orders/?{query}").context["list"].rows]


def test_the_list_filters_and_sorts_by_them(client: Client) -> None:
    own_fields()
    make.order(None, number="A", custom=KEPT)
    make.order(None, number="B", custom={"boxes": 7, "deposit": 100, "reference": "b"})
    make.order(None, number="C")
    for query in (
        "custom.reference.contains=A-7",
        "custom.boxes.more=100",
        "custom.deposit.less=50",
        "custom.deliver_on.on=2031-05-04",
        "custom.packing.in=Urgente",
        "custom.marks.in=Regalo",
        "custom.assembly.yes",
    ):
        assert numbers(client, query) == ["A"], query
    assert numbers(client, "custom.reference.empty") == ["C"]
    assert numbers(client, "sort=custom.boxes")[:2] == ["B", "A"]
    assert numbers(client, "sort=-custom.boxes")[:2] == ["A", "B"]


def test_the_list_shows_them_in_words(client: Client) -> None:
    own_fields()
    make.order(None, number="A", currency="USD", custom=KEPT)
    columns = ",".join(f"custom.{key}" for key in KEPT)
    shown = words(client.get(f"/orders/?columns={columns}"))
    for label, _written, _kept, told in TYPES.values():
        assert label in shown
        assert told.removeprefix("€").split(",")[0] in shown


def test_a_saved_view_keeps_them(client: Client) -> None:
    own_fields()
    make.order(None, number="A", custom=KEPT)
    make.order(None, number="B")
    view = save_view(
        user=make.user(),
        page="orders",
        name="Regalos",
        query="custom.marks.in=Regalo",
        columns=["custom.deposit"],
        shared=True,
    )
    assert numbers(client, f"view={view.pk}&custom.marks.in=Regalo") == ["A"]
    assert "Regalos" in words(client.get("/orders/"))


def download(client: Client, query: str) -> str:
    response: Any = client.get(f"/orders/export/?{query}")
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_a_file_has_them_and_runs_no_formula(client: Client) -> None:
    own_fields()
    make.order(None, number="A", custom=KEPT)
    columns = ",".join(f"custom.{key}" for key in KEPT)
    head, row = download(client, f"format=csv&columns={columns}").splitlines()
    assert head == "Number,Reference,Boxes,Deposit (EUR),Deliver on,Packing,Marks,Assembly"
    assert row == 'A,\'=A-7,1200.5,49.90,2031-05-04,Urgente,"Regalo, Frágil",Yes'


def test_the_file_to_import_again_has_them_on_each_line(client: Client) -> None:
    own_fields()
    make.order(None, number="A", custom=KEPT)
    head, row = download(client, "format=canonical").splitlines()
    assert head.endswith(",reference,boxes,deposit,deliver_on,packing,marks,assembly")
    assert row.endswith(',\'=A-7,1200.5,49.90,2031-05-04,Urgente,"Regalo, Frágil",yes')


def test_strangers_see_nothing_of_them() -> None:
    own_fields()
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    order = make.order(make.customer("Other"), status="pending", custom=KEPT)
    client = signed_in(seller)
    for rest in ("", "edit/"):
        assert client.get(f"/orders/{order.pk}/{rest}").status_code == 404
    assert numbers(client, "custom.assembly.yes") == []
    sent = client.post(f"/orders/{order.pk}/edit/", form(TEA, custom_boxes="1"))
    assert sent.status_code == 404
    assert Order.objects.get().custom == KEPT


def test_who_may_only_read_reads_them() -> None:
    own_fields()
    order = make.order(make.customer(), status="pending", custom=KEPT)
    reader = signed_in(make.user(Role.READER))
    assert "Boxes 1,200.5" in words(reader.get(f"/orders/{order.pk}/"))
    assert reader.get(f"/orders/{order.pk}/edit/").status_code == 404


def test_a_change_of_theirs_is_told_to_the_customer(client: Client) -> None:
    own_fields()
    ana = make.customer("Ana")
    order = make.order(ana, status="pending")
    edited(client, order, custom_boxes="3")
    assert Customer.objects.get().events.filter(kind="order_changed").count() == 1
