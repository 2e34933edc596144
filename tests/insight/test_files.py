"""The charts as tables and files: what a page cuts, its file has."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.pages import signed_in, words
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.figures.reading import Content
from trato.ui.figures import Chart, Heat

pytestmark = pytest.mark.django_db
PEOPLE = 56


@pytest.fixture
def boss() -> User:
    """Of a company whose customers began in 28 months, two in each."""
    boss = make.user(name="Elena")
    bought = []
    for place in range(PEOPLE):
        who = make.customer(f"Customer of {place}", owner_id=boss.pk)
        for days in (0, 30 + place)[: 1 + place % 2]:
            at = timezone.now() - timedelta(days=40 + 30.5 * (place // 2) - days)
            bought.append(make.ordered(who, str(20 + place), at=at, product=f"P{place}"))
    make.orders(*bought)
    run = begin_refresh(at=timezone.now(), as_of=None, full=True, user=None)
    refresh(run, at=timezone.now())
    return boss


def chart(client: Client, page: str, name: str) -> Chart:
    content: Content = client.get(f"/analysis/{page}/?period=all").context["content"]
    return next(one for one in content.charts if one.name == name)


def file(client: Client, page: str, name: str, more: str = "") -> list[dict[str, str]]:
    answer: Any = client.get(f"/analysis/{page}/?period=all&export={name}{more}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def figures(user: User, page: str) -> Iterator[tuple[str, Any]]:
    told: Any = Program(user).get(f"/analysis/figures/{page}?period=all").json()
    return ((one["name"], one) for one in told["figures"])


def test_survival_is_told_group_by_group_and_month_by_month(boss: User) -> None:
    client = signed_in(boss)
    rows = file(client, "cohorts", "survival")
    first, last = rows[0], rows[-1]
    assert list(first)[1:] == [
        "Month",
        "Still followed",
        "Left in the month",
        "Left so far",
        "Share that stays",
        "At least",
        "At most",
    ]
    assert (first["Month"], first["Still followed"]) == ("0", str(PEOPLE))
    assert [int(row["Month"]) for row in rows] == list(range(len(rows)))
    assert float(last["At least"]) <= float(last["Share that stays"]) <= float(last["At most"])
    assert len(rows) == len(chart(client, "cohorts", "survival").lines)
    api = dict(figures(boss, "cohorts"))["survival"]
    assert [row["values"][1] for row in api["rows"]] == [int(row["Month"]) for row in rows]


def test_curves_told_apart_are_also_told_in_two_numbers_each(boss: User) -> None:
    client = signed_in(boss)
    rows = file(client, "cohorts", "leaving", "&by=kind")
    assert [int(row["Customers"]) for row in rows] == [PEOPLE]
    charts = client.get("/analysis/cohorts/?by=kind").context["content"].charts
    assert all(one.formula for one in charts)


def test_cohorts_that_the_page_cuts_are_in_the_file(boss: User) -> None:
    client = signed_in(boss)
    heat = chart(client, "cohorts", "cohorts")
    assert len(heat.lines) == 24
    rows = file(client, "cohorts", "cohorts")
    assert len(rows) >= 28
    assert len(dict(figures(boss, "cohorts"))["cohorts"]["rows"]) == len(rows)
    assert f"the last 24 of {len(rows)} months" in heat.note
    assert "The download has all of them." in heat.note
    brought = chart(client, "cohorts", "brought")
    assert brought.note.endswith(heat.note[heat.note.index("Shown:") :])
    assert len(file(client, "cohorts", "brought")) > len(brought.lines)
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    assert "download" not in chart(seller, "cohorts", "cohorts").note


def test_customers_that_the_page_cuts_are_in_the_file(boss: User) -> None:
    client = signed_in(boss)
    assert len(chart(client, "profitability", "customers").lines) == 50
    assert len(file(client, "profitability", "customers")) == PEOPLE
    told = words(client.get("/analysis/profitability/?period=all"))
    assert f"The first 15 of {PEOPLE}; the table has 50, the download all." in told
    assert f"The first 15 of {PEOPLE}; the table has all of them." in told


def test_money_in_a_file_of_a_chart_has_its_cents(boss: User) -> None:
    [first, *rest] = file(signed_in(boss), "value", "tenths")
    money = [name for name in first if "(EUR)" in name or name.startswith("Value")]
    assert money
    cells = [row[name] for row in (first, *rest) for name in money if row[name]]
    assert {len(cell.partition(".")[2]) for cell in cells} == {2}


def test_moves_are_a_matrix_of_the_seven_stages(boss: User) -> None:
    client = signed_in(boss)
    matrix = chart(client, "lifecycle", "matrix")
    assert isinstance(matrix.drawing, Heat)
    assert [len(row.cells) for row in matrix.drawing.rows] == [7] * 7
    moves = {row.values[:2]: row for row in chart(client, "lifecycle", "flows").lines}
    for line in matrix.lines:
        start, total, *shares = line.values
        assert not total or sum(share or 0 for share in shares) == pytest.approx(1)
        for column, share, href in zip(matrix.columns[2:], shares, line.links[2:], strict=True):
            if share is not None:
                behind = moves[start, column.label]
                assert (share * total, href) == (pytest.approx(behind.values[2]), behind.href)
    assert len(file(client, "lifecycle", "matrix")) == 7
