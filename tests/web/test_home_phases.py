"""The journey on the first page: where customers are, who came and who left."""

from datetime import datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import make
from tests.pages import signed_in, words
from trato.customers.models import Customer, CustomerScore
from trato.identity.models import User
from trato.identity.queries import company as company_row
from trato.identity.rules import Role, Visibility
from trato.insight.actions import ask_refresh, begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
from trato.sales.actions import refresh_purchases
from trato.sales.models import Order
from trato.web.queries import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_lake(settings: Settings, tmp_path: Path) -> None:
    settings.LAKE = str(tmp_path / "lake")
    caches["shared"].clear()


@pytest.fixture
def boss() -> User:
    return make.user(name="Elena")


@pytest.fixture
def client(boss: User) -> Client:
    return signed_in(boss)


@pytest.fixture
def company(boss: User) -> None:
    """Two bought for the first time last week, one left a year ago, one buys again and again."""
    for days in ((5,), (6,), (700, 690, 680, 670), range(20, 400, 30), (40,)):
        who = make.customer(since=timezone.now() - timedelta(days=max(days)), owner_id=boss.pk)
        for ago in days:
            make.order(who, "20", at=timezone.now() - timedelta(days=ago))
    work_out()


def work_out() -> None:
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


def tiles(client: Client) -> list[Any]:
    found: list[Any] = client.get("/").context["journey"]
    return found


@pytest.mark.usefixtures("company")
def test_a_phase_tells_who_came_and_who_left(client: Client) -> None:
    told = tiles(client)
    assert sum(tile.change.came for tile in told) >= 2
    for tile in told:
        page = client.get(tile.change.came_url).context["list"].page
        assert (len(page.rows), page.notices) == (tile.change.came, ())
        page = client.get(tile.change.left_url).context["list"].page
        assert (len(page.rows), page.notices) == (tile.change.left, ())
        assert tile.change.net == tile.change.came - tile.change.left


def test_a_number_of_nobody_leads_nowhere(client: Client, boss: User) -> None:
    who = make.customer(since=timezone.now() - timedelta(days=5), owner_id=boss.pk)
    make.order(who, "20", at=timezone.now() - timedelta(days=5))
    work_out()
    home = client.get("/")
    told = home.context["journey"]
    assert [tile.label for tile in told if tile.href] == ["Sell more"]
    page = unescape(home.content.decode())
    assert sum(f'href="{tile.change.came_url}"' in page for tile in told) == 1
    assert not any(f'href="{tile.change.left_url}"' in page for tile in told)


@pytest.mark.usefixtures("company")
def test_beside_values_it_says_how_the_last_forecast_came_true(client: Client) -> None:
    assert "it had not seen" not in words(client.get("/"))
    run = Run.objects.get(state=Run.State.DONE)
    tested = {"factor": 1.2, "days": 182, "money": {"factor": 0.97, "basis": "margin"}}
    Run.objects.update(figures=run.figures | {"backtest": tested})
    CustomerScore.objects.update(next_due=timezone.localdate(), habit_broken=False)
    home = client.get("/")
    assert home.context["due"]
    assert "for every €100 of margin expected there came €97." in words(home)
    Run.objects.update(figures=run.figures | {"backtest": {"factor": 0.97, "days": 182}})
    assert "it had not seen" not in words(client.get("/"))


@pytest.fixture
def missed(company: None) -> Customer:
    """Somebody who did not come as usual, and whom the last refresh of all calls first."""
    who = CustomerScore.objects.filter(age__gt=F("recency")).latest("pk")
    CustomerScore.objects.filter(pk=who.pk).update(habit_broken=True, lifetime_value=900)
    return who.customer


def called(client: Client, name: str = "broken") -> list[int]:
    return [score.customer_id for score in client.get("/").context[name]]


def buy(who: Customer) -> None:
    """Today, with what follows it at once."""
    make.order(who, "20", at=timezone.now())
    refresh_purchases([who.pk], as_of=timezone.now())


def listed(client: Client, url: str) -> list[int]:
    """Whom “see all” leads to."""
    page = client.get(url).context["list"].page
    assert page.notices == ()
    return [row["pk"] for row in page.rows]


def midnight(who: Customer) -> datetime:
    """When the day of their score began, where the company is."""
    day = CustomerScore.objects.get(customer=who).as_of
    return datetime.combine(day, time.min, company_row().zone)


def test_who_has_bought_since_is_no_longer_missed(client: Client, missed: Customer) -> None:
    page = client.get("/")
    assert called(client) == [missed.pk]
    assert listed(client, page.context["broken_url"]) == [missed.pk]
    buy(missed)
    assert called(client) == []
    assert listed(client, page.context["broken_url"]) == []
    assert "They did not come as usual" not in words(client.get("/"))


