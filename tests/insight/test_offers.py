"""What a refresh offers to whom."""

from datetime import timedelta

import pytest

from tests import make
from tests.insight.refreshing import NOW, make_old, refreshed, rows_of, shop
from trato.catalog.models import Product
from trato.customers.models import Consent, Customer
from trato.insight.actions import refreshing
from trato.sales.models import Recommendation, SuggestionAnswer

pytestmark = pytest.mark.django_db


def _offered(who: Customer) -> set[str]:
    return set(Recommendation.objects.filter(customer=who).values_list("product__code", flat=True))


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
    run = refreshed()
    assert run.figures["learnt_on"] == first.figures["learnt_on"]
    assert _offered(people[0])
    assert not Recommendation.objects.filter(
        customer=people[0], product__code="grinder", kind=Recommendation.Kind.CROSS_SELL
    ).exists()
    kept = Recommendation.objects.exclude(customer=people[0]).values_list("pk", flat=True)
    assert set(kept) == before
    assert refreshed(days=8).figures["learnt_on"] != first.figures["learnt_on"]


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
