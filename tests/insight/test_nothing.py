"""What a page of figures says where there is nothing to draw."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.identity.models import User
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run

pytestmark = pytest.mark.django_db
URL = "/analysis/profitability/"


@pytest.fixture(autouse=True)
def old() -> None:
    """A dozen who bought two years ago."""
    at = timezone.now() - timedelta(days=730)
    make.orders(*(make.ordered(make.customer(f"Customer {n}"), "20", at=at) for n in range(12)))
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


@pytest.mark.parametrize(
    ("query", "period"),
    [("", "last 12 months"), ("?period=3m", "last 3 months"), ("?start=2999-01-01", "since Jan 1")],
)
def test_a_period_without_anything_is_named_and_no_filter(
    client: Client, query: str, period: str
) -> None:
    answer = client.get(URL + query)
    told = words(answer)
    assert f"Nothing in this period: {period}" in told
    assert "chosen above" not in told
    assert "See all the time" in told
    assert 'href="?period=all"' in answer.content.decode()
    assert "Nothing in this period" not in words(client.get(f"{URL}?period=all"))


def test_a_period_is_named_in_spanish(boss: User) -> None:
    told = words(signed_in(boss, "es").get(URL))
    assert "Nada en este periodo: últimos 12 meses. Ver todo el tiempo" in told


def test_somebody_who_was_chosen_leads_to_everybody(client: Client) -> None:
    told = words(client.get(f"{URL}?team=-7&period=3m"))
    assert "Nothing for what is chosen above. See everybody, all the time" in told


def test_a_model_of_a_few_customers_says_so(client: Client) -> None:
    fits = {"mbgnbd": {"r": 1.0, "customers": 30}, "gammagamma": {"p": 6.0, "customers": 1.0}}
    Run.objects.update(fits=fits)
    answer = client.get("/analysis/health/")
    [chart] = [one for one in answer.context["charts"] if one.name == "models"]
    assert {line.values[0] for line in chart.lines} == {"MBG/NBD"}
    assert "Gamma-Gamma not enough data yet: 1 customer" in words(answer)


def test_customers_who_form_no_groups_are_not_told_to_wait_for_purchases(client: Client) -> None:
    run = Run.objects.get()
    run.figures["segments"] = {"groups": 0, "reason": "no_structure"}
    run.save()
    told = words(client.get("/analysis/segments/"))
    assert "No groups: every division of these customers" in told
    assert "comes with more purchases" not in told
    assert "no group yet" not in told


def test_parameters_at_the_edge_say_that_they_mean_nothing(client: Client) -> None:
    assert "mean nothing" not in words(client.get("/analysis/health/"))
    run = Run.objects.get()
    run.fits["paretonbd"] = {"customers": 12, "s": 370_378.0, "limit": "edge"}
    run.save()
    assert "single parameters mean nothing" in words(client.get("/analysis/health/"))
