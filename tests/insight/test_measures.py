"""How good the suggestions are, by four measures."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.pages import words
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.models import Run
from trato.ui.figures import Chart

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    make.order(make.customer(), at=timezone.now() - timedelta(days=9))
    found = begin_refresh(at=timezone.now(), as_of=None, full=True, user=None)
    refresh(found, at=timezone.now())
    return Run.objects.get()


def chart(client: Client, name: str) -> Chart:
    charts = client.get("/analysis/recommender/").context["content"].charts
    found: Chart = next(one for one in charts if one.name == name)
    return found


def measured(run: Run) -> None:
    told = [
        {"task": "new", "model": name, "recall": share, "ndcg": share + 0.01}
        | {"revenue": share + 0.02, "coverage": share + 0.03}
        for name, share in (("popularity", 0.2), ("Trato", 0.5))
    ]
    run.figures["evaluation"] = {"as_of": run.as_of.isoformat(), "scores": told}
    run.save()


def test_beside_what_was_found_stand_order_sales_and_variety(client: Client, run: Run) -> None:
    measured(run)
    found = chart(client, "task-new")
    measures = ["Found", "Order", "Sales", "Variety"]
    assert [column.label for column in found.columns] == ["Method", *measures]
    assert [line.values for line in found.lines] == [
        ("Trato", *(pytest.approx(share) for share in (0.5, 0.51, 0.52, 0.53))),
        ("what sells most", *(pytest.approx(share) for share in (0.2, 0.21, 0.22, 0.23))),
    ]
    said = words(client.get("/analysis/recommender/"))
    assert "order 51% · sales 52% · variety 53%" in said
    assert [name for name in measures if f"{name}: of " not in said] == ["Order"]
    assert "Order: the same, but what is suggested first counts most." in said


def test_programs_read_the_measures_too(run: Run) -> None:
    measured(run)
    told: Any = Program(make.user()).get("/analysis/figures/recommender").json()
    [chart] = [one for one in told["figures"] if one["name"] == "task-new"]
    assert [one["key"] for one in chart["columns"]] == [
        "model",
        "recall",
        "ndcg",
        "revenue",
        "coverage",
    ]


def test_what_is_not_measured_is_not_explained(client: Client, run: Run) -> None:
    assert "Variety" not in words(client.get("/analysis/recommender/"))
