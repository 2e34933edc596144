"""Whoever is counted somewhere can be listed: moves out of a stage, notices, squares of maps."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.pages import signed_in, words
from trato.customers.models import Customer, CustomerScore
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.figures.reading import Content
from trato.ui.figures import Chart, Heat
from trato.ui.stages import STAGES

pytestmark = pytest.mark.django_db
BUYERS, LOOKERS = 12, 3


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    caches["shared"].clear()


@pytest.fixture(autouse=True)
def company(boss: User) -> list[Customer]:
    """They buy for two months, fall silent and begin again; the last three only look."""
    made = [make.customer(f"Customer {place}", owner_id=boss.pk) for place in range(BUYERS)]
    bought = [
        make.ordered(who, str(5 + place**2), at=timezone.now() - timedelta(days=days + 3 * place))
        for place, who in enumerate(made)
        for days in [*range(700, 640, -15), *range(400, 350, -12), *range(60, 4, -20)][place % 5 :]
    ]
    make.orders(*bought)
    made += [make.customer(f"Looker {place}") for place in range(LOOKERS)]
    work_out()
    return made


def work_out() -> None:
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


def content(client: Client, address: str) -> Content:
    found: Content = client.get(f"/analysis/{address}").context["content"]
    return found


def chart(client: Client, address: str, name: str) -> Chart:
    return next(one for one in content(client, address).charts if one.name == name)


def heat(client: Client, address: str, name: str) -> Heat:
    drawing = chart(client, address, name).drawing
    assert isinstance(drawing, Heat)
    return drawing


def listed(client: Client, href: str) -> set[int]:
    found = client.get(href).context["list"].page
    assert not found.notices
    return {row["pk"] for row in found.rows}


def section(client: Client, address: str, name: str) -> str:
    html = client.get(f"/analysis/{address}").content.decode()
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_moves_out_of_a_stage_lead_to_all_who_made_one(client: Client) -> None:
    has_repeated = False
    for period in ("all", "3m"):
        rows = heat(client, f"lifecycle/?period={period}", "matrix").rows
        for row, line in zip(
            rows, chart(client, f"lifecycle/?period={period}", "matrix").lines, strict=True
        ):
            moves = line.values[1]
            assert bool(moves) is bool(row.href)
            assert line.links[:2] == (row.href, row.href)
            if moves:
                who = listed(client, row.href)
                squares = [listed(client, cell.href) for cell in row.cells if cell.href]
                assert who == set().union(*squares)
                assert len(who) <= moves
                has_repeated |= len(who) < moves
    assert has_repeated


def test_moves_out_of_a_stage_are_those_of_the_period(client: Client) -> None:
    def left_abandonment(query: str) -> set[int]:
        [row] = [one for one in rows_of(query) if one.label == "Abandonment"]
        return listed(client, row.href) if row.href else set()

    def rows_of(query: str) -> Any:
        return heat(client, f"lifecycle/?{query}", "matrix").rows

    ever = left_abandonment("period=all")
    assert ever
    assert left_abandonment("start=2020-01-01&end=2020-12-31") == set()
    day = timezone.localdate() - timedelta(days=200)
    assert left_abandonment(f"start={day}") | left_abandonment(f"end={day}") == ever


def test_the_total_of_moves_is_a_link_on_the_page_and_for_programs(
    boss: User, client: Client
) -> None:
    row = next(one for one in heat(client, "lifecycle/?period=all", "matrix").rows if one.href)
    html = section(client, "lifecycle/?period=all", "matrix")
    assert f'<th scope="row"><a href="{row.href.replace("&", "&amp;")}">{row.label}</a>' in html
    told: Any = Program(boss).get("/analysis/figures/lifecycle?period=all").json()
    [matrix] = [one for one in told["figures"] if one["name"] == "matrix"]
    line = next(one for one in matrix["rows"] if one["values"][0] == row.label)
    assert (line["customers"], line["lists"][1]) == (row.href, row.href)


def test_who_moved_out_of_a_stage_is_kept_as_a_list(client: Client) -> None:
    row = next(one for one in heat(client, "lifecycle/?period=all", "matrix").rows if one.href)
    client.post("/customers/?do=view", {"query": row.href.partition("?")[2], "name": "Left"})
    tab = client.get("/customers/").context["list"].tabs[-1]
    assert tab.label == "Left"
    assert listed(client, tab.href) == listed(client, row.href) != set()


def test_a_seller_lists_those_of_their_own_who_moved(
    client: Client, company: list[Customer]
) -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    Customer.objects.filter(pk=company[0].pk).update(owner=seller)
    work_out()
    row = next(one for one in heat(client, "lifecycle/?period=all", "matrix").rows if one.href)
    assert company[0].pk in listed(client, row.href)
    assert listed(signed_in(seller), row.href) == {company[0].pk}
    assert (
        signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
        .get(row.href)
        .context["list"]
        .page.rows
        == []
    )


@pytest.mark.parametrize(
    ("asked", "english", "spanish"),
    [
        ("moved_from%3D6", "moved out of Repurchase", "salieron de Recompra"),
        ("moved_from%3D0", "were new", "eran nuevos"),
        ("unscored%3D1", "have not bought", "no han comprado"),
        (
            "moved_to%3D4%26moved_on%3D1%26start%3D2026-01-01",
            "came to Purchase since Jan 1, and later moved on to another stage",
            "llegaron a Compra desde 1 ene, y después pasaron a otra etapa",
        ),
        (
            "ungrouped%3D1",
            "bought and belong to no micro-segment",
            "compraron y no pertenecen a ningún microsegmento",
        ),
    ],
)
def test_the_list_says_who_is_counted(asked: str, english: str, spanish: str, boss: User) -> None:
    for language, said in (("en", english), ("es", spanish)):
        address = f"/customers/?analysis.in={asked}"
        assert said in words(signed_in(boss, language).get(address))


def test_times_somebody_moved_on_lead_to_who_did(client: Client) -> None:
    lines = chart(client, "lifecycle/?period=all", "times").lines
    stages = {str(name): stage for stage, (name, _icon) in STAGES.items() if stage}
    assert any(line.values[2] for line in lines)
    for line in lines:
        came, ended = line.values[1:3]
        assert bool(ended) is bool(line.links[2])
        who = listed(client, line.links[2]) if ended else set()
        assert who <= listed(client, line.href)
        # Who is there now for the first time has not moved on.
        assert len(who) <= ended <= came
        still = CustomerScore.objects.filter(stage=stages[line.values[0]])
        there = set(still.values_list("customer", flat=True))
        assert listed(client, line.href) - there <= who


def test_who_has_not_bought_is_a_list(boss: User, company: list[Customer]) -> None:
    for language, way in (("en", "See who they are"), ("es", "Ver quiénes son")):
        client = signed_in(boss, language)
        [notice] = content(client, "rfm/").notices[-1:]
        assert str(LOOKERS) in notice.said
        assert listed(client, notice.href) == {one.pk for one in company[BUYERS:]}
        page = client.get("/analysis/rfm/").content.decode()
        assert f'<a href="{notice.href.replace("&", "&amp;")}">{way}</a>' in page


def test_who_has_not_bought_is_of_the_team_and_of_who_looks(
    client: Client, company: list[Customer]
) -> None:
    team = make.team()
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    Customer.objects.filter(pk=company[-1].pk).update(team=team, owner=seller)
    work_out()
    for reader, query in ((client, f"?team={team.pk}"), (signed_in(seller), "")):
        [notice] = content(reader, f"rfm/{query}").notices[-1:]
        assert "1 customer has not bought yet" in notice.said
        assert listed(reader, notice.href) == {company[-1].pk}


def test_where_everybody_bought_there_is_no_notice(client: Client, company: list[Customer]) -> None:
    for one in company[BUYERS:]:
        make.order(one, at=timezone.now() - timedelta(days=9))
    work_out()
    assert "not bought yet" not in words(client.get("/analysis/rfm/"))


def test_who_bought_and_has_no_group_is_a_list(client: Client, company: list[Customer]) -> None:
    [notice] = [one for one in content(client, "segments/").notices if "no group" in one.said]
    without = listed(client, notice.href)
    assert without == {one.pk for one in company[:BUYERS]}
    assert str(BUYERS) in notice.said


def test_other_notices_lead_nowhere(client: Client) -> None:
    page = client.get("/analysis/recommender/").content.decode()
    for notice in content(client, "recommender/").notices:
        assert (notice.way, notice.href) == ("", "")
        assert f"<p>{notice.said}</p>" in page


def test_squares_of_cohorts_lead_to_who_bought_then(client: Client) -> None:
    told = chart(client, "cohorts/?period=all", "cohorts")
    assert isinstance(told.drawing, Heat)
    for row, line in zip(told.drawing.rows, told.lines, strict=True):
        assert line.links == (row.href, "", *(cell.href for cell in row.cells))
        for share, href in zip(line.values[2:], line.links[2:], strict=True):
            assert bool(share) is bool(href)
            if share:
                assert len(listed(client, href)) == round(share * line.values[1])


@pytest.mark.parametrize("name", ["retention", "earned"])
def test_points_of_a_curve_lead_where_its_table_does(client: Client, name: str) -> None:
    told = chart(client, "cohorts/?period=all", name)
    assert told.drawing.spec["links"] == [line.href for line in told.lines] != []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("address", "name"),
    [("rfm/", "map"), ("cohorts/?period=all", "brought"), ("economics/", "claims")],
)
def test_a_map_that_does_not_tell_all_has_its_table(
    client: Client, address: str, name: str
) -> None:
    told, html = chart(client, address, name), section(client, address, name)
    assert "As a table" in html
    table = html.partition('class="chart-table"')[2]
    assert [f">{column.label}" in table for column in told.columns] == [True] * len(told.columns)
    assert table.count("<tr>") == 1 + len(told.lines) > 1
    assert f"export={name}" in html


@pytest.mark.parametrize(
    ("address", "name"), [("cohorts/?period=all", "cohorts"), ("lifecycle/", "matrix")]
)
def test_a_map_that_tells_all_is_its_own_table(client: Client, address: str, name: str) -> None:
    html = section(client, address, name)
    assert "As a table" not in html
    assert f"export={name}" in html