def test_the_next_one_takes_the_place_of_who_has_bought(client: Client, missed: Customer) -> None:
    people = [missed, *(make.customer() for _one in range(today.SHOWN))]
    day = timezone.localdate()
    for place, who in enumerate(people):
        CustomerScore.objects.update_or_create(
            customer=who,
            defaults={"habit_broken": True, "lifetime_value": 900 - place, "as_of": day}
            | {"stage": 6, "stage_since": day, "stage_cause": "loyal", "age": 90, "recency": 60}
            | {"rhythm_days": 10},
        )
    assert called(client) == [who.pk for who in people[:-1]]
    make.order(people[1], "20", at=timezone.now())
    assert called(client) == [who.pk for who in people if who != people[1]]


@pytest.mark.parametrize("kind", ["before", "cancelled", "nothing", "of another"])
def test_other_orders_leave_who_is_missed(client: Client, missed: Customer, kind: str) -> None:
    at = midnight(missed) - timedelta(minutes=1) if kind == "before" else timezone.now()
    whose = make.customer() if kind == "of another" else missed
    order = make.order(whose, "0" if kind == "nothing" else "20", at=at)
    if kind == "cancelled":
        Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)
    assert called(client) == [missed.pk]


def test_a_purchase_is_of_the_day_where_the_company_is(client: Client, missed: Customer) -> None:
    """There a day begins earlier than in London."""
    assert midnight(missed).utcoffset()
    make.order(missed, "20", at=midnight(missed))
    assert called(client) == []


def test_who_has_bought_since_is_not_due_either(client: Client, missed: Customer) -> None:
    due = {"habit_broken": False, "next_due": timezone.localdate()}
    CustomerScore.objects.filter(pk=missed.pk).update(**due)
    everybody = client.get("/").context["due_url"]
    assert called(client, "due") == listed(client, everybody)
    assert missed.pk in called(client, "due")
    buy(missed)
    assert missed.pk not in called(client, "due")
    assert called(client, "due") == listed(client, everybody)


def test_who_is_due_again_after_what_the_refresh_knows_stays(
    client: Client, boss: User, company: None
) -> None:
    """They bought on its day, before it."""
    who = make.customer(owner_id=boss.pk)
    make.order(who, "20", at=timezone.now())
    work_out()
    refresh_purchases([who.pk], as_of=timezone.now())
    CustomerScore.objects.filter(pk=who.pk).update(next_due=timezone.localdate())
    assert who.pk in called(client, "due")
    assert who.pk in listed(client, client.get("/").context["due_url"])


@pytest.mark.usefixtures("company")
def test_the_change_is_said_in_both_languages(boss: User) -> None:
    for language, said in (("en", "in 30 days 2 came"), ("es", "en 30 días 2 llegaron")):
        assert said in words(signed_in(boss, language).get("/"))
    spanish = signed_in(boss, "es")
    listed = spanish.get(tiles(spanish)[1].change.came_url)
    assert "llegaron a «Vender más» desde" in words(listed)


@pytest.mark.usefixtures("company")
def test_changes_are_of_the_customers_one_may_see() -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    mine = make.customer("Mine", owner_id=seller.pk)
    make.order(mine, "20", at=timezone.now() - timedelta(days=3))
    work_out()
    told = tiles(signed_in(seller))
    assert sum(int(tile.count) for tile in told) == 1
    assert sum(tile.change.came for tile in told) == 1


@pytest.mark.usefixtures("company")
def test_counts_that_took_long_are_kept_until_the_next_refresh(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "SECONDS_WORTH_KEEPING", -1.0)
    before = [tile.count for tile in tiles(client)]
    make.order(make.customer(), "20", at=timezone.now() - timedelta(days=3))
    work_out()
    assert [tile.count for tile in tiles(client)] != before


@pytest.mark.usefixtures("company")
def test_kept_counts_are_of_who_may_see_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "SECONDS_WORTH_KEEPING", -1.0)
    assert tiles(client)
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert "journey" not in seller.get("/").context


def test_before_the_first_refresh_the_first_page_offers_it(boss: User) -> None:
    make.customer()
    for language, said in (("en", "Work it out now"), ("es", "Calcular ahora")):
        page = signed_in(boss, language).get("/")
        assert said in words(page)
        assert 'action="/analysis/refresh/"' in page.content.decode()


def test_who_may_not_ask_for_it_is_told_when_it_comes() -> None:
    make.customer()
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    page = words(seller.get("/"))
    assert "Nothing has been worked out yet" in page
    assert "Work it out now" not in page


def test_while_it_is_worked_out_the_first_page_says_so(client: Client, boss: User) -> None:
    make.customer()
    ask_refresh(at=timezone.now(), user=boss)
    assert "The analysis is being worked out" in words(client.get("/"))
