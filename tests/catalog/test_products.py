from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from tests import make
from tests.pages import signed_in, words
from trato.catalog.actions import create_product, save_category, save_products, update_product
from trato.catalog.drafts import ProductDraft
from trato.catalog.drawing import steps
from trato.catalog.models import Product
from trato.catalog.queries import find_products
from trato.catalog.words import price
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db

FORM = {"code": "T1", "name": "Sencha", "price": "9.50", "cost": "3", "currency": "EUR"}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def product(code: str = "P1", **more: Any) -> Product:
    draft = ProductDraft(code=code, **({"name": f"Product {code}"} | more))
    return create_product(draft, currency="EUR", at=make.NOW, user=None)


def test_each_change_of_a_price_is_a_row() -> None:
    tea = product(price=Decimal(5), cost=Decimal(2))
    at = make.NOW
    told: list[dict[str, Any]] = [
        {"price": Decimal(6)},
        {"name": "Tea"},
        {"cost": Decimal(3)},
        {"cost": Decimal(3)},
    ]
    for number, changes in enumerate(told, 1):
        update_product(tea, changes=changes, at=at + timedelta(days=number), user=None)
    rows = list(tea.prices.values_list("price", "cost"))
    assert rows == [(6, 3), (6, 2), (5, 2)]


def test_a_file_adds_a_price_only_when_it_is_another() -> None:
    for amount in (5, 5, 6):
        draft = ProductDraft(code="P1", price=Decimal(amount))
        save_products([draft], currency="EUR", at=make.NOW, user=None)
    assert list(Product.objects.get().prices.values_list("price", flat=True)) == [6, 5]


def test_a_code_belongs_to_one_product() -> None:
    product("P1")
    with pytest.raises(ValidationError):
        product("P1")


def test_a_product_is_written_down_and_shown(client: Client) -> None:
    answer = client.post(
        "/products/new/", FORM | {"is_active": "on", "quality_tier": "4"}, follow=True
    )
    made = Product.objects.get(code="T1")
    assert answer.redirect_chain[-1][0] == f"/products/{made.pk}/"
    shown = words(answer)
    assert "€9.50" in shown
    assert "68.4%" in shown  # what is left of the price
    assert "4 of 5, very good" in shown


def test_a_wrong_form_says_what_is_wrong(client: Client) -> None:
    product("T1")
    answer = client.post("/products/new/", FORM)
    assert answer.status_code == 422
    assert "Another product has this code." in words(answer)
    negative = client.post("/products/new/", FORM | {"code": "T2", "price": "-1"})
    assert negative.status_code == 422


def test_editing_keeps_what_was_not_touched(client: Client) -> None:
    tea = product(price=Decimal("9.1234"), cost=Decimal(3), brand="Leaf")
    page = client.get(f"/products/{tea.pk}/edit/")
    form = {
        name: value for name, value in page.context["form"].initial.items() if value is not None
    }
    client.post(f"/products/{tea.pk}/edit/", form | {"name": "Green tea"})
    tea.refresh_from_db()
    assert (tea.name, tea.price, tea.brand) == ("Green tea", Decimal("9.1234"), "Leaf")
    assert tea.prices.count() == 1


def test_a_price_is_told_as_exactly_as_it_is() -> None:
    with translation.override("en"):
        assert price(Decimal("9.9000"), "EUR") == "€9.90"
        assert price(Decimal("0.0345"), "EUR") == "0.0345 EUR"
        assert price(Decimal("0.2150"), "EUR") == "0.215 EUR"
        assert price(None, "EUR") == ""


def test_the_price_goes_in_steps() -> None:
    at = make.NOW
    points = [(at, Decimal(1)), (at + timedelta(days=5), Decimal(2))]
    assert steps(points, at + timedelta(days=10)) == "M0.0 92.0H500.0V8.0H1000"
    assert steps(points[:1], at) == ""


def test_a_product_leaves_the_shelf_and_comes_back(client: Client) -> None:
    tea = product()
    client.post(f"/products/{tea.pk}/on-sale/", {"on_sale": "no"})
    assert not Product.objects.get().is_active
    client.post(f"/products/{tea.pk}/on-sale/", {"on_sale": "yes"})
    assert Product.objects.get().is_active


def test_many_are_taken_off_and_put_back_by_undoing(client: Client) -> None:
    first, second = product("A"), product("B")
    product("C")
    data = {"selected": [first.pk, second.pk], "do": "no", "query": ""}
    answer = client.post("/products/on-sale/", data, follow=True)
    assert set(Product.objects.filter(is_active=False)) == {first, second}
    [message] = answer.context["messages"]
    client.post(message.extra_tags.removeprefix("undo:"))
    assert not Product.objects.filter(is_active=False)


def test_everything_means_what_the_filters_leave(client: Client) -> None:
    product("A", brand="Leaf")
    product("B", brand="Bean")
    data = {"everything": "1", "do": "no", "query": "brand.in=Leaf"}
    client.post("/products/on-sale/", data)
    assert [row.code for row in Product.objects.filter(is_active=False)] == ["A"]


def test_the_list_finds_by_code_by_name_and_by_branch(client: Client) -> None:
    product("GRA-1", name="Colombia Húila", category="Coffee > Beans")
    product("TEA-1", name="Sencha", category="Tea")
    coffee = Product.objects.get(code="GRA-1").category
    assert coffee is not None
    assert "Sencha" not in words(client.get("/products/?q=huila"))
    assert "Colombia" not in words(client.get("/products/?q=tea-"))
    shown = words(client.get(f"/products/?category.in={coffee.parent_id}"))
    assert "Colombia" in shown
    assert "Sencha" not in shown


def test_only_what_is_on_sale_is_offered_for_an_order() -> None:
    user = make.user()
    product("GRA-1", name="Colombia")
    gone = product("GRA-2", name="Bolivia")
    update_product(gone, changes={"is_active": False}, at=make.NOW, user=None)
    assert [row.code for row in find_products("gra", user=user)] == ["GRA-1"]
    assert [row.code for row in find_products("colo", user=user)] == ["GRA-1"]
    assert not find_products(" ", user=user)


def test_the_page_tells_who_changed_what(client: Client) -> None:
    tea = product(brand="Leaf")
    form = FORM | {"name": "Sencha", "brand": "Bean", "is_active": "on"}
    client.post(f"/products/{tea.pk}/edit/", form)
    shown = words(client.get(f"/products/{tea.pk}/"))
    assert "Brand: Leaf → Bean" in shown


def test_strangers_find_nothing() -> None:
    tea = product()
    save_category(None, name="Tea")
    reader, nobody = signed_in(make.user(Role.READER)), Client()
    assert reader.get(f"/products/{tea.pk}/").status_code == 200
    assert reader.get("/products/999/").status_code == 404
    for address in (f"/products/{tea.pk}/edit/", "/products/new/"):
        assert reader.get(address).status_code == 404
    for address in (f"/products/{tea.pk}/on-sale/", "/products/on-sale/"):
        assert reader.post(address).status_code == 404
    assert nobody.get(f"/products/{tea.pk}/").status_code == 302


def test_a_product_nobody_bought_is_deleted(client: Client) -> None:
    path = f"/products/{product('NEW').pk}/delete/"
    assert "for good" in words(client.get(path))
    client.post(path)
    assert not Product.objects.exists()


def test_a_sold_product_is_taken_off_sale_instead(client: Client) -> None:
    make.order(make.customer(), product="P1")
    path = f"/products/{Product.objects.get().pk}/delete/"
    assert "was sold, so it stays" in words(client.post(path, follow=True))
    assert not Product.objects.get().is_active
