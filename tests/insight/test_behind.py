"""From a number of the analysis to the list of the customers behind it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.analytics.economics import Claim, Name, Verdict
from trato.catalog.models import Product
from trato.customers.drafts import AddressDraft
from trato.customers.models import Customer, CustomerScore, MicroSegment
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.figures import keeping
from trato.insight.models import Run
from trato.sales.actions import save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Recommendation, SuggestionAnswer
from trato.ui.figures import Chart, Plot

pytestmark = pytest.mark.django_db
EVERYBODY = 24


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    caches["shared"].clear()


@pytest.fixture(autouse=True)
def company(boss: User) -> list[Customer]:
    """Two dozen customers of two kinds and countries, who buy here and there, some for years."""
    made = []
    for place in range(EVERYBODY):
        country = AddressDraft(country="ES" if place % 2 else "MX")
        kind = "person" if place % 2 else "organisation"
        who = make.customer(f"Customer {place}", kind=kind, addresses=(country,))
        save_orders(list(orders(who, place, boss)), at=make.NOW, user=None, source="test")
        made.append(who)
    work_out()
    return made


def orders(who: Customer, place: int, boss: User) -> Any:
    for times in range(2 + place % 4):
        line = LineDraft(
            product_code=f"P{place % 3}",
            quantity=Decimal(1),
            unit_price=Decimal(10 + place),
            category="Tea > Green" if place % 3 else "Coffee",
        )
        yield OrderDraft(
            number=f"N{place}-{times}",
            ordered_at=timezone.now() - timedelta(days=3 + 40 * times + 10 * place),
            lines=(line,),
            customer_id=who.pk,
            channel="web" if place % 3 else "",
            store="" if place % 3 else "Gran Vía",
            seller_id=boss.pk if place % 4 else None,
        )


def work_out() -> None:
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


def drawn(chart: Chart) -> dict[str, Any]:
    assert isinstance(chart.drawing, Plot)
    return chart.drawing.spec


def charts(client: Client, address: str) -> dict[str, Chart]:
    content = client.get(f"/analysis/{address}").context["content"]
    return {chart.name: chart for chart in content.charts}


def listed(client: Client, href: str) -> int:
    found = client.get(href).context["list"].page
    assert not found.notices
    return len(found.rows)


def test_bars_of_worth_lead_to_those_who_are_worth_it(client: Client) -> None:
    chart = charts(client, "value/")["distribution"]
    told = [line for line in chart.lines if line.values[1]]
    assert sum(line.values[1] for line in told) == EVERYBODY
    assert [listed(client, line.href) for line in told] == [line.values[1] for line in told]
    assert [bool(link) for link in drawn(chart)["links"]] == [
        bool(line.values[1]) for line in chart.lines
    ]


def test_curves_lead_to_the_customers_of_the_period(client: Client) -> None:
    for period, fewest in (("all", 2), ("12m", 1)):
        for by in ("", "kind", "country", "cohort_year", "segment", "source", "team"):
            chart = charts(client, f"cohorts/?by={by}&period={period}").get("leaving")
            lines = chart.lines if chart else ()
            assert len(lines) >= (fewest if by in {"kind", "country"} else 0)
            assert [listed(client, line.href) for line in lines] == [
                line.values[1] for line in lines
            ]


def test_months_of_survival_lead_to_who_left_and_who_is_followed(client: Client) -> None:
    gone = 0
    for by in ("", "kind"):
        survival = charts(client, f"cohorts/?by={by}&period=all")["survival"]
        for line in survival.lines:
            for at in (2, 3, 4):
                assert bool(line.values[at]) == bool(line.links[at])
                assert line.values[at] == (listed(client, line.links[at]) if line.links[at] else 0)
            gone += line.values[3]
        links = drawn(survival)["links"]
        assert links == ([line.links[4] for line in survival.lines] if not by else [])
    assert gone > 0
    for line in charts(client, "cohorts/?by=kind&period=all")["leaving"].lines:
        assert line.values[2] == (listed(client, line.links[2]) if line.links[2] else 0)


def test_each_number_of_a_table_can_lead_to_its_customers(client: Client) -> None:
    told = 0
    for line in charts(client, "lifecycle/?period=all")["entries"].lines:
        for count, href in zip(line.values[1:], line.links[1:], strict=True):
            assert bool(count) == bool(href)
            told += listed(client, href) if href else 0
    assert told >= EVERYBODY
    page = client.get("/analysis/lifecycle/?period=all").content.decode()
    assert 'class="num"><a class="link" href="/customers/?analysis.in=' in page


def test_points_of_retention_lead_to_those_who_are_old_enough(client: Client) -> None:
    lines = charts(client, "cohorts/?period=12m")["retention"].lines
    assert len({line.values[1] for line in lines}) > 2
    assert [listed(client, line.href) for line in lines] == [line.values[1] for line in lines]


def test_points_of_dependence_lead_to_the_best(client: Client) -> None:
    chart = charts(client, "value/")["concentration"]
    assert [listed(client, line.href) for line in chart.lines] == [
        line.values[1] for line in chart.lines
    ]
    marks = drawn(chart)["marks"]
    assert [listed(client, mark["href"]) for mark in marks] == pytest.approx(
        [EVERYBODY * mark["x"] for mark in marks]
    )


def test_the_curve_of_who_loses_money_climbs_above_all_and_says_so(client: Client) -> None:
    assert "falls back" not in charts(client, "value/")["concentration"].note
    Product.objects.update(cost=1)
    Product.objects.filter(code="P1").update(cost=30)
    work_out()
    chart = charts(client, "value/")["concentration"]
    shares = [share for _people, share in drawn(chart)["points"]]
    assert max(shares) > 1.01
    assert "Where it falls back to 100 %, customers cost more than they bring." in chart.note


def test_tiles_of_value_lead_to_who_has_it(client: Client) -> None:
    make.customer("Has bought nothing")
    work_out()
    expected, median, forecast, bought = tiles(client, "value/")
    assert expected == forecast == bought == EVERYBODY
    assert median == EVERYBODY / 2


def test_margins_lead_to_whose_purchases_have_a_cost(client: Client) -> None:
    Product.objects.filter(code="P1").update(cost=3)
    work_out()
    sold, margin, rate = tiles(client, "profitability/?period=all")
    assert (sold, margin, rate) == (EVERYBODY, EVERYBODY / 3, EVERYBODY / 3)


def test_what_is_not_known_of_new_customers_leads_nowhere(client: Client) -> None:
    assert tiles(client, "acquisition/?period=all") == [EVERYBODY, None, None, None]
    Product.objects.update(cost=3)
    work_out()
    assert tiles(client, "acquisition/?period=all") == [EVERYBODY, None, EVERYBODY, None]


def test_claims_lead_to_who_was_compared(client: Client, company: list[Customer]) -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    Customer.objects.filter(pk=company[0].pk).update(owner=seller)
    work_out()
    # The second purchase of one was three days ago: its contacts are still to come.
    keep_claim("new_orders_cost_more", EVERYBODY - 1)
    line = charts(client, "economics/")["claims"].lines[0]
    assert listed(client, line.href) == line.values[5] == EVERYBODY - 1
    # Not theirs alone are in the figure.
    assert charts(signed_in(seller), "economics/")["claims"].lines[0].href == ""


def keep_claim(name: str, n: int) -> None:
    claim = Claim(Name(name), Verdict.UNDECIDED, 1.0, 0.9, 1.1, n)
    Run.objects.update(figures={"economics": {"claims": [claim.as_dict()], "prices": {}}})


def test_how_often_somebody_bought_is_a_list_of_a_day(client: Client) -> None:
    for days, most, meant in ((1, 1, 0), (2, 2, 6), (4, "", 12)):
        asked = urlencode({"times": days, "times_most": most, "end": make.today()})
        assert listed(client, f"/customers/?{urlencode({'analysis.in': asked})}") == meant
    long_ago = urlencode({"times": 2, "end": make.today() - timedelta(days=300)})
    assert listed(client, f"/customers/?{urlencode({'analysis.in': long_ago})}") == 3


def tiles(client: Client, address: str) -> list[int | None]:
    found = client.get(f"/analysis/{address}").context["content"].tiles
    return [listed(client, tile.href) if tile.href else None for tile in found]


BUYERS: dict[str, Callable[[int], Any]] = {
    "category_path": lambda place: "Tea > Green" if place % 3 else "Coffee",
    "channel": lambda place: "Web" if place % 3 else "none",
    "store": lambda place: "none" if place % 3 else "Gran Vía",
    "seller": lambda place: "Elena" if place % 4 else "none",
    "product": lambda place: f"P{place % 3}",
}


def buyers(client: Client, by: str, period: str) -> dict[str, int]:
    lines = charts(client, f"profitability/?by={by}&period={period}")["profit"].lines
    return {line.values[0]: listed(client, line.href) for line in lines}


def test_what_is_sold_leads_to_those_who_bought_it(client: Client) -> None:
    for by, name_of in BUYERS.items():
        meant = [name_of(place) for place in range(EVERYBODY)]
        assert buyers(client, by, "all") == {name: meant.count(name) for name in meant}
    # Each bought last some days after the next.
    lately, ever = (buyers(client, "store", period)["Gran Vía"] for period in ("3m", "all"))
    assert 0 < lately < ever


def test_who_is_read_anew_is_behind_the_new_figures(
    client: Client, company: list[Customer]
) -> None:
    make.order(company[1], "5", at=timezone.now(), store="Sol", product="P9")
    work_out()
    assert buyers(client, "store", "all")["Sol"] == 1


def test_the_list_says_who_is_meant(boss: User) -> None:
    told = {
        "en": "bought in the shop Gran Vía",
        "es": "compraron en la tienda Gran Vía",
    }
    for language, sentence in told.items():
        client = signed_in(boss, language)
        lines = charts(client, "profitability/?by=store&period=all")["profit"].lines
        line = next(line for line in lines if line.values[0] == "Gran Vía")
        assert sentence in words(client.get(line.href))


def test_the_list_says_who_left_and_who_bought_again(boss: User) -> None:
    asked = {
        "gone=3&won=1": "left within 3 months of the first purchase, first bought",
        "gone=3&gone_after=2&won=1": "left in month 3 after the first purchase",
        "followed=1&won=1": "had not left before 1 month after the first purchase",
        "again=1&start=2026-03-02&end=2026-03-08": "bought again between Mar 2 and Mar 8",
    }
    for which, told in asked.items():
        answer = signed_in(boss).get(f"/customers/?{urlencode({'analysis.in': which})}")
        assert told in words(answer)


def test_an_amount_is_said_with_its_currency(boss: User) -> None:
    for language, sentence in (("en", "worth €20 or more"), ("es", "valen 20 € o más")):
        found = words(signed_in(boss, language).get("/customers/?analysis.in=worth_from%3D20.0"))
        assert sentence in found.replace("\xa0", " ")


def test_who_has_suggestions_is_a_list(client: Client, company: list[Customer]) -> None:
    Recommendation.objects.all().delete()
    for kind in ("cross_sell", "repurchase"):
        offer(company[0], kind)
    offer(company[1], "repurchase")
    SuggestionAnswer.objects.create(
        customer=company[2], product=product(), answer="declined", at=make.NOW
    )
    content = client.get("/analysis/recommender/").context["content"]
    assert [listed(client, tile.href) for tile in content.tiles] == [2, 2, 1]
    kinds = charts(client, "recommender/")["kinds"].lines
    assert [(line.values[1], listed(client, line.href)) for line in kinds] == [(2, 2), (1, 1)]


def test_suggestions_are_narrowed_by_team_and_segment(
    client: Client, company: list[Customer]
) -> None:
    Recommendation.objects.all().delete()
    team, group = make.team(), MicroSegment.objects.create(found_on=make.NOW.date())
    Customer.objects.filter(pk=company[0].pk).update(team=team)
    CustomerScore.objects.update(segment=None)
    CustomerScore.objects.filter(customer=company[1]).update(segment=group)
    for who in company[:3]:
        offer(who, "repurchase")
    for asked, many in (("team=-1", 2), (f"team={team.pk}", 1), (f"segment={group.pk}", 1)):
        assert tiles(client, f"recommender/?{asked}") == [many, many, None]
        [line] = charts(client, f"recommender/?{asked}")["kinds"].lines
        assert listed(client, line.href) == line.values[1] == many


def test_no_suggestions_lead_nowhere(client: Client) -> None:
    Recommendation.objects.all().delete()
    content = client.get("/analysis/recommender/").context["content"]
    assert {tile.href for tile in content.tiles} == {""}


def offer(customer: Customer, kind: str) -> None:
    Recommendation.objects.create(
        customer=customer, product=product(), kind=kind, rank=1, score=1, reason="popular"
    )


def product() -> Product:
    return Product.objects.order_by("pk")[0]


def test_figures_that_took_long_are_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SECONDS_WORTH_KEEPING", -1.0)
    before = charts(client, "value/")["tenths"].lines
    monkeypatch.setattr("trato.insight.queries.value.rows", None)
    assert charts(client, "value/")["tenths"].lines == before


def test_kept_figures_end_with_the_next_refresh(
    client: Client, company: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SECONDS_WORTH_KEEPING", -1.0)
    before = charts(client, "profitability/?by=store")["months"].lines
    make.order(company[1], "500", at=timezone.now())
    work_out()
    assert charts(client, "profitability/?by=store")["months"].lines != before


def test_kept_figures_are_of_who_may_see_them(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SECONDS_WORTH_KEEPING", -1.0)
    assert charts(client, "lifecycle/")["stages"].lines
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert not charts(seller, "lifecycle/")["stages"].lines


def test_a_group_has_its_new_name_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SECONDS_WORTH_KEEPING", -1.0)
    assert client.get("/analysis/segments/").status_code == 200
    MicroSegment.objects.update(name="Regulars")
    names = {line.values[0] for line in charts(client, "segments/")["segments"].lines}
    assert names <= {"Regulars"}
