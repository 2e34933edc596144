"""What is laid out for the pages says the same as the marts that it was made of."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from tests import make
from trato.catalog.models import Product
from trato.customers.models import MicroSegment
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight import marts, periods
from trato.insight.actions import begin_refresh
from trato.insight.actions.laying import lay_out_marts
from trato.insight.actions.refreshing import refresh
from trato.insight.figures.catalogue import PAGES
from trato.insight.figures.opening import answer
from trato.insight.marts import Marts
from trato.insight.refresh import laying

pytestmark = pytest.mark.django_db
COLUMNS = {
    "scores": "customer, segment, amount, lifetime_value, stage",
    "transitions": "customer, segment, owner, day, until, to_stage, furthest, is_first",
    "months": "customer, team, owner, month, orders, amount, margin, known, known_net",
    "sales": "*",
    "moves": "*",
    "turnover": "*",
    "won": "*",
    "margins": "*",
}


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    caches["shared"].clear()


@pytest.fixture
def seller() -> User:
    return make.user(Role.SELLER, visibility=Visibility.OWN)


@pytest.fixture
def boss(seller: User) -> User:
    """Of a company in which some have bought for more than two years, and some cost nothing."""
    shop = make.user()
    make.order(make.customer("First"), "20", at=make.NOW - timedelta(days=1_000))
    Product.objects.filter(code="P1").update(cost=4)
    bought = []
    for place in range(40):
        who = make.customer(f"C{place}", owner_id=seller.pk if place % 3 == 0 else None)
        for number in range(1 + place % 30):
            at = make.NOW - timedelta(days=3 + place + 31 * number)
            product = "P1" if (place + number) % 4 else "P2"
            amount = str(10 + place % 7 + number)
            bought.append(make.ordered(who, amount, at=at, product=product))
    make.orders(*bought)
    _refresh()
    return shop


def _refresh(days: int = 0) -> None:
    at = make.NOW + timedelta(days=days)
    refresh(begin_refresh(at=at, as_of=None, full=False, user=None), at=at)


def _current() -> Marts:
    found = marts.current()
    assert found is not None
    return found


def _files() -> set[str]:
    return {file.name for file in Path(marts.place().root).glob("*.duckdb")}


def _asked() -> list[dict[str, str]]:
    segments = [str(pk) for pk in MicroSegment.objects.values_list("pk", flat=True)]
    whole = [{"period": period} for period in periods.words()]
    days = {"start": "2025-10-12", "end": "2026-02-03"}
    some = [{"segment": pk} | more for pk in segments[:2] for more in ({}, days)]
    return [*whole, days, *some, {"team": "-1"}, {"segment": "9999"}]


def _pages(user: User) -> dict[str, Any]:
    caches["shared"].clear()
    found = {}
    for page in PAGES:
        for asked in _asked():
            told = answer(page, user=user, asked=asked)
            assert told is not None
            # Sums of the same numbers in another order differ in the sixteenth digit.
            found[f"{page.name} {asked}"] = re.sub(r"\d+\.\d{6,}", _rounded, repr(told.content))
    return found


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.9g}"


@pytest.mark.parametrize("sees", ["all", "own"])
def test_pages_say_the_same_before_and_after(boss: User, seller: User, sees: str) -> None:
    user = boss if sees == "all" else seller
    before = _pages(user)
    lay_out_marts()
    assert marts.LAID_OUT in _current().files
    after = _pages(user)
    assert [name for name, told in after.items() if told != before[name]] == []


@pytest.mark.usefixtures("boss")
def test_every_row_is_laid_out_once() -> None:
    with marts.open_views(_current()) as connection:
        before = {noun: _rows(connection, noun) for noun in COLUMNS}
    lay_out_marts()
    with marts.open_views(_current()) as connection:
        assert {noun: _rows(connection, noun) for noun in COLUMNS} == before
        asked = "SELECT count(DISTINCT start) FROM earned"
        assert connection.execute(asked).fetchone() == (len(periods.words()) - 1,)


def _rows(connection: Any, noun: str) -> list[tuple[Any, ...]]:
    asked = f"SELECT {COLUMNS[noun]} FROM {noun} ORDER BY ALL"  # noqa: S608 our names
    return [tuple(map(repr, row)) for row in connection.execute(asked).fetchall()]


@pytest.mark.usefixtures("boss")
def test_it_is_done_once_and_goes_when_two_refreshes_have_followed() -> None:
    lay_out_marts()
    [name] = _files()
    lay_out_marts()
    assert _files() == {name}
    _refresh(days=1)
    assert marts.LAID_OUT not in _current().files
    assert _files() == {name}
    _refresh(days=2)
    assert _files() == set()


@pytest.mark.usefixtures("boss")
def test_what_another_refresh_has_overtaken_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    really = laying.lay_out

    def slow(kept: Marts, prices: dict[str, float]) -> str:
        name = really(kept, prices)
        _refresh(days=1)
        return name

    monkeypatch.setattr(laying, "lay_out", slow)
    lay_out_marts()
    assert marts.LAID_OUT not in _current().files


def test_before_the_first_refresh_there_is_nothing_to_lay_out() -> None:
    lay_out_marts()
    assert marts.current() is None
