"""The pages of the analysis as somebody with a browser gets them."""

from datetime import timedelta
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from tests import make
from tests.pages import HTMX, leads_to, signed_in, words
from trato.customers.models import Customer, CustomerScore, MicroSegment, Phase, RfmGroup, Stage
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight import marts
from trato.insight.actions import ask_refresh, begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.insight.figures.catalogue import BY_NAME, PAGES
from trato.insight.models import Run

pytestmark = pytest.mark.django_db
NAMES = [page.name for page in PAGES]


@pytest.fixture
def boss() -> User:
    return make.user(name="Elena")


@pytest.fixture
def people(boss: User) -> list[Customer]:
    """Six customers of two owners, with purchases until today, and what analysis says of them."""
    seller = make.user(Role.SELLER, name="Sol", visibility=Visibility.OWN)
    made, bought = [], []
    for place in range(6):
        who = make.customer(f"Customer of {place}", owner_id=(seller if place < 2 else boss).pk)
        for times in range(1 + place):
            at = timezone.now() - timedelta(days=5 + 30 * times)
            bought.append(make.ordered(who, str(20 + 10 * place), at=at, product=f"P{times % 3}"))
        made.append(who)
    make.orders(*bought)
    run = begin_refresh(at=timezone.now(), as_of=None, full=True, user=None)
    refresh(run, at=timezone.now())
    return made


def page(name: str, query: str = "") -> str:
    return f"/analysis/{name}/{query}"


@pytest.mark.parametrize("name", NAMES)
def test_a_role_without_analysis_does_not_know_the_page(name: str) -> None:
    assert signed_in(make.user(Role.AGENT)).get(page(name)).status_code == 404


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get(page("lifecycle"))
    assert urlsplit(leads_to(answer)).path == "/sign-in/"


def test_what_is_no_page_is_not_found(boss: User) -> None:
    assert signed_in(boss).get(page("horoscope")).status_code == 404


def test_the_analysis_begins_with_the_journey(boss: User) -> None:
    assert leads_to(signed_in(boss).get("/analysis/")) == page("lifecycle")


@pytest.mark.parametrize("name", NAMES)
def test_before_the_first_refresh_a_page_says_what_it_will_do(name: str, boss: User) -> None:
    make.customer()
    found = words(signed_in(boss).get(page(name)))
    assert str(BY_NAME[name].title) in found
    assert "Work it out now" in found


def test_after_an_update_a_page_does_not_say_that_there_was_no_analysis_yet(boss: User) -> None:
    make.order(make.customer())
    work_out()
    note = marts.place().read_note(marts.NOTE) or {}
    marts.place().write_note(marts.NOTE, note | {"version": 1})
    for language, said, never in (
        ("en", "have to be worked out anew", "has not come yet"),
        ("es", "hay que calcularlas de nuevo", "no ha llegado"),
    ):
        told = words(signed_in(boss, language).get(page("value")))
        assert said in told
        assert never not in told


def test_who_may_not_refresh_sees_no_button() -> None:
    seller = make.user(Role.SELLER)
    assert "Work it out now" not in words(signed_in(seller).get(page("value")))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_answers_its_questions(
    language: str, boss: User, people: list[Customer]
) -> None:
    client = signed_in(boss, language)
    for name in NAMES:
        answer = client.get(page(name))
        assert answer.status_code == 200
        assert 'class="card chart' in answer.content.decode()
        assert "style=" not in answer.content.decode().split("<main")[1]


