"""The stages and the campaigns that the demo company was made with, after a refresh."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.demo.conftest import TODAY
from tests.pages import signed_in, words
from trato.analytics.acquisition import CAMPAIGN, Indicators
from trato.customers.models import CustomerScore, Stage
from trato.demo import phrases
from trato.demo.actions import seed
from trato.demo.truth import Buyer
from trato.identity.models import User
from trato.identity.rules import Role
from trato.insight import marts, periods
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.queries.acquisition import acquisition
from trato.insight.queries.costs import known_costs
from trato.insight.queries.filters import Filter

pytestmark = pytest.mark.django_db(transaction=True)
BUYING = {Stage.PURCHASE, Stage.RECONSIDERATION, Stage.REPURCHASE}
BEFORE_BUYING = {Stage.AWARENESS, Stage.CONSIDERATION, Stage.SHORTLIST}
_FIRST_BOUGHT = """
    SELECT customer, from_stage FROM transitions WHERE cause = 'first_purchase'
"""
PAGE = "/analysis/acquisition/?by=campaign"


@dataclass(frozen=True)
class Somebody:
    """``buyer`` is what is true of them, None of who never bought; ``silent`` for how many days,
    ``acquired_by`` and the stage they first bought from are what the refresh says."""

    buyer: Buyer | None
    stage: int
    purchases: int
    silent: int
    acquired_by: str
    bought_from: int | None

    @property
    def rhythms(self) -> float:
        """How many times their usual gap they have been silent."""
        return self.silent / self.buyer.rhythm if self.buyer else 0.0


@dataclass(frozen=True)
class Company:
    """``won`` is told by campaign, of the period that the page of new customers begins with."""

    people: list[Somebody]
    won: dict[str, Indicators]
    page: str

    def buyers(self, *, stays: bool) -> list[Somebody]:
        bought = [who for who in self.people if who.buyer and who.purchases]
        return [who for who in bought if who.buyer and (who.buyer.left_on is None) == stays]


@pytest.fixture(scope="module")
def company(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    """Made once, as it takes seconds; the first test clears the database when it is over."""
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        django_db_blocker.unblock(),
        override_settings(LAKE=str(_folder(tmp_path_factory)), STORAGES={"staticfiles": files}),
    ):
        yield _made()


def _folder(places: pytest.TempPathFactory) -> Path:
    return places.mktemp("demo") / "lake"


def _made() -> Company:
    truth = {buyer.number: buyer for buyer in seed(at=TODAY, customers=500, seed=3)}
    refresh(begin_refresh(at=TODAY, as_of=None, full=True, user=None), at=TODAY)
    boss = User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk")
    with marts.connect(boss) as found:
        won_by = dict(found.execute("SELECT customer, acquired_by FROM scores").fetchall())
        left = dict(found.execute(_FIRST_BOUGHT).fetchall())
        won = _won(found, boss)
    scores = CustomerScore.objects.filter(customer__external_ids__system="erp").values_list(
        "customer__external_ids__value", "stage", "purchases", "age", "recency", "customer_id"
    )
    people = [
        Somebody(
            truth.get(number),
            stage,
            times,
            (age or 0) - (recency or 0),
            won_by[who],
            left.get(who),
        )
        for number, stage, times, age, recency, who in scores
    ]
    return Company(people, won, words(signed_in(boss).get(PAGE)))


def _won(found: duckdb.DuckDBPyConnection, user: User) -> dict[str, Indicators]:
    start, end = periods.ends(periods.USUAL, TODAY.date())
    costs, _unrated = known_costs(user, currency="EUR")
    told = acquisition(found, Filter(start=start, end=end), by=(CAMPAIGN,), costs=costs)
    # What was spent in vain without a campaign is a row of its own, of nobody.
    rows = [row.indicators for row in told.rows]
    return {one.campaign or "": one for one in rows if one.campaign or one.customers}


def share(of: list[Somebody], stages: set[Stage]) -> float:
    assert len(of) >= 25
    return sum(who.stage in stages for who in of) / len(of)


def test_who_never_bought_is_in_a_stage_before_buying(company: Company) -> None:
    assert share([who for who in company.people if not who.purchases], BEFORE_BUYING) == 1


def test_who_still_buys_has_not_been_given_up(company: Company) -> None:
    """Of all who have not left but 10 %; of those who are not late, but 3 %."""
    stays = company.buyers(stays=True)
    assert share(stays, BUYING) >= 0.9
    assert share([who for who in stays if who.rhythms < 1], BUYING) >= 0.97


def test_who_bought_not_long_ago_is_not_thinking_of_it_again(company: Company) -> None:
    """Half of their usual gap ago, after seven purchases or more; but 5 %."""
    often = [who for who in company.buyers(stays=True) if who.purchases >= 7 and who.rhythms < 0.5]
    assert share(often, {Stage.PURCHASE, Stage.REPURCHASE}) >= 0.95


def test_who_has_left_and_is_missed_is_in_abandonment(company: Company) -> None:
    """After three usual gaps without a purchase; but 10 %."""
    missed = [who for who in company.buyers(stays=False) if who.rhythms >= 3]
    assert share(missed, {Stage.ABANDONMENT}) >= 0.9


def test_the_campaign_that_won_a_customer_is_found(company: Company) -> None:
    """For 97 of 100 of those whom one won: the first order of some was cancelled."""
    won = [who for who in company.people if who.buyer and who.buyer.won_by and who.purchases]
    right = sum(who.acquired_by == who.buyer.won_by for who in won if who.buyer)
    assert len(won) > 40
    assert right / len(won) >= 0.97


def test_firms_that_a_seller_courted_were_about_to_buy_before_they_did(company: Company) -> None:
    """But those whose first order was cancelled, or who thought about it for very long."""
    courted = [who for who in company.people if who.buyer and who.buyer.courted_from]
    assert len(courted) > 15
    assert sum(who.bought_from == Stage.SHORTLIST for who in courted) / len(courted) >= 0.9


def test_new_customers_of_the_last_year_were_won_by_campaigns(company: Company) -> None:
    """At what it costs to greet them, and to win them from elsewhere before; soon paid back."""
    names = [name for _month, name, *_odds in phrases.CAMPAIGNS]
    won = [company.won[name] for name in names if company.won[name].customers]
    everybody = sum(one.customers for one in company.won.values())
    assert len(won) >= 5
    assert 0.2 < sum(one.customers for one in won) / everybody < 0.4
    assert all(one.campaign in company.page for one in won if one.campaign)
    assert all(2 < (one.cost_per_customer or 0) < 200 for one in won)
    assert all((one.payback_months or 0) <= 6 for one in won)
