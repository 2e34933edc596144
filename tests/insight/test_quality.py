"""How far the analysis can be trusted: the forecast and the suggestions beside what came."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.pages import signed_in, words
from trato.identity.rules import Role, Visibility
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
from trato.ui.figures import Bars, Chart

pytestmark = pytest.mark.django_db
BUYERS = 12


@pytest.fixture
def run() -> Run:
    """Of a dozen who bought, some more often, in nine months."""
    bought = []
    for place in range(BUYERS):
        who = make.customer(f"Customer {place}")
        for times in range(1 + place % 6):
            at = timezone.now() - timedelta(days=270 - 40 * times - 3 * place)
            bought.append(make.ordered(who, "20", at=at))
    make.orders(*bought)
    found = begin_refresh(at=timezone.now(), as_of=None, full=True, user=None)
    refresh(found, at=timezone.now())
    return Run.objects.get()


def charts(client: Client, address: str) -> dict[str, Chart]:
    context = client.get(f"/analysis/{address}").context
    told = context["charts"] if "health" in address else context["content"].charts
    return {chart.name: chart for chart in told}


def test_each_week_has_what_came_beside_what_was_expected(client: Client, run: Run) -> None:
    weeks = charts(client, "health/")["weeks"]
    assert sum(line.values[1] for line in weeks.lines) == weeks.lines[-1].values[3] > 0
    assert sum(line.values[2] for line in weeks.lines) == pytest.approx(
        weeks.lines[-1].values[4], abs=0.1 * len(weeks.lines)
    )
    assert {line.values[5] for line in weeks.lines} == {"yes", "no"}


def test_weeks_lead_to_who_bought_again_in_them(client: Client, run: Run) -> None:
    weeks = charts(client, "health/")["weeks"]
    for line in weeks.lines:
        assert bool(line.values[1]) == bool(line.links[1])
        # Nobody bought twice in a week.
        assert line.values[1] == (listed(client, line.links[1]) if line.links[1] else 0)
    assert weeks.drawing.spec["links"] == [line.links[1] for line in weeks.lines]  # type: ignore[union-attr]
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert {line.links[1] for line in charts(seller, "health/")["weeks"].lines} == {""}


def test_programs_read_how_the_forecast_came_true_too(run: Run) -> None:
    told: Any = Program(make.user()).get("/analysis/figures/health").json()
    figures = {one["name"]: one for one in told["figures"]}
    assert all(row["customers"] for row in figures["weeks"]["rows"] if row["values"][1])
    assert all(row["customers"] for row in figures["classes"]["rows"])


def test_classes_of_buyers_lead_to_them(client: Client, run: Run) -> None:
    classes = charts(client, "health/")["classes"]
    assert sum(line.values[1] for line in classes.lines) == run.figures["backtest"]["customers"]
    told = client.get("/analysis/health/").context["tiles"][0]
    assert listed(client, told.href) == run.figures["backtest"]["customers"]
    for line in classes.lines:
        assert listed(client, line.href) == line.values[1]


def test_who_buys_most_leaves_the_others_room(client: Client, run: Run) -> None:
    """Of each group it is drawn what came for a hundred expected, however much that is."""
    often = {"frequency": 7, "or_more": True, "customers": 3, "actual": 900.0, "expected": 600.0}
    seldom = {"frequency": 0, "or_more": False, "customers": 9, "actual": 0.19, "expected": 0.2}
    never = {**seldom, "frequency": 1, "expected": 0.0}
    money = {"actual": 2700.0, "expected": 1800.0, "classes": [seldom, never, often]}
    told = {**run.figures["backtest"], "classes": [seldom, never, often], "money": money}
    Run.objects.update(figures={**run.figures, "backtest": told})
    for name, sums in (("classes", "0.20, came 0.19"), ("money", "€0.20, came €0.19")):
        drawn = charts(client, "health/")[name].drawing
        assert isinstance(drawn, Bars)
        assert [bar.shown for bar in drawn.bars] == ["95", "—", "150"]
        assert [placed.width for placed in drawn.placed] == [633.3, 0, 1000]
        assert drawn.goal == 100
        assert sums in drawn.bars[0].hint
    assert "7 times or more" in words(client.get("/analysis/health/"))


def listed(client: Client, href: str) -> int:
    return len(client.get(href).context["list"].page.rows)


def test_a_run_of_the_past_has_its_classes_without_lists(client: Client, run: Run) -> None:
    old = Run.objects.create(
        state="done", as_of=run.as_of, asked_at=make.NOW, figures=run.figures, steps=run.steps
    )
    lines = charts(client, f"health/{old.pk}/")["classes"].lines
    assert lines
    assert {line.href for line in lines} == {""}


def test_charts_of_the_state_are_files_for_who_may_export(client: Client, run: Run) -> None:
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    for address in ("health/", f"health/{run.pk}/"):
        for name, chart in charts(client, address).items():
            answer: Any = client.get(f"/analysis/{address}?export={name}")
            assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1 + len(
                chart.lines
            )
            assert seller.get(f"/analysis/{address}?export={name}").status_code == 404


def test_a_run_without_a_test_has_no_charts_of_it(client: Client, run: Run) -> None:
    Run.objects.update(figures={})
    assert set(charts(client, "health/")) == {"models", "durations"}


PAGES = ["lifecycle", "value", "rfm", "segments", "acquisition"]


@pytest.mark.parametrize("name", PAGES)
def test_beside_money_expected_stands_how_the_last_forecast_of_it_came_true(
    name: str, client: Client, run: Run
) -> None:
    for factor, said in (
        (1.04, "it came true: for every €100 of sales expected there came €104."),
        (
            0.6,
            "for every €100 of sales expected there came €60. Read the amounts with that in mind",
        ),
    ):
        run.figures["backtest"]["money"]["factor"] = factor
        run.save()
        found = words(client.get(f"/analysis/{name}/"))
        assert "The forecast was tested on 90 days" in found
        assert said in found
        assert ("for every 100 purchases expected there were" in found.lower()) == (name == "value")


def test_money_is_told_in_spanish_as_it_is_there(run: Run) -> None:
    run.figures["backtest"]["money"] |= {"factor": 1.13, "basis": "margin"}
    run.save()
    told = words(signed_in(make.user(), "es").get("/analysis/value/"))
    assert "por cada 100 € de margen que se preveían llegaron 113 €." in told


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("money", [None, {"factor": None, "classes": []}])
def test_where_only_purchases_were_tested_nothing_is_said_of_money(
    name: str, money: dict[str, Any] | None, client: Client, run: Run
) -> None:
    """By an earlier Trato, or because nobody had come back."""
    run.figures["backtest"]["money"] = money
    run.save()
    found = words(client.get(f"/analysis/{name}/"))
    assert "of sales expected there came" not in found
    assert ("purchases expected there were" in found) == (name == "value")
    del run.figures["backtest"]["money"]
    run.save()
    assert "money" not in charts(client, "health/")
    assert len(client.get("/analysis/health/").context["tiles"]) == 1


def test_money_of_each_class_stands_beside_what_was_expected(client: Client, run: Run) -> None:
    found = charts(client, "health/")
    tested = run.figures["backtest"]["money"]
    lines = found["money"].lines
    assert [line.values[:2] for line in lines] == [
        line.values[:2] for line in found["classes"].lines
    ]
    assert [line.href for line in lines] == [line.href for line in found["classes"].lines]
    for at, sums in ((2, "actual"), (3, "expected")):
        assert sum(line.values[1] * line.values[at] for line in lines) == pytest.approx(
            tested[sums]
        )
    assert "of sales were expected and" in found["money"].answer
    assert tested["actual"] == 20 * run.figures["backtest"]["actual"]
    tile = client.get("/analysis/health/").context["tiles"][1]
    assert tile.value == f"{tested['factor']:.2f}"
    assert listed(client, tile.href) == run.figures["backtest"]["customers"]


def test_where_costs_are_known_it_says_that_it_is_margin(client: Client, run: Run) -> None:
    run.figures["backtest"]["money"]["basis"] = "margin"
    run.save()
    chart = charts(client, "health/")["money"]
    assert "of margin were expected and" in chart.answer
    assert "Both are margin" in chart.formula
    assert [column.label for column in chart.columns][2:] == [
        "Margin, each",
        "Margin expected, each",
    ]


def test_how_a_value_is_worked_out_names_the_model_of_the_run(client: Client, run: Run) -> None:
    for used, model in (("paretonbd", "Pareto/NBD"), ("mbgnbd", "MBG/NBD")):
        Run.objects.update(fits={**run.fits, "counting": used})
        assert f"({model})" in charts(client, "value/")["tenths"].formula


def test_what_measures_a_method_says_that_nobody_is_behind_it(client: Client, run: Run) -> None:
    upgrades(run, 300)
    assert "no list of customers behind it" in charts(client, "recommender/")["upgrades"].note


def upgrades(run: Run, asked: int) -> None:
    rules = (("random", 0.2), ("Trato", 0.6), ("dearest", 0.1))
    told = [
        {"model": name, "asked": asked, "hit_1": hit, "hit_3": hit + 0.2, "revenue": hit}
        for name, hit in rules
    ]
    run.figures["evaluation"] = {"as_of": run.as_of.isoformat(), "scores": [], "upgrades": told}
    run.save()


def test_who_moved_up_shows_how_good_the_offers_were(client: Client, run: Run) -> None:
    upgrades(run, 300)
    lines = charts(client, "recommender/")["upgrades"].lines
    assert [line.values[:2] for line in lines] == [
        ("Trato", 0.6),
        ("at random", 0.2),
        ("the most expensive", 0.1),
    ]
    assert "They are few" not in words(client.get("/analysis/recommender/"))


def test_few_who_moved_up_are_said_to_be_few(client: Client, run: Run) -> None:
    upgrades(run, 30)
    said = words(client.get("/analysis/recommender/"))
    assert "30 times a customer moved up" in said
    assert "They are few: the differences may be chance." in said


def test_nobody_moved_up_is_no_chart(client: Client, run: Run) -> None:
    assert "upgrades" not in charts(client, "recommender/")
