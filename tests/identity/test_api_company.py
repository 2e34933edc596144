"""The company's settings through the API."""

from decimal import Decimal
from typing import Any

import pytest

from tests import make, queue
from tests.api.program import Program
from trato.catalog.models import ExchangeRate
from trato.identity.queries import company
from trato.identity.rules import Role

RATE = {"rate": "0.8"}


@pytest.fixture
def program(db: None) -> Program:
    return Program()


def test_everybody_reads_the_company(program: Program) -> None:
    told = Program(make.user(Role.READER)).get("/company").json()
    assert told == {
        "name": "Trato",
        "currency": "EUR",
        "language": "es",
        "time_zone": "Europe/Madrid",
        "country": "ES",
    }


def test_only_what_is_sent_of_the_company_changes(program: Program) -> None:
    told = program.patch("/company", {"name": "Café de Altura", "country": "Portugal"}).json()
    assert (told["name"], told["country"], told["language"]) == ("Café de Altura", "PT", "es")
    assert program.get("/company").json() == told


@pytest.mark.parametrize(
    "change",
    [
        {"country": "Nowhere"},
        {"country": "CQ"},
        {"language": "fr"},
        {"time_zone": "Mars/Base"},
        {"time_zone": "Etc/GMT+3"},
        {"currency": "XXX"},
        {"currency": "eur"},
        {"name": " "},
        {"name": None},
        {"is_demo": True},
    ],
)
def test_what_no_page_offers_is_refused(program: Program, change: dict[str, Any]) -> None:
    answer = program.patch("/company", change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"#/{next(iter(change))}"
    assert company().name == "Trato"


def test_another_currency_counts_orders_anew_and_drops_the_rates(program: Program) -> None:
    order = make.order(make.customer(), "100")
    program.put("/exchange-rates/USD/2026-01-01", RATE)
    assert program.patch("/company", {"currency": "USD"}).json()["currency"] == "USD"
    queue.work()
    order.refresh_from_db()
    assert order.company_total is None
    assert not ExchangeRate.objects.exists()
    program.put("/exchange-rates/EUR/2026-01-01", {"rate": "1.25"})
    queue.work()
    order.refresh_from_db()
    assert order.company_total == Decimal(125)


def test_the_same_currency_keeps_the_rates(program: Program) -> None:
    program.put("/exchange-rates/USD/2026-01-01", RATE)
    assert program.patch("/company", {"currency": "EUR", "name": "X"}).status_code == 200
    assert ExchangeRate.objects.count() == 1


def test_a_wrong_value_changes_nothing_of_the_rest(program: Program) -> None:
    program.patch("/company", {"name": "X", "currency": "XXX"})
    program.patch("/company", {"name": "X", "time_zone": "Mars/Base"})
    assert company().name == "Trato"


def test_only_who_manages_the_company_changes_it(program: Program) -> None:
    manager = Program(make.user(Role.MANAGER))
    for answer in (manager.patch("/company", {"name": "X"}), manager.get("/company/changes")):
        assert (answer.status_code, answer.json()["permission"]) == (403, "company.manage")
