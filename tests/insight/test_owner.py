"""What an owner reads who opens the analysis: no word and no number contradicts another."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.customers.models import Customer
from trato.identity.models import User
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.periods import months_before
from trato.sales.models import Order
from trato.ui.figures import Chart

pytestmark = pytest.mark.django_db
OLD = 4


@pytest.fixture(autouse=True)
def returned(boss: User) -> Customer:
    """Four who bought by telephone, for months, one of them known for years; one who came today;
    and one who has given back all there was."""
    for place in range(OLD):
        since = date(2019, 5, 1) if not place else None
        who = make.customer(f"Customer {place}", since=since)
        for times in range(3):
            at = timezone.now() - timedelta(days=2 + 45 * times)
            make.order(who, "20", at=at, product="Tea", channel="telephone")
    make.order(make.customer("New"), at=timezone.now(), product="Tea", channel="telephone")
    nobody = make.customer("Given back")
    at = timezone.now() - timedelta(days=2)
    made = make.order(nobody, "20", at=at, product="Tea", channel="telephone", status="returned")
    assert made.status == Order.Status.RETURNED
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())
    return nobody


def chart(client: Client, address: str, name: str) -> Chart:
    content = client.get(f"/analysis/{address}").context["content"]
    charts: list[Chart] = content.charts
    return next(one for one in charts if one.name == name)


def listed(client: Client, href: str) -> int:
    return len(client.get(href).context["list"].page.rows)


@pytest.mark.parametrize("by", ["product", "channel", "stage"])
def test_an_order_given_back_whole_was_not_sold(client: Client, by: str) -> None:
    lines = chart(client, f"profitability/?period=all&by={by}", "profit").lines
    assert sum(line.values[1] for line in lines) == 3 * OLD + 1
    assert sum(line.values[2] for line in lines) == 3 * OLD + 1
    assert sum(listed(client, line.href) for line in lines) == OLD + 1


def test_channels_are_called_by_their_names(boss: User) -> None:
    spanish = signed_in(boss, "es")
    [line] = chart(spanish, "profitability/?period=all&by=channel", "profit").lines
    assert line.values[0] == "Teléfono"
    assert "por el canal Teléfono" in words(spanish.get(line.href))


def test_only_a_month_that_is_running_has_not_ended(client: Client) -> None:
    today = timezone.localdate()
    ended = months_before(today, 1) - timedelta(days=1)
    past = urlencode({"start": months_before(today, 4), "end": ended})
    for name in ("profitability", "acquisition"):
        assert "has not ended" in words(client.get(f"/analysis/{name}/?period=all"))
        assert "has not ended" not in words(client.get(f"/analysis/{name}/?{past}"))


def test_what_is_not_understood_is_not_shown_as_a_filter(client: Client) -> None:
    plain = client.get("/analysis/value/").context["content"].tiles
    answer = client.get("/analysis/value/?segment=rich&team=9999999999999999999999")
    assert answer.context["content"].tiles == plain
    assert [one.value for one in answer.context["sentences"]] == ["all", "all"]


def test_days_the_wrong_way_round_are_told_at_once(client: Client) -> None:
    days: dict[str, Any] = {"start": "2026-05-01", "end": "2026-01-01"}
    asked = urlencode({"page": "/analysis/lifecycle/", "do": 1, **days})
    answer = client.get(f"/analysis/period/?{asked}")
    assert "The last day comes before the first." in words(answer)
    days["end"] = days["start"]
    asked = urlencode({"page": "/analysis/lifecycle/", "do": 1, **days})
    assert client.get(f"/analysis/period/?{asked}").status_code == 302


def test_months_begin_with_the_first_that_there_is_something_of(client: Client) -> None:
    lines = chart(client, "lifecycle/?period=all", "entries").lines
    assert any(lines[0].values[1:])
    assert len(lines) < 12


def test_months_without_anything_stand_between_the_others(client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=300)
    make.order(make.customer("Once"), at=long_ago, product="Tea", channel="telephone")
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())
    today = timezone.localdate()
    begun = timezone.localtime(long_ago).date()
    count = (today.year - begun.year) * 12 + today.month - begun.month + 1
    entries = chart(client, "lifecycle/?period=all", "entries")
    sold = chart(client, "profitability/?period=all", "months")
    won = chart(client, "acquisition/?period=all", "months")
    assert len(entries.lines) == len(sold.lines) == count
    assert [line.values[2] for line in sold.lines].count(0) > 0
    assert won.drawing is not None
    assert len(won.drawing.spec["x"]) == count  # type: ignore[union-attr]
    assert len(won.lines) < count
    assert listed(client, sold.lines[1].href) == 0


@pytest.mark.parametrize("full", [True, False])
def test_who_bought_long_before_they_were_written_down_was_known_then(
    boss: User, full: bool
) -> None:
    """A file of old orders makes customers today: they did not become known this year."""
    client = signed_in(boss)
    before = [line.values[1] for line in chart(client, "lifecycle/", "funnel").lines]
    assert before[0] == OLD - 1 + 2
    for _times in range(3):
        make.order(make.customer(), at=timezone.now() - timedelta(days=3000))
    run = begin_refresh(at=timezone.now(), as_of=None, full=full, user=None)
    refresh(run, at=timezone.now())
    assert [line.values[1] for line in chart(client, "lifecycle/", "funnel").lines] == before
