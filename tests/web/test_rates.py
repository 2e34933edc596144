from decimal import Decimal

import pytest
from django.test import Client

from tests import make, queue
from tests.pages import signed_in, words
from trato.catalog.models import ExchangeRate
from trato.customers.models import Summary
from trato.identity.queries import company

pytestmark = pytest.mark.django_db
RATE = {"currency": "USD", "date": "2026-01-01", "rate": "0.912345"}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def test_a_rate_counts_the_orders_of_its_days(client: Client) -> None:
    ana = make.customer()
    order = make.order(ana, "100", currency="USD")
    assert "One order in USD" in words(client.get("/settings/currencies/"))
    client.post("/settings/currencies/new/", RATE)
    queue.work()
    order.refresh_from_db()
    assert order.company_total == Decimal("91.2345")
    assert Summary.objects.get(customer=ana).amount == Decimal("91.2345")
    page = words(client.get("/settings/currencies/"))
    assert "0.912345 EUR" in page
    assert "not counted" not in page


def test_a_deleted_rate_counts_them_no_more(client: Client) -> None:
    client.post("/settings/currencies/new/", RATE)
    order = make.order(make.customer(), "100", currency="USD")
    client.post(f"/settings/currencies/{ExchangeRate.objects.get().pk}/delete/")
    queue.work()
    order.refresh_from_db()
    assert order.company_total is None


@pytest.mark.parametrize(
    "change", [{"currency": "EUR"}, {"currency": "XXX"}, {"rate": "0"}, {"rate": "-1"}]
)
def test_what_is_no_rate_is_refused(client: Client, change: dict[str, str]) -> None:
    assert client.post("/settings/currencies/new/", RATE | change).status_code == 422
    assert not ExchangeRate.objects.exists()


def test_a_rate_of_one_day_is_written_over(client: Client) -> None:
    for rate in ("0.9", "0.8"):
        client.post("/settings/currencies/new/", RATE | {"rate": rate})
    assert ExchangeRate.objects.get().rate == Decimal("0.8")


def test_another_company_currency_drops_the_rates_and_counts_again(client: Client) -> None:
    client.post("/settings/currencies/new/", RATE)
    euros = make.order(make.customer(), "100", currency="EUR")
    dollars = make.order(make.customer(), "100", currency="USD")
    client.post("/settings/currencies/company/", {"currency": "USD"})
    queue.work()
    euros.refresh_from_db()
    dollars.refresh_from_db()
    assert company().currency == "USD"
    assert (euros.company_total, dollars.company_total) == (None, Decimal("100"))
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize("query", ["before=2026-99-99", "before=x", "currency=%00", "currency=A"])
def test_nonsense_in_the_address_breaks_nothing(client: Client, query: str) -> None:
    client.post("/settings/currencies/new/", RATE)
    assert client.get(f"/settings/currencies/?{query}").status_code == 200


def test_who_changed_a_rate_is_told(client: Client) -> None:
    client.post("/settings/currencies/new/", RATE)
    client.post("/settings/currencies/new/", RATE | {"rate": "0.9"})
    assert "rate: 0.912345 → 0.9" in words(client.get("/settings/currencies/"))
    client.post(f"/settings/currencies/{ExchangeRate.objects.get().pk}/delete/")
    assert "1 USD = 0.90 (Thursday, January 1, 2026) → —" in words(
        client.get("/settings/currencies/")
    )


def test_who_wrote_a_rate_down_is_told() -> None:
    signed_in(make.user(name="Ana")).post("/settings/currencies/new/", RATE)
    page = words(signed_in(make.user()).get("/settings/currencies/"))
    assert "Ana Created: 1 USD = 0.912345 (Thursday, January 1, 2026)" in page
