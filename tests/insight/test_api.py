"""The analysis for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.api.test_problems import errors_of
from trato.customers.models import Customer, CustomerScore, MicroSegment
from trato.identity.rules import Role, Visibility
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.figures import profitability
from trato.insight.figures.catalogue import PAGES
from trato.insight.models import Run, StageOverride
from trato.insight.queries.scores import SCORE_HEADINGS
from trato.sales.models import Recommendation, SuggestionAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Customer:
    who = make.customer("Ana")
    for times in range(4):
        make.order(who, "30", at=timezone.now() - timedelta(days=3 + 30 * times))
    return who


def work_out() -> None:
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


def test_before_the_first_refresh_there_is_nothing_to_tell(ana: Customer) -> None:
    program = Program(make.user())
    assert program.get("/analysis/figures/value").status_code == 409
    assert program.get(f"/customers/{ana.pk}/score").status_code == 409


def test_the_figures_of_every_page_are_told(ana: Customer) -> None:
    work_out()
    program = Program(make.user())
    pages: Any = program.get("/analysis/figures").json()
    assert [page["name"] for page in pages] == [*(page.name for page in PAGES), "health"]
    for page in pages:
        told: Any = program.get(f"/analysis/figures/{page['name']}?period=all").json()
        for figure in told["figures"]:
            for row in figure["rows"]:
                assert len(row["values"]) == len(row["lists"]) == len(figure["columns"])
            assert figure["count"] == len(figure["rows"])


def test_figures_that_are_cut_tell_how_many_there_are(
    ana: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.order(make.customer("Bob"), "9", at=make.NOW, product="another")
    work_out()
    monkeypatch.setattr(profitability, "MOST", 1)
    told: Any = Program(make.user()).get("/analysis/figures/profitability?period=all").json()
    cut = {figure["name"]: (figure["count"], len(figure["rows"])) for figure in told["figures"]}
    assert (cut["profit"], cut["customers"]) == ((2, 1), (2, 1))


@pytest.mark.parametrize(
    ("page", "query", "wrong"),
    [
        ("profitability", "by=categry", ("by", "literal_error")),
        ("profitability", "sort=name", ("sort", "literal_error")),
        ("value", "by=category", ("by", "parameter_unknown")),
        ("value", "period=1m", ("period", "literal_error")),
        ("value", "by=", ("by", "string_too_short")),
    ],
)
def test_what_a_page_cannot_be_told_by_is_refused(
    ana: Customer, page: str, query: str, wrong: tuple[str, str]
) -> None:
    """Rather than told as if nothing had been asked."""
    work_out()
    answer = Program(make.user()).get(f"/analysis/figures/{page}?{query}")
    assert errors_of(answer) == dict([wrong])


def test_a_page_is_told_by_what_can_be_chosen_on_it(ana: Customer) -> None:
    work_out()
    address = "/analysis/figures/profitability?by=category_path&sort=margin"
    answer = Program(make.user()).get(address)
    assert answer.status_code == 200, answer.content


def test_figures_are_of_the_customers_one_may_see(ana: Customer) -> None:
    work_out()
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    told: Any = seller.get("/analysis/figures/lifecycle").json()
    assert told["figures"][0]["rows"] == []


def test_the_score_of_a_customer_is_told(ana: Customer) -> None:
    work_out()
    told: Any = Program(make.user()).get(f"/customers/{ana.pk}/score").json()
    assert told["purchases"] == 4
    assert told["stage"] == CustomerScore.objects.get(customer=ana).stage
    assert (told["segment"], told["segment_name"]) == (None, None)
    group = MicroSegment.objects.create(name="Regulars", found_on=timezone.localdate())
    CustomerScore.objects.update(segment=group)
    told = Program(make.user()).get(f"/customers/{ana.pk}/score").json()
    assert (told["segment"], told["segment_name"]) == (group.pk, "Regulars")


def test_files_and_programs_name_a_figure_alike(ana: Customer) -> None:
    work_out()
    CustomerScore.objects.update(expected_purchases=2.5, lifetime_value=100)
    told: Any = Program(make.user()).get(f"/customers/{ana.pk}/score").json()
    in_file = {heading.key for heading in SCORE_HEADINGS}
    assert set(told) == in_file - {"id", "name"}
    assert (told["expected_purchases_365d"], told["lifetime_value_365d"]) == (2.5, "100.00")


def made(count: int) -> list[int]:
    """Customers who bought once, worked out."""
    people = [make.customer() for _one in range(count)]
    make.orders(*(make.ordered(who, "20", at=make.NOW) for who in people))
    work_out()
    return sorted(who.pk for who in people)


def listed(program: Program, **asked: Any) -> list[int]:
    found: Any = program.get("/scores", **asked).json()
    return [row["customer_id"] for row in found["items"]]


def test_the_scores_of_all_come_page_by_page() -> None:
    ids = made(5)
    program = Program(make.user())
    first: Any = program.get("/scores", limit=3).json()
    rest: Any = program.get("/scores", limit=3, cursor=first["next_cursor"]).json()
    rows = first["items"] + rest["items"]
    assert [row["customer_id"] for row in rows] == ids
    assert rest["next_cursor"] is None
    assert rows[0] == program.get(f"/customers/{ids[0]}/score").json()


def test_many_scores_are_not_more_questions() -> None:
    made(8)
    group = MicroSegment.objects.create(name="Regulars", found_on=timezone.localdate())
    CustomerScore.objects.update(segment=group)
    program = Program(make.user())
    listed(program)  # The first call of a token is noted.
    counts = []
    for limit in (1, 8):
        with CaptureQueriesContext(connection) as asked:
            assert len(listed(program, limit=limit)) == limit
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_scores_are_narrowed() -> None:
    one, two, three = made(3)
    group = MicroSegment.objects.create(name="Regulars", found_on=timezone.localdate())
    before = timezone.localdate() - timedelta(days=9)
    scores = CustomerScore.objects.all()
    scores.update(stage=4, rfm_group="new", stage_since=before, as_of=before)
    scores.filter(pk=two).update(stage=7, segment=group, habit_broken=True, next_due="2031-05-01")
    scores.filter(pk=three).update(rfm_group="lost", stage_since="2031-01-01", as_of="2031-01-02")
    program = Program(make.user())
    assert listed(program, customer=[three, one]) == [one, three]
    assert listed(program, stage=7) == [two]
    assert listed(program, phase="sell_more") == [one, three]
    assert listed(program, phase="sell_more", stage=7) == []
    assert listed(program, segment=group.pk) == [two]
    assert listed(program, habit_broken="true") == [two]
    assert listed(program, habit_broken="false") == [one, three]
    assert listed(program, rfm_group="lost") == [three]
    assert listed(program, stage_changed_since="2031-01-01") == [three]
    assert listed(program, as_of_from="2031-01-02") == [three]
    due = "next_due.between=2031-05-01&next_due.between=2031-05-02"
    assert listed(program, filter=due) == [two]
    assert listed(program, filter=due, habit_broken="false") == []


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"stage": 8}, {"stage": "less_than_equal"}),
        ({"phase": "sold"}, {"phase": "enum"}),
        ({"customer": 0}, {"customer": "greater_than_equal"}),
        ({"filter": "nothing.is=1"}, {"filter": "filter_unknown"}),
        ({"cursor": "x"}, {"cursor": "cursor_unknown"}),
    ],
)
def test_scores_are_not_told_by_what_nobody_knows(
    asked: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert errors_of(Program(make.user()).get("/scores", **asked)) == wrong


def test_scores_are_those_of_the_customers_one_may_see() -> None:
    one, two, _three = made(3)
    seller = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    Customer.objects.filter(pk=two).update(owner=seller.user)
    assert listed(seller) == [two]
    assert listed(seller, customer=[one]) == []


def test_before_the_first_refresh_the_list_is_empty(ana: Customer) -> None:
    assert listed(Program(make.user())) == []


def test_a_forecast_comes_with_how_the_last_one_came_true(ana: Customer) -> None:
    work_out()
    program = Program(make.user())
    told: Any = program.get(f"/customers/{ana.pk}/score").json()
    assert (told["backtest_factor"], told["backtest_money_factor"]) == (None, None)
    run = Run.objects.get(state=Run.State.DONE)
    tested: dict[str, Any] = {"factor": 1.25, "days": 182}
    Run.objects.update(figures=run.figures | {"backtest": tested})
    told = program.get(f"/customers/{ana.pk}/score").json()
    assert (told["backtest_factor"], told["backtest_money_factor"]) == (1.25, None)
    tested["money"] = {"factor": 1.13, "basis": "margin"}
    Run.objects.update(figures=run.figures | {"backtest": tested})
    [listed] = program.get("/scores").json()["items"]
    told = program.get(f"/customers/{ana.pk}/score").json()
    assert (told["backtest_factor"], told["backtest_money_factor"]) == (1.25, 1.13)
    assert listed == told
    caches["shared"].clear()
    page: Any = program.get("/analysis/figures/value").json()
    [notice] = page["notices"]
    assert "for every €100 of margin expected there came €113." in notice
    assert "there were 125" in notice


def test_a_stage_is_set_with_a_reason_and_left_to_behaviour_again(ana: Customer) -> None:
    work_out()
    boss, address = make.user(), f"/customers/{ana.pk}/stage"
    program = Program(boss)
    assert program.put(address, {"stage": 8, "reason": "Closed"}).status_code == 422
    assert program.put(address, {"stage": 7}).status_code == 422
    assert program.put(address, {"stage": 7, "reason": "Closed"}).status_code == 204
    told: Any = program.get(f"/customers/{ana.pk}/score").json()
    assert (told["stage"], told["stage_cause"]) == (7, "override")
    override = StageOverride.objects.get(customer=ana)
    assert (override.reason, override.user) == ("Closed", boss)
    assert program.delete(address).status_code == 204
    assert program.delete(address).status_code == 404


def test_who_may_not_change_a_customer_sets_no_stage(ana: Customer) -> None:
    address = f"/customers/{ana.pk}/stage"
    given = {"stage": 7, "reason": "Closed"}
    stranger = Program(make.user(Role.SELLER, visibility=Visibility.OWN))
    assert stranger.put(address, given).status_code == 404
    assert stranger.delete(address).status_code == 404
    reader = Program(make.user(Role.READER))
    assert reader.put(address, given).status_code == 403
    assert reader.delete(address).status_code == 403
    assert not StageOverride.objects.exists()


def test_a_suggestion_that_does_not_interest_is_taken_away(ana: Customer) -> None:
    product = make.order(None, "5", product="P9").lines.get().product
    Recommendation.objects.create(
        customer=ana, product=product, kind="cross_sell", rank=1, score=1, reason="popular"
    )
    program = Program(make.user())
    [told] = program.get(f"/customers/{ana.pk}/recommendations").json()
    assert told["product_id"] == product.pk
    address = f"/customers/{ana.pk}/recommendations/{product.pk}"
    assert program.delete(address).status_code == 204
    assert program.delete(address).status_code == 404
    assert SuggestionAnswer.objects.get().product == product


def test_a_refresh_is_asked_for_and_read() -> None:
    program = Program(make.user())
    made: Any = program.post("/analysis/runs", {}).json()
    assert (made["state"], made["cause"]) == ("waiting", "asked")
    assert program.get(f"/analysis/runs/{made['id']}").json()["asked_by_id"]
    assert [run["id"] for run in program.get("/analysis/runs").json()["items"]] == [made["id"]]


def test_a_seller_may_not_ask_for_a_refresh() -> None:
    assert Program(make.user(Role.SELLER)).post("/analysis/runs", {}).status_code == 403