def test_every_chart_is_also_a_file(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    for name in NAMES:
        content = client.get(page(name)).context["content"]
        for chart in content.charts:
            answer = client.get(page(name, f"?export={chart.name}"))
            lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
            assert len(lines) == 1 + len(chart.lines)


def test_every_chart_says_how_it_is_worked_out(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    told = [client.get(page(name)).context["content"].charts for name in NAMES]
    told.append(client.get("/analysis/health/").context["charts"])
    assert [one.name for charts in told for one in charts if not one.formula] == []


def test_a_page_without_a_period_says_why(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    for name in NAMES:
        said = "A period does not change it" in words(client.get(page(name)))
        assert said is not BY_NAME[name].is_timed


def test_a_file_that_does_not_exist_is_not_found(boss: User, people: list[Customer]) -> None:
    assert signed_in(boss).get(page("value", "?export=nothing")).status_code == 404


def test_who_may_not_export_gets_no_file(people: list[Customer]) -> None:
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    assert seller.get(page("value", "?export=tenths")).status_code == 404
    assert "export=tenths" not in seller.get(page("value")).content.decode()


def test_a_seller_sees_figures_of_their_own_customers(boss: User, people: list[Customer]) -> None:
    seller = people[0].owner
    assert seller is not None
    for user, count in ((boss, 6), (seller, 2)):
        content = signed_in(user).get(page("lifecycle")).context["content"]
        assert sum(int(line.values[1]) for line in content.charts[0].lines) == count


def test_each_number_leads_to_as_many_customers(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    content = client.get(page("lifecycle", "?period=all")).context["content"]
    for chart in content.charts:
        for line in chart.lines:
            if chart.name in {"stages", "funnel"}:
                found = client.get(line.href).context["list"].page
                assert len(found.rows) == line.values[1]
                assert not found.notices


def test_a_step_that_nobody_reached_leads_nowhere(boss: User) -> None:
    """Nor is it said to be 0 % of another one that nobody reached."""
    make.customer()
    work_out()
    answer = signed_in(boss).get(page("lifecycle", "?period=all"))
    [funnel] = [one for one in answer.context["content"].charts if one.name == "funnel"]
    assert [bool(line.href) for line in funnel.lines] == [True, *[False] * 4]
    assert words(answer).count("of the step before") == 1


def test_customers_behind_a_move_are_a_filter_in_words(boss: User, people: list[Customer]) -> None:
    answer = signed_in(boss).get("/customers/?analysis.in=moved_from%3D0%26moved_to%3D4")
    assert "were new in Purchase" in words(answer)


def test_the_period_is_said_as_a_sentence(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    assert "Period: last 12 months" in words(client.get(page("lifecycle")))
    days = client.get("/analysis/period/?page=/analysis/lifecycle/&do=1&start=2026-01-01&end=")
    assert leads_to(days) == page("lifecycle", "?start=2026-01-01")


@pytest.mark.parametrize("asked", [f"segment={9**40}", f"gone={9**400}", "worth_from=nan"])
def test_what_is_no_number_of_ours_is_left_out(
    asked: str, boss: User, people: list[Customer]
) -> None:
    client = signed_in(boss)
    assert client.get(page("cohorts", f"?{asked}&period=all")).status_code == 200
    assert client.get(f"/customers/?{urlencode({'analysis.in': asked})}").status_code == 200


@pytest.mark.parametrize("asked", ["again=1", "times=1"])
def test_a_page_can_be_narrowed_by_days_too(asked: str, boss: User, people: list[Customer]) -> None:
    assert signed_in(boss).get(page("rfm", f"?{asked}")).status_code == 200


def test_a_period_leads_back_to_a_page_of_ours_only(boss: User) -> None:
    assert signed_in(boss).get("/analysis/period/?page=//evil.example").status_code == 404


def test_a_group_gets_the_name_that_people_use(boss: User) -> None:
    group = MicroSegment.objects.create(
        found_on=make.NOW.date(), traits=[{"feature": "rhythm", "direction": "low"}]
    )
    assert str(group) == "Buy often"
    signed_in(boss).post(f"/analysis/segments/{group.pk}/name/", {"name": "Regulars"})
    group.refresh_from_db()
    assert str(group) == "Regulars"


def test_a_refresh_is_asked_for_with_a_button(boss: User) -> None:
    signed_in(boss).post("/analysis/refresh/")
    assert Run.objects.get().asked_by == boss
    assert "The refresh waits for the worker" in words(signed_in(boss).get("/analysis/health/"))


def test_a_seller_may_not_ask_for_a_refresh() -> None:
    assert signed_in(make.user(Role.SELLER)).post("/analysis/refresh/").status_code == 404


def test_a_failed_refresh_says_why_and_that_the_old_scores_stand(
    boss: User, people: list[Customer]
) -> None:
    Run.objects.create(
        as_of=make.NOW.date(), asked_at=make.NOW, state=Run.State.FAILED, problem="No room left"
    )
    found = words(signed_in(boss).get("/analysis/health/"))
    assert "No room left" in found
    assert "still stand" in found


def test_each_run_has_its_page(boss: User, people: list[Customer]) -> None:
    run = Run.objects.get()
    assert "How long did each step take?" in words(
        signed_in(boss).get(f"/analysis/health/{run.pk}/")
    )


def test_progress_ends_when_the_run_does(boss: User, people: list[Customer]) -> None:
    answer = signed_in(boss).get("/analysis/progress/", headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"


def test_the_journey_of_a_customer_is_told(boss: User, people: list[Customer]) -> None:
    found = words(signed_in(boss).get(f"/customers/{people[5].pk}/stages/"))
    assert "bought for the first time" in found


def test_a_stage_is_set_by_hand_with_a_reason(boss: User, people: list[Customer]) -> None:
    address = f"/customers/{people[0].pk}/stage/"
    client = signed_in(boss)
    assert client.post(address, {"stage": 7}).status_code == 422
    client.post(address, {"stage": 7, "reason": "They closed the shop"})
    assert CustomerScore.objects.get(customer=people[0]).stage == Stage.ABANDONMENT
    assert "They closed the shop" in words(client.get(f"/customers/{people[0].pk}/"))
    client.post(address, {"withdraw": "1"})
    assert not hasattr(Customer.objects.get(pk=people[0].pk), "stage_override")


def test_who_does_not_see_the_customer_sets_no_stage(people: list[Customer]) -> None:
    stranger = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    for part in ("stage", "stages"):
        assert stranger.get(f"/customers/{people[0].pk}/{part}/").status_code == 404


def test_a_run_says_who_asked_for_it(boss: User, people: list[Customer]) -> None:
    assert "command line" in words(signed_in(boss).get("/analysis/health/"))
    Run.objects.all().delete()
    ask_refresh(at=make.NOW, user=None)
    told = words(signed_in(boss, "es").get("/analysis/health/"))
    assert "cada noche" in told
    assert "línea de órdenes" not in told


def test_a_refresh_is_done_in_spanish_too(boss: User, people: list[Customer]) -> None:
    assert "Hecha" in words(signed_in(boss, "es").get("/analysis/health/"))


def test_too_few_data_name_how_many_are_enough(boss: User, people: list[Customer]) -> None:
    for language, said in (
        ("en", "at least 500 customers"),
        ("es", "al menos 500 clientes"),
    ):
        assert said in words(signed_in(boss, language).get(page("economics")))


def test_phases_are_told_as_what_is_to_be_done() -> None:
    told = {
        "en": ("Attract", "Sell more", "Build loyalty", "Win back"),
        "es": ("Atraer", "Vender más", "Fidelizar", "Recuperar"),
    }
    for language, labels in told.items():
        with override(language):
            assert tuple(str(phase.label) for phase in Phase) == labels
    with override("es"):
        assert RfmGroup.CANNOT_LOSE.label == "No puedes perderlos"


def work_out() -> None:
    refresh(begin_refresh(at=timezone.now(), as_of=None, full=True, user=None), at=timezone.now())


@pytest.mark.parametrize("is_refreshed", [False, True])
def test_without_customers_a_page_offers_to_import_them(boss: User, is_refreshed: bool) -> None:
    if is_refreshed:
        work_out()
    for language, said in (("en", "Import your customers"), ("es", "Importar tus clientes")):
        for name in NAMES:
            answer = signed_in(boss, language).get(page(name))
            assert said in words(answer)
            assert 'href="/imports/new?kind=customers"' in answer.content.decode()


def test_without_purchases_a_page_offers_to_import_them(boss: User) -> None:
    make.customer()
    work_out()
    for language, said in (("en", "Import your orders"), ("es", "Importar tus pedidos")):
        for name in NAMES:
            assert said in words(signed_in(boss, language).get(page(name)))
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    told = words(seller.get(page("value")))
    assert "There are no purchases yet" in told
    assert "Import your orders" not in told


def test_purchases_that_no_refresh_has_read_offer_one(boss: User) -> None:
    work_out()
    make.order(make.customer())
    for language, said in (("en", "Work it out now"), ("es", "Calcular ahora")):
        assert said in words(signed_in(boss, language).get(page("value")))


def test_who_has_no_customers_yet_is_told_when_they_come(people: list[Customer]) -> None:
    newcomer = make.user(Role.SELLER, visibility=Visibility.OWN)
    for language, said in (
        ("en", "There are no customers of yours yet"),
        ("es", "Todavía no tienes clientes"),
    ):
        assert said in words(signed_in(newcomer, language).get(page("value")))


def test_one_customer_is_enough_for_every_page(boss: User) -> None:
    make.order(make.customer(), "20", at=timezone.now() - timedelta(days=5))
    work_out()
    for name in NAMES:
        answer = signed_in(boss).get(page(name))
        assert answer.status_code == 200
        assert "There is not enough for this yet." not in words(answer)


def test_nothing_for_a_filter_leads_to_everybody(boss: User, people: list[Customer]) -> None:
    for language, said in (
        ("en", "See everybody, all the time"),
        ("es", "Ver a todos, todo el tiempo"),
    ):
        answer = signed_in(boss, language).get(page("lifecycle", "?team=-7&period=3m"))
        assert said in words(answer)
        assert 'href="?period=all"' in answer.content.decode()


def test_what_a_cohort_brought_leads_to_its_customers(boss: User, people: list[Customer]) -> None:
    client = signed_in(boss)
    content = client.get(page("cohorts", "?period=all")).context["content"]
    [chart] = [one for one in content.charts if one.name == "brought"]
    told: dict[str, list[Any]] = {}
    for line in chart.lines:
        told.setdefault(line.values[0], []).append(line.values)
        assert len(client.get(line.href).context["list"].page.rows) == line.values[2]
    # Who first bought five days ago may be in a month that has not ended.
    assert sum(cells[0][2] for cells in told.values()) in (len(people) - 1, len(people))
    for cells in told.values():
        sums = accumulate(revenue for _cohort, _month, _all, revenue, *_rest in cells)
        assert [cell[5] for cell in cells] == pytest.approx([total / cells[0][2] for total in sums])
        # No product has a cost.
        assert cells[0][4] is cells[0][6] is None


def test_once_is_not_said_of_who_bought_seldom(boss: User, people: list[Customer]) -> None:
    """The lowest fifth can hold who bought twice."""
    assert "1 · seldom" in words(signed_in(boss).get(page("rfm")))


def test_of_one_customer_no_share_and_no_curve_is_told(boss: User) -> None:
    make.order(make.customer(), "20", at=timezone.now() - timedelta(days=40))
    work_out()
    client = signed_in(boss)
    told = words(client.get(page("value"))) + words(client.get(page("cohorts")))
    assert "The best fifth" not in told
    assert "See everybody" not in told
    assert "There is not enough for this yet: it comes with more purchases." in told
    # Without a forecast there is nothing to expect, and nothing that a group is worth.
    assert "purchases in a year" not in told
    rfm = client.get(page("rfm")).context["content"].charts
    assert [line.values[-1] for chart in rfm for line in chart.lines] == [None, None]
    # Nor any parameter that was fitted to one.
    assert "log-likelihood" not in words(client.get(page("health")))
