"""What a refresh offers to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from tests import make
from tests.insight.refreshing import NOW, make_old, refreshed, rows_of, shop
from trato.analytics.recommend import recommender
from trato.catalog.models import Product
from trato.customers.models import Consent, Customer
from trato.insight.actions import refreshing
from trato.sales.models import Order, Recommendation, SuggestionAnswer

pytestmark = pytest.mark.django_db


def _offered(who: Customer) -> set[str]:
    return set(Recommendation.objects.filter(customer=who).values_list("product__code", flat=True))


def _told(who: Customer) -> list[dict[str, Any]]:
    rows = Recommendation.objects.filter(customer=who).order_by("kind", "rank")
    return [model_to_dict(row, exclude=["id"]) for row in rows]


def test_what_is_offered_has_a_reason_and_a_worth() -> None:
    people = shop()
    run = refreshed()
    assert rows_of(run, "recommendations") == Recommendation.objects.count() > 0
    offer = Recommendation.objects.get(customer=people[0], product__code="grinder")
    assert offer.kind == Recommendation.Kind.CROSS_SELL
    assert (offer.also, offer.among) == (15, 30)
    assert offer.reason == Recommendation.Reason.POPULAR
    assert (offer.expected_value or 0) >= 0


def test_what_was_declined_or_is_not_sold_any_more_is_not_offered() -> None:
    people = shop()
    grinder = Product.objects.get(code="grinder")
    SuggestionAnswer.objects.create(customer=people[0], product=grinder, answer="declined", at=NOW)
    Product.objects.filter(code="filters").update(is_active=False)
    refreshed()
    assert _offered(people[0]) == {"coffee"}
    assert _offered(people[2]) == {"coffee", "grinder"}


def test_who_does_not_want_to_be_profiled_is_offered_nothing() -> None:
    people = shop()
    no = Consent(channel="email", purpose=Consent.Purpose.PROFILING, granted=False, at=NOW, how="x")
    no.customer = people[0]
    no.save()
    refreshed()
    assert _offered(people[0]) == set()
    assert _offered(people[2])


def test_what_was_given_back_is_not_offered_again() -> None:
    people = shop()
    make.order(people[1], "50", at=NOW - timedelta(days=2), product="grinder", quantity=-1)
    refreshed()
    assert "grinder" not in _offered(people[1])
    assert "grinder" in _offered(people[0])


def test_a_large_company_learns_once_a_week_and_offers_anew_to_who_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "_SMALL", 0)
    people = shop()
    first = refreshed()
    make_old()
    make.order(people[0], "50", at=NOW, product="grinder")
    before = set(Recommendation.objects.exclude(customer=people[0]).values_list("pk", flat=True))
    with monkeypatch.context() as patch:
        patch.setattr(recommender, "learn", None)
        run = refreshed()
    assert run.figures["learnt_on"] == first.figures["learnt_on"]
    assert _offered(people[0])
    assert not Recommendation.objects.filter(
        customer=people[0], product__code="grinder", kind=Recommendation.Kind.CROSS_SELL
    ).exists()
    kept = Recommendation.objects.exclude(customer=people[0]).values_list("pk", flat=True)
    assert set(kept) == before
    assert refreshed(days=8).figures["learnt_on"] != first.figures["learnt_on"]


def test_few_customers_with_many_lines_are_a_large_company(monkeypatch: pytest.MonkeyPatch) -> None:
    people = shop()
    refreshed()
    monkeypatch.setattr(refreshing, "_SHORT", Order.objects.count())
    first = refreshed(full=True)
    make_old()
    make.order(people[0], "50", at=NOW, product="grinder")
    monkeypatch.setattr(recommender, "learn", None)
    assert refreshed().figures["learnt_on"] == first.figures["learnt_on"]


def test_offers_to_who_changed_are_those_of_a_refresh_that_learns_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A day of learning, and a purchase later the same from the file of what was learnt."""
    monkeypatch.setattr(refreshing, "_SMALL", 0)
    learn, learnt = recommender.learn, list[recommender.Lessons]()

    def once(*given: Any) -> recommender.Lessons:
        learnt.extend([] if learnt else [learn(*given)])
        return learnt[0]

    monkeypatch.setattr(recommender, "learn", once)
    people = shop()
    refreshed()
    make_old()
    make.order(people[4], "50", at=NOW, product="grinder")
    refreshed()
    few = _told(people[4])
    refreshed(full=True)
    assert few == _told(people[4]) != []


def test_who_takes_back_the_leave_to_be_profiled_is_offered_nothing_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "_SMALL", 0)
    people = shop()
    refreshed()
    make_old()
    assert _offered(people[0])
    purpose = Consent.Purpose.PROFILING
    Consent(
        customer=people[0], channel="email", purpose=purpose, granted=False, at=NOW, how="x"
    ).save()
    refreshed()
    assert _offered(people[0]) == set()
    assert _offered(people[2])
