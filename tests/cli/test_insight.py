import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import make
from trato.cli.exports import export
from trato.cli.insight import insight
from trato.customers.models import CustomerScore, ExternalId, MicroSegment
from trato.insight.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_lake(settings: object, tmp_path: Path) -> None:
    settings.LAKE = str(tmp_path / "lake")  # type: ignore[attr-defined]


def _run(*args: str) -> str:
    result = CliRunner().invoke(insight, args)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_refresh_prints_models_counts_and_seconds() -> None:
    ana = make.customer("Ana")
    for days in (1, 31, 60, 95):
        make.order(ana, "20", at=make.NOW - timedelta(days=days))
    told = json.loads(_run("refresh", "--json", "--full"))
    assert {step["name"] for step in told["steps"]} >= {"lake", "purchases", "value", "scores"}
    assert told["fits"]["mbgnbd"]["customers"] == 1
    assert all(step["seconds"] >= 0 for step in told["steps"])


def test_a_day_in_the_future_is_refused() -> None:
    result = CliRunner().invoke(insight, ["refresh", "--as-of", "2999-01-01"])
    assert result.exit_code != 0


def test_a_refresh_looks_at_the_company_as_of_a_day() -> None:
    make.order(make.customer("Ana"), "20", at=make.NOW - timedelta(days=300))
    make.order(make.customer("Blas"), "20", at=make.NOW - timedelta(days=3))
    day = (make.NOW - timedelta(days=30)).date()
    told = json.loads(_run("refresh", "--as-of", day.isoformat(), "--json"))
    assert told["as_of"] == day.isoformat()
    bought = dict(CustomerScore.objects.values_list("customer__name", "purchases"))
    assert bought["Ana"] == 1
    assert bought.get("Blas", 0) == 0


def test_scores_are_a_row_a_customer(tmp_path: Path) -> None:
    ana = make.customer("Ana")
    ExternalId.objects.create(customer=ana, system="", value="C7")
    make.customer("Blas")
    make.order(ana, "20", at=make.NOW - timedelta(days=3))
    _run("refresh")
    file = tmp_path / "scores.csv"
    CliRunner().invoke(export, ["scores", "-o", str(file)], catch_exceptions=False)
    rows = {row["name"]: row for row in csv.DictReader(file.open())}
    assert (rows["Ana"]["customer_id"], rows["Ana"]["stage"], rows["Ana"]["phase"]) == (
        "C7",
        "purchase",
        "sell_more",
    )
    assert (rows["Blas"]["stage"], rows["Blas"]["p_alive"]) == ("awareness", "")
    assert rows["Ana"]["segment_name"] == ""


def test_money_of_the_scores_has_its_cents(tmp_path: Path) -> None:
    ana = make.customer("Ana")
    _run("refresh")
    told = {"lifetime_value": "12.3456", "lifetime_value_high": "0.0049", "p_alive": 0.12345}
    CustomerScore.objects.filter(customer=ana).update(**told)
    file = tmp_path / "scores.csv"
    CliRunner().invoke(export, ["scores", "-o", str(file)], catch_exceptions=False)
    [row] = csv.DictReader(file.open())
    assert (row["lifetime_value_365d"], row["lifetime_value_high"]) == ("12.35", "0")
    assert (row["lifetime_value_low"], row["p_alive"]) == ("", "0.12345")


def test_a_micro_segment_is_told_by_its_name_too(tmp_path: Path) -> None:
    ana = make.customer("Ana")
    _run("refresh")
    group = MicroSegment.objects.create(name="Regulars", found_on=make.NOW.date())
    CustomerScore.objects.filter(customer=ana).update(segment=group)
    Run.objects.update(figures={"backtest": {"factor": 0.97, "money": {"factor": 1.13}}})
    file = tmp_path / "scores.csv"
    CliRunner().invoke(export, ["scores", "-o", str(file)], catch_exceptions=False)
    [row] = csv.DictReader(file.open())
    assert (row["segment"], row["segment_name"]) == (str(group.pk), "Regulars")
    assert (row["backtest_factor"], row["backtest_money_factor"]) == ("0.97", "1.13")


def test_the_suggestions_are_measured_beside_simpler_methods() -> None:
    for number in range(12):
        who = make.customer(f"Buyer {number}")
        for week in range(30):
            if (week + number) % 3:
                make.order(
                    who,
                    "5",
                    at=make.NOW - timedelta(days=7 * week + number % 5),
                    product=f"P{(week * 7 + number) % 9}",
                )
    _run("refresh")
    told = json.loads(_run("evaluate", "--json"))
    models = {score["model"] for score in told["scores"]}
    assert {"Trato", "popularity", "item cosine"} <= models
    run = Run.objects.get()
    assert run.figures["evaluation"]["scores"] == told["scores"]


def test_a_young_company_is_told_that_it_is_too_early() -> None:
    make.order(make.customer(), "5", at=make.NOW)
    _run("refresh")
    assert CliRunner().invoke(insight, ["evaluate"]).exit_code != 0
