"""What goes together: on the page of a product and while an order is written."""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import make
from tests.pages import signed_in, words
from trato.catalog.actions import save_products
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Product
from trato.customers.models import Consent, Customer
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.sales.actions import decline_suggestion
from trato.sales.models import Order, ProductPair
from trato.sales.queries.pairs import Cart, suggestions_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


@pytest.fixture(autouse=True)
def goods() -> dict[str, Product]:
    """A pot goes with tea and with cups, cups with tea; green tea replaces tea."""
    names = {"TEA": "Tea", "GREEN": "Green tea", "POT": "Tea pot", "CUP": "Cups", "FLAG": "Flag"}
    drafts = [ProductDraft(code=code, name=name, price=Decimal(9)) for code, name in names.items()]
    save_products(drafts, currency="EUR", at=make.NOW, user=None)
    found = {product.code: product for product in Product.objects.all()}
    _pair(found["TEA"], found["POT"], bound=4, together=34)
    _pair(found["TEA"], found["CUP"], bound=2, together=20, rank=2)
    _pair(found["CUP"], found["POT"], bound=3, together=50)
    _pair(found["POT"], found["TEA"], bound=4, together=68, orders=50)
    _pair(found["TEA"], found["GREEN"], bound=0.1, together=1, kind="substitute")
    _pair(found["FLAG"], found["GREEN"], bound=2, together=10)
    return found


def _pair(
    product: Product,
    other: Product,
    *,
    bound: float,
    together: int,
    kind: str = "complement",
    rank: int = 1,
    orders: int = 200,
) -> None:
    ProductPair.objects.create(
        product=product,
        other=other,
        kind=kind,
        rank=rank,
        together=min(together, orders),
        orders=orders,
        expected=10,
        odds_ratio=bound,
        bound=bound,
        q_value=0.001,
    )


def suggested(
    *codes: str, returned: str = "", customer: Customer | None = None, user: User | None = None
) -> list[str]:
    ids = dict(Product.objects.values_list("code", "pk"))
    cart = Cart([ids[code] for code in codes], [ids[returned]] if returned else [])
    found = suggestions_for(cart, user=user or make.user(), customer=customer)
    return [pair.other.code for pair in found]


def test_what_goes_with_all_of_an_order_comes_first() -> None:
    assert suggested("TEA") == ["POT", "CUP"]
    assert suggested("TEA", "CUP") == ["POT"]
    assert suggested() == []


def test_the_reason_is_what_speaks_most_for_it() -> None:
    ids = dict(Product.objects.values_list("code", "pk"))
    [best] = suggestions_for(Cart([ids["TEA"], ids["CUP"]]), user=make.user())
    assert best.product.code == "CUP"


def test_what_goes_with_it_often_comes_before_what_seldom_does(goods: dict[str, Product]) -> None:
    _pair(goods["FLAG"], goods["CUP"], bound=9, together=2, rank=2)
    _pair(goods["FLAG"], goods["POT"], bound=3, together=90, rank=3)
    assert suggested("FLAG") == ["POT", "GREEN", "CUP"]


def test_what_replaces_a_product_of_the_order_does_not_complete_it() -> None:
    assert suggested("FLAG") == ["GREEN"]
    assert suggested("FLAG", "TEA") == ["POT", "CUP"]


def test_what_comes_back_is_not_suggested() -> None:
    assert suggested("TEA", returned="POT") == ["CUP"]


def test_what_is_not_on_sale_is_not_suggested() -> None:
    Product.objects.filter(code="POT").update(is_active=False)
    assert suggested("TEA") == ["CUP"]


def test_what_the_customer_declined_is_not_suggested_to_them() -> None:
    ana, blas = make.customer("Ana"), make.customer("Blas")
    pot = Product.objects.get(code="POT")
    decline_suggestion(customer=ana, product=pot, at=make.NOW, user=None)
    assert suggested("TEA", customer=ana) == ["CUP"]
    assert suggested("TEA", customer=blas) == ["POT", "CUP"]


def test_who_wants_no_personal_recommendations_gets_none_until_they_say_yes() -> None:
    ana = make.customer("Ana")
    for granted, expected in ((False, []), (True, ["POT", "CUP"])):
        ana.consents.create(
            channel="email",
            purpose=Consent.Purpose.PROFILING,
            granted=granted,
            at=make.NOW,
            how="web",
        )
        assert suggested("TEA", customer=ana) == expected


def test_a_cart_is_completed_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ids, user, ana = (
        list(Product.objects.values_list("pk", flat=True)),
        make.user(),
        make.customer(),
    )
    with django_assert_num_queries(1):
        suggestions_for(Cart(ids[:2]), user=user, customer=ana)


def test_the_page_of_a_product_says_what_goes_with_it(
    client: Client, goods: dict[str, Product]
) -> None:
    shown = words(client.get(f"/products/{goods['TEA'].pk}/sales/"))
    assert "Tea pot €9.00 in 17 of every 100 orders; by chance it would be 5" in shown
    assert "Green tea €9.00 in 1 of 200 orders; by chance it would be 10" in shown
    assert (
        f'href="/products/{goods["POT"].pk}/"'
        in client.get(f"/products/{goods['TEA'].pk}/sales/").text
    )


def test_few_orders_are_told_as_they_are(client: Client, goods: dict[str, Product]) -> None:
    shown = words(client.get(f"/products/{goods['POT'].pk}/sales/"))
    assert "in 50 of 50 orders" in shown


def test_a_product_without_partners_says_so(client: Client, goods: dict[str, Product]) -> None:
    page = f"/products/{goods['GREEN'].pk}/sales/"
    assert "Nothing goes into the orders with it" in words(client.get(page))
    ProductPair.objects.all().delete()
    assert "The next refresh" in words(client.get(page))


