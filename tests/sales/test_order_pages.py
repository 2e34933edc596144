from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import leads_to, signed_in, words
from trato.catalog.actions import save_products, set_exchange_rate
from trato.catalog.drafts import ProductDraft
from trato.customers import eventlog
from trato.customers.models import Customer, EventKind
from trato.identity.rules import Role, Visibility
from trato.sales.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


@pytest.fixture
def ana() -> Customer:
    return make.customer("Ana")


@pytest.fixture(autouse=True)
def goods() -> None:
    drafts = [
        ProductDraft(code="TEA", name="Sencha", price=Decimal("9.50")),
        ProductDraft(code="POT", name="Tea pot", price=Decimal(40)),
    ]
    save_products(drafts, currency="EUR", at=make.NOW, user=None)


def form(*lines: tuple[str, ...], **head: Any) -> dict[str, Any]:
    names = ("product", "quantity", "unit_price", "discount", "tax_rate")
    cells = {
        f"lines-{place}-{name}": value
        for place, line in enumerate(lines)
        for name, value in zip(names, line, strict=False)
    }
    usual = {
        "ordered_at": "2026-11-20T11:30",
        "status": "pending",
        "currency": "EUR",
        "channel": "web",
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0,
    }
    return usual | cells | head


def edited(client: Client, order: Order, **changed: Any) -> Any:
    """The form as the page has it, sent with these changes."""
    page = client.get(f"/orders/{order.pk}/edit/")
    found = {bound.html_name: bound.value() for bound in page.context["form"]}
    for line in page.context["lines"]:
        found |= {bound.html_name: bound.value() for bound in line}
    forms = page.context["lines"].management_form
    found |= {bound.html_name: bound.value() for bound in forms}
    plain = {name: value for name, value in found.items() if value is not None}
    plain["ordered_at"] = page.context["form"].initial["ordered_at"].strftime("%Y-%m-%dT%H:%M")
    return client.post(f"/orders/{order.pk}/edit/", plain | changed)


def test_an_order_is_written_with_prices_of_the_catalogue(client: Client, ana: Customer) -> None:
    lines = [("TEA · Sencha", "2", "", "1", "10"), ("tea pot", "-1", "30"), ("", "")]
    answer = client.post("/orders/new/", form(*lines, customer=ana.pk), follow=True)
    order = Order.objects.get()
    assert order.number == "2026-00001"
    assert (order.customer, order.discount, order.tax, order.total) == (
        ana,
        Decimal(1),
        Decimal("1.80"),
        Decimal("-10.20"),
    )
    assert f"{order.ordered_at:%H:%M}" == "10:30"  # written in Madrid, kept in UTC
    shown = words(answer)
    assert "Return" in shown
    assert "-€10.20" in shown
    event = ana.events.get(kind=EventKind.ORDER_RETURNED)
    assert event.amount == Decimal("-10.20")


