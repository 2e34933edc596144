"""What the database keeps aside for searching and filtering is true whatever is written."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests import make
from tests.pages import signed_in
from trato.customers.actions import (
    delete_customer,
    forget_words,
    save_custom_field,
    update_customer,
)
from trato.customers.models import Customer, NameWord, OwnValue, Word
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
BOUNDS = "trato.kit.listing.narrowing"


def names(client: Client, query: str) -> list[str]:
    return [row["name"] for row in client.get(f"/customers/?{query}").context["list"].rows]


@pytest.fixture
def boss() -> Client:
    return signed_in(make.user())


@pytest.fixture(params=["fetched", "held", "read one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, they are found in one of three ways."""
    if request.param != "fetched":
        monkeypatch.setattr("trato.customers.queries.searching.MOST_HITS", 0)
        monkeypatch.setattr(f"{BOUNDS}.MOST_FETCHED", 0)
    if request.param == "read one by one":
        monkeypatch.setattr(f"{BOUNDS}.MOST_HELD", 0)


SORTS = ["name", "-name", "-last_purchase", "amount", "status", "custom.points", "-created"]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("sort", SORTS)
def test_a_search_and_a_filter_find_the_same_in_every_way(boss: Client, sort: str) -> None:
    save_custom_field(None, label="Points", type_="number", options=[])
    for number in range(6):
        who = make.customer(f"García {number} Núñez", custom={"points": number})
        if number % 2:
            make.order(who, amount=str(number))
    make.customer("Garcilaso Vega", custom={"points": 2})
    garcias = [f"García {number} Núñez" for number in range(6)]
    assert set(names(boss, f"q=garci&sort={sort}")) == {*garcias, "Garcilaso Vega"}
    assert set(names(boss, f"q=nune+garc&sort={sort}")) == set(garcias)
    some = "custom.points.between=2&custom.points.between=3"
    assert set(names(boss, f"q=arc%C3%ADa&{some}&sort={sort}")) == set(garcias[2:4])
    assert len(names(boss, f"custom.points.more=1&sort={sort}")) == 5


@pytest.mark.usefixtures("way")
def test_pages_of_what_was_found_follow_each_other(boss: Client) -> None:
    for number in range(120):
        make.customer(f"García {number:03}")
        make.customer(f"Ruiz {number:03}")
    query, found = "q=garc&sort=name", []
    while query:
        page = boss.get(f"/customers/?{query}").context["list"].page
        found += [row["name"] for row in page.rows]
        query = page.older
    assert found == [f"García {number:03}" for number in range(120)]
    assert boss.get("/customers/?q=garc&do=count").content.decode() == "120 customers"


@pytest.mark.usefixtures("way")
def test_a_seller_finds_no_customers_of_others() -> None:
    ana = make.user(Role.SELLER, visibility="own")
    save_custom_field(None, label="Points", type_="number", options=[])
    make.customer("García", owner_id=ana.pk, custom={"points": 5})
    make.customer("Garcilaso", custom={"points": 6})
    assert names(signed_in(ana), "q=garc") == ["García"]
    assert names(signed_in(ana), "custom.points.more=1") == ["García"]
    assert names(signed_in(ana), "q=gacria") == ["García"]


@pytest.mark.parametrize(
    "query", ["%CC%81", "%C2%AD", "%25%25%25", "___", "%5C%5C%5C", "%27%27%27"]
)
def test_signs_without_letters_are_no_name(boss: Client, query: str) -> None:
    make.customer("Ana García")
    assert boss.get(f"/customers/?q={query}").status_code == 200


def test_who_is_renamed_is_found_by_the_new_name_only(boss: Client) -> None:
    ana = make.customer("Ana García López")
    update_customer(ana, changes={"name": "Ana Ruiz López"}, at=make.NOW, user=make.user())
    assert names(boss, "q=ruiz") == names(boss, "q=ana") == ["Ana Ruiz López"]
    assert names(boss, "q=garc%C3%ADa") == []


def test_numbers_and_dates_of_ones_own_are_found_as_they_were_last_written(boss: Client) -> None:
    save_custom_field(None, label="Points", type_="number", options=[])
    save_custom_field(None, label="Joined", type_="date", options=[])
    ana = make.customer("Ana", custom={"points": 7, "joined": "2024-02-29"})
    make.customer("Bea", custom={"points": "7.5", "joined": "2024-03-01"})
    assert names(boss, "custom.points.more=7") == ["Bea"]
    assert names(boss, "custom.points.is=7") == ["Ana"]
    assert names(boss, "custom.joined.on=2024-02-29") == ["Ana"]
    assert names(boss, "custom.joined.after=2024-02-29") == ["Bea"]
    now = {"points": 12, "joined": "2025-01-01"}
    update_customer(ana, changes={"custom": now}, at=make.NOW, user=make.user())
    assert names(boss, "custom.points.is=7") == []
    assert sorted(names(boss, "custom.points.more=7")) == ["Ana", "Bea"]
    assert names(boss, "custom.joined.before=2024-03-01") == []


@pytest.mark.parametrize("odd", [10**30, 1e-20, "1" * 40, "-0", "2024-99-99", [], None])
def test_no_value_of_ones_own_is_refused(odd: Any) -> None:
    ana = make.customer("Ana", custom={"points": odd})
    update_customer(ana, changes={"custom": {"points": 1}}, at=make.NOW, user=make.user())
    assert [own.value for own in OwnValue.objects.all()] == [1]


def test_nothing_stays_of_who_is_deleted() -> None:
    ana = make.customer("Ana García", custom={"points": 7})
    delete_customer(ana, at=make.NOW, user=None)
    assert not NameWord.objects.exists()
    assert not OwnValue.objects.exists()
    assert forget_words() == 2
    assert not Word.objects.exists()


def test_words_that_somebody_still_has_are_not_forgotten(boss: Client) -> None:
    make.customer("Ana García")
    delete_customer(make.customer("Bea García"), at=make.NOW, user=None)
    assert forget_words() == 1
    assert names(boss, "q=garc") == ["Ana García"]


def apart(do: Callable[[], Any]) -> Any:
    """What it comes to on a connection of its own, while our transaction is open."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(do())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert found
    return found[0]


def customer_of(name: str) -> Customer:
    return Customer.objects.create(name=name, created_at=make.NOW, updated_at=make.NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_one_new_word_do_not_wait_for_each_other() -> None:
    with transaction.atomic():
        customer_of("Ana Echeverría")
        apart(lambda: customer_of("Bea Echeverría"))
    boss = signed_in(make.user())
    assert sorted(names(boss, "q=chever&sort=name")) == ["Ana Echeverría", "Bea Echeverría"]
    assert forget_words() == 1
    assert sorted(names(boss, "q=echverria&sort=name")) == ["Ana Echeverría", "Bea Echeverría"]


@pytest.mark.django_db(transaction=True)
def test_no_word_is_forgotten_that_somebody_is_writing() -> None:
    customer_of("Ana Echeverría").delete()
    with transaction.atomic():
        customer_of("Bea Echeverría")
        assert apart(forget_words) == 0
    assert names(signed_in(make.user()), "q=chever&sort=name") == ["Bea Echeverría"]