def lines(*rows: tuple[str, str], **more: object) -> dict[str, object]:
    cells: dict[str, object] = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    for place, (product, quantity) in enumerate(rows):
        cells |= {f"lines-{place}-product": product, f"lines-{place}-quantity": quantity}
    return cells | {"ordered_at": "2026-11-20T11:30", "status": "pending", "currency": "EUR"} | more


def test_while_an_order_is_written_it_is_completed(client: Client) -> None:
    ana = make.customer("Ana")
    pot = Product.objects.get(code="POT")
    decline_suggestion(customer=ana, product=pot, at=make.NOW, user=None)
    written = lines(("tea", ""), ("Tea", "1"), ("FLAG · Flag", "-1"))
    shown = words(client.post("/orders/new/suggestions/", written))
    assert "Tea pot €9.00 in 17 of every 100 orders with Tea" in shown
    shown = words(client.post("/orders/new/suggestions/", written | {"customer": ana.pk}))
    assert "Tea pot" not in shown
    assert "Cups" in shown


def test_while_an_order_is_written_it_is_added_up(client: Client) -> None:
    """By the catalogue's prices (9 each) where none is written."""
    more = {"lines-0-discount": "1", "lines-0-tax_rate": "10", "lines-1-unit_price": "8.5"}
    written = lines(("TEA", "2"), ("POT", "1"), ("CUP", ""), ("", ""), **more)
    shown = words(client.post("/orders/new/suggestions/", written))
    assert "Before discount and tax €26.50 Discount -€1.00 Tax €1.70 Total €27.20" in shown
    assert "Without 1 line that is not finished." in shown


def test_a_line_without_a_price_in_the_orders_currency_is_not_added_up(client: Client) -> None:
    written = lines(("TEA", "2"), currency="USD") | {"lines-0-unit_price": ""}
    shown = words(client.post("/orders/new/suggestions/", written))
    assert "Total" not in shown
    assert "Without 1 line that is not finished." in shown
    shown = words(client.post("/orders/new/suggestions/", written | {"lines-0-unit_price": "3"}))
    assert "Total $6.00" in shown
    assert "Total €6.00" in words(
        client.post(
            "/orders/new/suggestions/", written | {"lines-0-unit_price": "3", "currency": "E"}
        )
    )


def test_returns_take_off(client: Client) -> None:
    written = lines(("TEA", "-2"), **{"lines-0-discount": "-1"})
    shown = words(client.post("/orders/new/suggestions/", written))
    assert "Discount €1.00" in shown
    assert "Total -€17.00" in shown


def test_an_edited_order_adds_up_to_what_was_kept(client: Client) -> None:
    """A tax that no rate of three decimals gives back stays to the cent while its line does."""
    order = make.order(make.customer(), "333.33", product="TEA", status="pending")
    order.lines.update(tax="0.01")
    page = client.get(f"/orders/{order.pk}/edit/")
    assert 'hx-trigger="load, change' in page.text
    forms = [form for form in page.context["lines"] if form["product"].value()]
    fields = [bound for form in forms for bound in form]
    sent = {one.html_name: "" if one.value() is None else one.value() for one in fields}
    counted = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "order": order.pk}
    shown = words(client.post("/orders/new/suggestions/", sent | counted | {"currency": "EUR"}))
    assert "Tax €0.01" in shown
    other = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert other.post("/orders/new/suggestions/", sent | counted).status_code == 404


def test_one_press_adds_the_line(client: Client) -> None:
    answer = client.post("/orders/new/add/", lines(("TEA", "2"), ("", ""), add="POT"))
    assert 'value="POT · Tea pot"' in answer.text
    assert 'name="lines-TOTAL_FORMS" value="2"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert "Cups" in words(answer)
    answer = client.post("/orders/new/add/", lines(("TEA", "2"), add="POT"))
    assert 'name="lines-TOTAL_FORMS" value="2"' in answer.text


def test_without_javascript_the_press_brings_the_form_with_the_line(client: Client) -> None:
    answer = client.post("/orders/new/", lines(("TEA", "2"), add="POT"))
    assert answer.status_code == 200
    shown = [row["product"].value() for row in answer.context["lines"]]
    assert shown == ["TEA", "POT · Tea pot"]
    assert "Goes with this order" in words(answer)
    assert not Order.objects.exists()


def test_an_order_that_is_edited_is_completed_too(client: Client) -> None:
    order = make.order(make.customer(), product="TEA", status="pending")
    assert "Tea pot" in words(client.get(f"/orders/{order.pk}/edit/"))


def test_what_is_not_on_sale_cannot_be_added(client: Client) -> None:
    Product.objects.filter(code="POT").update(is_active=False)
    for code in ("POT", "NONE"):
        answer = client.post("/orders/new/add/", lines(("TEA", "2"), add=code))
        assert answer.status_code == 404


def test_who_may_not_write_orders_is_not_answered() -> None:
    reader = signed_in(make.user(Role.READER))
    for page in ("suggestions", "add"):
        assert (
            reader.post(f"/orders/new/{page}/", lines(("TEA", "1"), add="POT")).status_code == 404
        )


def test_a_hidden_customer_tells_nothing() -> None:
    """Whether they declined something cannot be found out by asking."""
    hidden, pot = make.customer("Hidden"), Product.objects.get(code="POT")
    decline_suggestion(customer=hidden, product=pot, at=make.NOW, user=None)
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    written = lines(("TEA", "1"), customer=hidden.pk)
    assert "Tea pot" in words(seller.post("/orders/new/suggestions/", written))
