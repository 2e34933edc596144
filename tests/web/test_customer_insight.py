"""What analysis says of a customer, on their page and on the first one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.api.program import Program
from tests.pages import signed_in, words
from tests.web.scored import regular, scored
from trato.catalog.models import Product
from trato.customers.models import Consent, Customer, CustomerScore, EventKind, Stage
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.insight.actions import override_stage
from trato.insight.models import Run
from trato.sales.models import Recommendation, SuggestionAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user()


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


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
    assert "A strong habit" in page


@pytest.mark.parametrize(
    ("money", "told"),
    [
        (
            {"factor": 1.13, "basis": "turnover", "classes": []},
            "for every €100 of sales expected there came €113. Read the amounts with that in mind."
            " For every 100 purchases expected there were 80.",
        ),
        (None, "for every 100 purchases expected there were 80. Read the amounts"),
    ],
)
def test_a_forecast_says_how_the_last_one_came_true(
    client: Client, money: dict[str, Any] | None, told: str
) -> None:
    ana = regular()
    tested = {"factor": 0.8, "days": 180, "weeks": [], "classes": [], "money": money}
    started = timezone.now()
    Run.objects.create(
        state="done", as_of=started.date(), asked_at=started, figures={"backtest": tested}
    )
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "tested on 180 days" in page
    assert told in page


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


def test_of_what_nobody_bought_again_nothing_is_claimed(client: Client) -> None:
    ana = regular()
    suggestion(ana)
    Recommendation.objects.update(reason="bought_again", also=0, among=15)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "They have bought it once." in page
    assert "bought it again" not in page


def test_what_is_told_as_a_better_one_is_not_told_twice(client: Client) -> None:
    ana = regular()
    row = suggestion(ana)
    Recommendation.objects.create(
        customer=ana, product=row.product, kind="up_sell", rank=1, score=1, reason="moved_up"
    )
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "A better one" in page
    assert "Goes with what they buy" not in page


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
    assert f"bought {row.because} moved up to it later. They have had {row.because} since" in page


def test_a_suggestion_has_its_reason_and_begins_an_order(client: Client) -> None:
    ana = regular()
    row = suggestion(ana)
    answer = client.get(f"/customers/{ana.pk}/")
    assert f"8 of 10 who bought {row.because} also bought it." in words(answer)
    form = client.get(f"/orders/new/?customer={ana.pk}&product={row.product.code}")
    assert f'value="{row.product.code} · ' in form.content.decode()
    assert 'name="lines-0-quantity" value="1"' in form.content.decode()


@pytest.mark.parametrize(
    ("also", "said"),
    [
        (80, "8 de cada 10 que compraron %s también lo compraron."),
        (10, "1 de cada 10 que compraron %s también lo compró."),
        (5, "1 de cada 20 que compraron %s también lo compró."),
    ],
)
def test_the_verb_of_a_reason_agrees_with_how_many_they_are(
    user: User, also: int, said: str
) -> None:
    ana = regular()
    row = suggestion(ana)
    Recommendation.objects.update(also=also, among=100)
    page = words(signed_in(user, "es").get(f"/customers/{ana.pk}/"))
    assert said % row.because in page


@pytest.mark.parametrize(
    ("days", "said"), [((0, 7, 14), "mostly on"), ((0, 7, 1, 2), "often on"), ((0, 1, 2, 3), "")]
)
def test_a_weekday_is_told_where_it_is_a_habit(
    client: Client, days: tuple[int, ...], said: str
) -> None:
    ana = make.customer("Ana")
    for day in days:
        make.order(ana, "20", at=timezone.now() - timedelta(days=20 + day))
    last = make.today() - timedelta(days=20)
    scored(ana, purchases=len(days), rhythm_days=7, habit=0.5, usual_weekday=last.weekday())
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "A habit in the making" in page
    told = [one for one in ("mostly on", "often on") if f"{one} {last:%A}" in page]
    assert told == ([said] if said else [])


def test_a_broken_habit_and_the_rhythm_of_who_has_left_are_told_as_past(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(habit_broken=True, stage=Stage.ABANDONMENT)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "Bought about every 30 days; most often between 22 and 41." in page
    assert "Habit broken" in page
    assert "It was a strong habit" in page


def test_who_has_bought_since_the_analysis_is_not_said_to_be_missing(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(
        habit_broken=True,
        age=80,
        recency=60,
        next_due=make.today() - timedelta(days=3),
    )
    assert "Risk of leaving" in words(client.get(f"/customers/{ana.pk}/"))
    make.order(ana, "20", at=timezone.now())
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "They have bought since: the next refresh of the analysis counts it." in page
    for gone in ("Risk of leaving", "Habit broken", "was due", "should have come back"):
        assert gone not in page


def test_why_a_person_set_the_stage_is_beside_it(client: Client, user: User) -> None:
    ana = regular()
    override_stage(
        customer=ana, stage=Stage.ABANDONMENT, reason="Moved away", at=timezone.now(), user=user
    )
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "set by hand, with a reason." in page
    assert f"Moved away · {user.name}" in page
    history = words(client.get(f"/customers/{ana.pk}/stages/"))
    assert "Abandonment today set by hand, with a reason" in history


def _offered_to(who: Customer, user: User) -> set[int]:
    """By the page and by the API, which say the same."""
    page = signed_in(user).get(f"/customers/{who.pk}/").content.decode()
    told: Any = Program(user).get(f"/customers/{who.pk}/recommendations").json()
    on_page = {
        one["product_id"] for one in told if f"/suggestions/{one['product_id']}/decline/" in page
    }
    assert len(on_page) == min(len(told), 2)
    return {one["product_id"] for one in told}


def test_what_is_ordered_leaves_the_suggestions_at_once(user: User) -> None:
    ana = regular()
    row = suggestion(ana)
    assert _offered_to(ana, user) == {row.product_id}
    make.order(ana, "5", at=timezone.now(), product=row.product.code)
    assert not _offered_to(ana, user)


def test_what_is_not_on_sale_any_more_leaves_the_suggestions_at_once(user: User) -> None:
    ana = regular()
    row = suggestion(ana)
    Product.objects.filter(pk=row.product_id).update(is_active=False)
    assert not _offered_to(ana, user)


def test_who_does_not_want_to_be_profiled_is_suggested_nothing_at_once(user: User) -> None:
    ana = regular()
    suggestion(ana)
    no = {"channel": "email", "purpose": Consent.Purpose.PROFILING, "how": "x"}
    at = timezone.now()
    Consent.objects.create(customer=ana, granted=False, at=at, **no)
    assert not _offered_to(ana, user)
    Consent.objects.create(customer=ana, granted=True, at=at + timedelta(minutes=1), **no)
    assert _offered_to(ana, user)


def test_the_next_best_follow_those_that_are_gone(user: User) -> None:
    ana = regular()
    first = suggestion(ana)
    for rank, code in enumerate(("CUP", "POT", "JUG"), 2):
        product = make.order(None, "5", product=code).lines.get().product
        Recommendation.objects.create(
            customer=ana, product=product, kind=first.kind, rank=rank, score=1, reason="popular"
        )
    best = list(Recommendation.objects.order_by("rank").values_list("product", flat=True))
    client = signed_in(user)
    for declined in best[:2]:
        client.post(f"/customers/{ana.pk}/suggestions/{declined}/decline/")
    assert _offered_to(ana, user) == set(best[2:])


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
