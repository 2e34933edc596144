"""The journey on the first page: where customers are, who came and who left."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import make
from tests.pages import signed_in, words
from trato.customers.models import CustomerScore
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.actions import ask_refresh, begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
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
