from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.catalog.actions import set_exchange_rate
from trato.catalog.models import Product
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.sales.queries.months import months_until
from trato.sales.queries.products import monthly_sales, product_figures, top_customers

pytestmark = pytest.mark.django_db
NOW, DAY = make.NOW, timedelta(days=1)


@pytest.fixture
def user() -> User:
    return make.user()


def test_months_run_over_the_new_year() -> None:
    assert months_until(date(2026, 2, 28), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_sales_are_added_up_by_month_and_returns_subtract(user: User) -> None:
    ana = make.customer("Ana")
    make.order(ana, "10", quantity=3)
    make.order(ana, "10", quantity=-1)
    make.order(ana, "10", at=NOW - 31 * DAY)
    make.order(ana, "10", status="cancelled")
    make.order(ana, "10", at=NOW + DAY)
    months = monthly_sales(Product.objects.get(), user=user, as_of=NOW)
    assert len(months) == 24
    assert [(month.amount, month.units) for month in months[-2:]] == [(10, 1), (20, 2)]
    assert not any(month.amount for month in months[:-2])


def test_foreign_sales_count_at_the_rate_of_their_day(user: User) -> None:
    set_exchange_rate(currency="USD", day=NOW.date(), rate=Decimal("0.5"))
    make.order(None, "10", currency="USD")
    make.order(None, "10", currency="MXN")  # no rate is known: adds nothing
    figures = product_figures(Product.objects.get(), user=user, until=NOW)
    assert (figures.amount, figures.units) == (5, 2)


def test_the_figures_of_a_year_tell_returns_apart(user: User) -> None:
    ana, leo = make.customer("Ana"), make.customer("Leo")
    make.order(ana, "10", quantity=4)
    make.order(ana, "10", quantity=-1)
    make.order(leo, "10")
    make.order(leo, "10", at=NOW - 400 * DAY)
    year = product_figures(Product.objects.get(), user=user, until=NOW)
    assert (year.amount, year.units, year.returned) == (40, 4, 1)
    assert (year.orders, year.customers, year.return_rate) == (2, 2, Decimal(1) / 5)


def test_the_best_customers_come_first(user: User) -> None:
    ana, leo = make.customer("Ana"), make.customer("Leo")
    make.order(ana, "10")
    make.order(leo, "30", at=NOW - DAY)
    make.order(None, "99")
    best = top_customers(Product.objects.get(), user=user, as_of=NOW)
    assert [(one.name, one.amount) for one in best] == [("Leo", 30), ("Ana", 10)]


def test_who_sees_a_part_gets_the_sums_of_that_part() -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    make.order(make.customer("Own", owner_id=seller.pk), "10")
    make.order(make.customer("Other"), "70")
    product = Product.objects.get()
    assert product_figures(product, user=seller, until=NOW).amount == 10
    page = signed_in(seller).get(f"/products/{product.pk}/sales/")
    assert "Only of the customers that you may see." in words(page)
    assert "Other" not in words(page)


def test_the_part_of_the_page_has_no_frame(user: User) -> None:
    make.order(None, "10")
    address = f"/products/{Product.objects.get().pk}/sales/"
    client = signed_in(user)
    assert "<html" not in client.get(address, headers=HTMX).text
    assert "<html" in client.get(address).text