def test_numbers_go_on_and_are_given_once(client: Client) -> None:
    for number in ("", "", "2026-00007", "", "2026-00007"):
        client.post("/orders/new/", form(("TEA", "1"), number=number))
    numbers = Order.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["2026-00001", "2026-00002", "2026-00007", "2026-00008"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (("NONE", "1"), "There is no such product"),
        (("TEA", ""), "Write how many"),
        (("", "2"), "Which product?"),
        (("", ""), "Write at least one line"),
        (("TEA", "many"), "Enter a number"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(
    client: Client, line: tuple[str, str], complaint: str
) -> None:
    answer = client.post("/orders/new/", form(line))
    assert answer.status_code == 422
    assert complaint in words(answer)
    assert not Order.objects.exists()


def test_a_price_of_the_catalogue_is_not_taken_for_one_of_another_currency(client: Client) -> None:
    page = client.post("/orders/new/", form(("TEA", "1"), currency="USD"))
    assert "The catalogue has its price in EUR. Write one." in words(page)
    client.post("/orders/new/", form(("TEA", "1", "10"), currency="USD"))
    assert Order.objects.get().total == 10


def test_what_has_no_price_is_not_sold_for_nothing(client: Client) -> None:
    save_products([ProductDraft(code="BOX", name="Box")], currency="EUR", at=make.NOW, user=None)
    page = client.post("/orders/new/", form(("BOX", "1")))
    assert "The catalogue has no price for it. Write one." in words(page)
    assert client.post("/orders/new/", form(("BOX", "1", "0"))).status_code == 302


@pytest.mark.parametrize(
    ("quantity", "discount", "said"),
    [
        ("2", "19.01", "It is more than the line."),
        ("2", "-1", "It cannot be negative."),
        ("-2", "1", "With a negative quantity it is negative, too."),
    ],
)
def test_a_discount_takes_off_what_there_is(
    client: Client, quantity: str, discount: str, said: str
) -> None:
    page = client.post("/orders/new/", form(("TEA", quantity, "", discount)))
    assert said in words(page)
    assert not Order.objects.exists()


def test_a_line_with_what_no_text_can_have_is_refused_and_no_more(client: Client) -> None:
    answer = client.post("/orders/new/", form(("TEA\0", "1")))
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_what_is_given_away_and_a_discount_taken_back_are_written(client: Client) -> None:
    lines = form(("TEA", "2", "", "19"), ("TEA", "-2", "", "-1"))
    assert client.post("/orders/new/", lines).status_code == 302
    assert Order.objects.get().total == -18


def test_the_top_of_the_page_leads_to_the_lines_that_are_wrong(client: Client) -> None:
    answer = client.post("/orders/new/", form(("TEA", "1"), ("NONE", "1")))
    assert "Check its lines: Line 2, Product : There is no such product" in words(answer)
    assert b'href="#id_lines-1-product"' in answer.content


def test_more_lines_come_without_javascript_and_nothing_is_lost(client: Client) -> None:
    answer = client.post("/orders/new/", form(("TEA", "3"), do="rows"))
    assert answer.status_code == 200
    assert len(answer.context["lines"].forms) == 5
    assert answer.context["lines"].forms[0]["product"].value() == "TEA"
    assert not Order.objects.exists()


def test_looking_for_a_customer_without_javascript_saves_nothing(
    client: Client, ana: Customer
) -> None:
    answer = client.post("/orders/new/", form(("TEA", "3"), do="find", q="ana"))
    assert "Ana" in words(answer)
    assert not Order.objects.exists()


def test_while_one_types_products_and_customers_are_offered(client: Client, ana: Customer) -> None:
    assert "TEA · Sencha" in client.get("/orders/new/products/?lines-0-product=sen").text
    assert "Ana" in words(client.get("/orders/new/customers/?q=an"))
    assert 'name="lines-5-product"' in client.get("/orders/new/rows/?lines-TOTAL_FORMS=4").text


def test_editing_touches_only_what_was_changed(client: Client, ana: Customer) -> None:
    client.post(
        "/orders/new/", form(("TEA", "3", "3.3333", "", "21"), ("POT", "1"), customer=ana.pk)
    )
    order = Order.objects.get()
    edited(client, order, **{"lines-1-quantity": "2"})
    lines = list(order.lines.order_by("position").values_list("quantity", "unit_price", "tax"))
    assert lines == [(3, Decimal("3.3333"), Decimal("2.10")), (2, Decimal(40), 0)]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(client: Client) -> None:
    client.post("/orders/new/", form(("TEA", "3")))
    order = Order.objects.get()
    edited(client, order, **{"lines-0-quantity": "5"})
    told = edited(client, order, version=order.updated_at.isoformat(), store="Norte")
    assert "Somebody changed this order meanwhile." in words(told)
    assert Order.objects.get().store == ""


def test_the_history_of_an_order_tells_its_total_as_money_and_once(client: Client) -> None:
    client.post("/orders/new/", form(("TEA", "1", "10")))
    order = Order.objects.get()
    edited(client, order, **{"lines-0-quantity": "2"})
    told = words(client.get(f"/orders/{order.pk}/"))
    assert "Total: €10.00 → €20.00" in told
    assert "Total in the company's currency" not in told


def test_an_emptied_product_takes_its_line_out(client: Client) -> None:
    client.post("/orders/new/", form(("TEA", "3"), ("POT", "1")))
    order = Order.objects.get()
    edited(
        client, order, **{f"lines-0-{name}": "" for name in ("product", "quantity", "unit_price")}
    )
    assert [line.product.code for line in order.lines.all()] == ["POT"]


def test_only_an_open_order_is_edited(client: Client) -> None:
    order = make.order(None, status="completed")
    answer = client.get(f"/orders/{order.pk}/edit/", follow=True)
    assert "Reopen it first" in words(answer)


def test_the_state_changes_after_a_question(client: Client, ana: Customer) -> None:
    order = make.order(ana, "10", status="completed")
    address = f"/orders/{order.pk}/become/cancelled/"
    assert "no longer counts" in words(client.get(address))
    shown = words(client.post(address, follow=True))
    assert "The order is cancelled." in shown
    assert "does not count" in shown
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert client.get(f"/orders/{order.pk}/become/returned/").status_code == 404


def test_a_cancelled_order_no_longer_counts(client: Client, ana: Customer) -> None:
    kept, gone = make.order(ana, "10"), make.order(ana, "5")
    client.post(f"/orders/{gone.pk}/become/cancelled/")
    follow = eventlog.REGISTRY["purchase figures"]
    follow.react(list(ana.events.all()), make.NOW)
    ana.summary.refresh_from_db()
    assert (ana.summary.purchases, ana.summary.amount) == (1, kept.total)


def test_an_order_of_nobody_has_a_page(client: Client) -> None:
    order = make.order(None, "12")
    shown = words(client.get(f"/orders/{order.pk}/"))
    assert "To nobody in particular" in shown
    assert "€12.00" in shown


def test_without_a_rate_the_total_in_euros_is_not_known(client: Client, ana: Customer) -> None:
    order = make.order(ana, "100", currency="USD")
    assert order.company_total is None
    shown = words(client.get(f"/orders/{order.pk}/"))
    assert "No exchange rate is known for this day" in shown
    assert "unknown" in shown


def test_with_a_rate_both_totals_and_the_rate_are_shown(client: Client, ana: Customer) -> None:
    set_exchange_rate(currency="USD", day=date(2026, 11, 1), rate=Decimal("0.9"))
    order = make.order(ana, "100", currency="USD")
    shown = words(client.get(f"/orders/{order.pk}/"))
    assert "$100.00" in shown
    assert "€90.00" in shown
    assert "1 USD = 0.9000" in shown


def test_the_list_filters_and_finds(client: Client, ana: Customer) -> None:
    make.order(ana, "10", number="AAA-1", channel="web", store="Lugo")
    make.order(None, "-5", number="BBB-2", channel="shop")
    everything = words(client.get("/orders/"))
    assert "AAA-1" in everything
    assert "BBB-2" in everything
    for query in (
        "q=aaa",
        "q=ana",
        "channel.in=web",
        "store.in=Lugo",
        "total.more=0",
        "product.is=P1",
    ):
        shown = words(client.get(f"/orders/?{query}"))
        assert "AAA-1" in shown, query
    for query in ("q=aaa", "channel.in=web", "total.more=0", "customer.contains=an"):
        assert "BBB-2" not in words(client.get(f"/orders/?{query}")), query


def test_a_seller_sees_only_orders_of_own_customers() -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    own, other = make.customer("Own", owner_id=seller.pk), make.customer("Other")
    mine, theirs, nameless = make.order(own), make.order(other), make.order(None)
    client = signed_in(seller)
    assert client.get(f"/orders/{mine.pk}/").status_code == 200
    for order in (theirs, nameless):
        for rest in ("", "edit/", "become/cancelled/", "delete/"):
            assert client.get(f"/orders/{order.pk}/{rest}").status_code == 404
    shown = words(client.get("/orders/"))
    assert mine.number in shown
    assert theirs.number not in shown


def test_a_seller_writes_orders_for_own_customers_only() -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    other, client = make.customer("Other"), signed_in(seller)
    nameless = client.post("/orders/new/", form(("TEA", "1")))
    assert "Choose the customer." in words(nameless)
    foreign = client.post("/orders/new/", form(("TEA", "1"), customer=other.pk))
    assert foreign.status_code == 422
    assert not Order.objects.exists()


def test_who_may_only_read_writes_nothing(ana: Customer) -> None:
    order, reader = make.order(ana), signed_in(make.user(Role.READER))
    assert reader.get(f"/orders/{order.pk}/").status_code == 200
    for address in ("/orders/new/", f"/orders/{order.pk}/edit/"):
        assert reader.get(address).status_code == 404
    assert reader.post(f"/orders/{order.pk}/become/cancelled/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_deleted_order_adds_nothing_and_is_told(client: Client, ana: Customer) -> None:
    order = make.order(ana, "25", status="pending")
    assert "This cannot be undone." in words(client.get(f"/orders/{order.pk}/delete/"))
    assert leads_to(client.post(f"/orders/{order.pk}/delete/")) == "/orders/"
    eventlog.drain(at=make.NOW)
    ana.summary.refresh_from_db()
    assert (ana.summary.purchases, ana.summary.amount) == (0, 0)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert f"Purchase {order.number} deleted" in page
    assert client.get(f"/orders/{order.pk}/").status_code == 404


def test_a_completed_order_cannot_be_deleted(client: Client, ana: Customer) -> None:
    order = make.order(ana)
    assert f"/orders/{order.pk}/delete/" not in client.get(f"/orders/{order.pk}/").content.decode()
    page = client.post(f"/orders/{order.pk}/delete/", follow=True)
    assert "Cancel the order first." in words(page)
    assert Order.objects.filter(pk=order.pk).exists()


def test_the_history_of_an_order_tells_its_lines(client: Client) -> None:
    client.post("/orders/new/", form(("TEA", "2", "10"), ("POT", "1")))
    order = Order.objects.get()
    edited(client, order, **{"lines-0-quantity": "7"})
    gone = {f"lines-1-{name}": "" for name in ("product", "quantity", "unit_price")}
    edited(client, order, **{"lines-0-unit_price": "9.5"} | gone)
    told = words(client.get(f"/orders/{order.pk}/"))
    assert "Sencha · quantity: 2 → 7" in told
    assert "Sencha · unit price: €10.00 → €9.50" in told
    assert "Tea pot: 1 × €40.00 → —" in told
