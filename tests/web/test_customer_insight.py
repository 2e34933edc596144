"""What analysis says of a customer, on their page and on the first one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.customers.models import Customer, CustomerScore, EventKind
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.models import Run
from trato.sales.models import Recommendation, SuggestionAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user()


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def scored(who: Customer, **more: Any) -> CustomerScore:
    today = make.today()
    plain = {"as_of": today, "stage": 6, "stage_since": today, "stage_cause": "loyal"}
    return CustomerScore.objects.create(customer=who, **(plain | more))


def regular() -> Customer:
    """Buys every thirty days, the last time twenty days ago."""
    ana = make.customer("Ana")
    for times in range(3):
        make.order(ana, "20", at=timezone.now() - timedelta(days=20 + 30 * times))
    scored(
        ana,
        purchases=3,
        lifetime_value="123.4",
        lifetime_value_low="80",
        lifetime_value_high="190",
        p_alive=0.82,
        expected_purchases=6.2,
        rhythm_days=30,
        rhythm_low=22,
        rhythm_high=41,
        next_due=make.today() + timedelta(days=10),
        risk=0.61,
        habit=0.8,
        usual_weekday=0,
    )
    return ana


def suggestion(who: Customer) -> Recommendation:
    bought = make.order(None, "5", product="COF").lines.get().product
    offered = make.order(None, "5", product="MUG").lines.get().product
    return Recommendation.objects.create(
        customer=who,
        product=offered,
        kind="cross_sell",
        rank=1,
        score=1,
        reason="bought_together",
        because=bought,
        also=80,
        among=100,
    )


def test_before_a_refresh_the_page_says_that_one_will_come(client: Client) -> None:
    page = words(client.get(f"/customers/{make.customer().pk}/"))
    assert "The next refresh of the analysis says where they are" in page


def test_value_and_rhythm_are_told_in_words(client: Client) -> None:
    page = words(client.get(f"/customers/{regular().pk}/"))
    assert "in 4 of 5 cases between €80 and €190" in page
    assert "by their own rhythm they should have come back already" in page
    assert "Buys about every 30 days; most often between 22 and 41." in page
    assert "The next one is due in 10 days." in page
    assert "Risk of leaving: high (61%)." in page
    assert "A strong habit · mostly on Monday" in page


def test_a_chance_is_told_where_the_rhythm_does_not_deny_it(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(risk=0.2)
    assert "8 of 10 with such a history come back." in words(client.get(f"/customers/{ana.pk}/"))


@pytest.mark.parametrize(
    ("p_alive", "risk", "told"),
    [
        (1e-6, 1.0, "Hardly anybody with such a history comes back."),
        (0.99, 0.001, "Almost everybody with such a history comes back."),
        (1e-6, 1.0, "Risk of leaving: very high (more than 99%)."),
        (0.99, 0.001, "Risk of leaving: low (less than 1%)."),
    ],
)
def test_nothing_is_certain(client: Client, p_alive: float, risk: float, told: str) -> None:
    ana = regular()
    CustomerScore.objects.update(p_alive=p_alive, risk=risk)
    assert told in words(client.get(f"/customers/{ana.pk}/"))


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(0, 0, "Most likely nothing"), (0, 90, "the few who bring more raise the mean")],
)
def test_a_mean_above_what_most_bring_is_explained(
    client: Client, low: float, high: float, told: str
) -> None:
    ana = regular()
    CustomerScore.objects.update(lifetime_value_low=low, lifetime_value_high=high)
    assert told in words(client.get(f"/customers/{ana.pk}/"))


def test_a_forecast_says_how_the_last_one_came_true(client: Client) -> None:
    ana = regular()
    tested = {"factor": 0.8, "days": 180, "weeks": [], "classes": []}
    started = timezone.now()
    Run.objects.create(
        state="done", as_of=started.date(), asked_at=started, figures={"backtest": tested}
    )
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "tested on 180 days" in page
    assert "0.80" in page


def test_who_bought_once_has_no_rhythm(client: Client) -> None:
    ana = make.customer("Ana")
    make.order(ana, "20", at=timezone.now() - timedelta(days=20))
    scored(ana, stage=4, stage_cause="first_purchase", purchases=1)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "Has bought once: there is no rhythm yet." in page
    assert "There are not enough purchases yet" in page


def test_who_bought_once_is_told_the_rhythm_of_the_others(client: Client) -> None:
    ana = make.customer("Ana")
    make.order(ana, "20", at=timezone.now() - timedelta(days=20))
    scored(ana, stage=4, stage_cause="first_purchase", purchases=1, rhythm_days=67)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "Has bought once; similar customers come back after about 67 days." in page


def test_few_of_many_are_told_as_one_in_so_many(client: Client) -> None:
    ana = regular()
    suggestion(ana)
    Recommendation.objects.update(reason="moved_up", also=11, among=200)
    assert "1 in 18 who bought" in words(client.get(f"/customers/{ana.pk}/"))


def test_who_might_move_up_is_told_since_when_they_have_the_lesser_one(client: Client) -> None:
    ana = regular()
    row = suggestion(ana)
    Recommendation.objects.update(reason="moved_up", also=11, among=200, since=date(2026, 3, 2))
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert f"bought {row.because} moved up to it later. They have {row.because} since" in page


def test_a_suggestion_has_its_reason_and_begins_an_order(client: Client) -> None:
    ana = regular()
    row = suggestion(ana)
    answer = client.get(f"/customers/{ana.pk}/")
    assert f"8 of 10 who bought {row.because} also bought it." in words(answer)
    form = client.get(f"/orders/new/?customer={ana.pk}&product={row.product.code}")
    assert f'value="{row.product.code} · ' in form.content.decode()


def test_what_does_not_interest_leaves_the_page_and_is_an_event(client: Client) -> None:
    ana = regular()
    row = suggestion(ana)
    client.post(f"/customers/{ana.pk}/suggestions/{row.product_id}/decline/")
    assert SuggestionAnswer.objects.get().product_id == row.product_id
    assert ana.events.filter(kind=EventKind.SUGGESTION_DECLINED).count() == 1
    assert "What to offer" not in words(client.get(f"/customers/{ana.pk}/"))


def test_who_does_not_see_the_customer_answers_nothing() -> None:
    ana = regular()
    row = suggestion(ana)
    stranger = signed_in(make.user(Role.SELLER, visibility=Visibility.OWN))
    address = f"/customers/{ana.pk}/suggestions/{row.product_id}/decline/"
    assert stranger.post(address).status_code == 404
    assert not SuggestionAnswer.objects.exists()


def test_the_first_page_tells_the_four_phases_and_whom_to_call(client: Client) -> None:
    regular()
    scored(make.customer("Ben"), habit_broken=True, rhythm_days=14, stage=7)
    page = words(client.get("/"))
    assert "Build loyalty 1" in page
    assert "They did not come as usual" in page
    assert "every 14 days" in page


def test_phases_are_of_the_customers_one_may_see() -> None:
    regular()
    stranger = make.user(Role.SELLER, visibility=Visibility.OWN)
    assert "Your customers on their way" not in words(signed_in(stranger).get("/"))


def test_the_list_shows_and_filters_by_stage(client: Client) -> None:
    regular()
    scored(make.customer("Ben"), stage=7)
    answer = client.get("/customers/?phase.in=win_back&columns=name,stage,phase,risk")
    assert [row["name"] for row in answer.context["list"].rows] == ["Ben"]
    assert "Win back" in words(answer)


def test_before_a_refresh_the_page_of_a_customer_leads_to_it(user: User) -> None:
    ana = make.customer("Ana")
    for language, said in (("en", "Refresh it now"), ("es", "Actualizarlo ahora")):
        page = signed_in(user, language).get(f"/customers/{ana.pk}/")
        assert said in words(page)
        assert 'href="/analysis/health/"' in page.content.decode()
    seller = signed_in(make.user(Role.SELLER, visibility=Visibility.ALL))
    assert "Refresh it now" not in words(seller.get(f"/customers/{ana.pk}/"))
