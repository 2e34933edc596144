"""What the page of a customer says of where they stand: words that agree with each other."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.customers.models import BaseRules, Customer, CustomerScore
from trato.identity.models import User
from trato.identity.rules import Role, Visibility
from trato.sales.actions import refresh_purchases

pytestmark = pytest.mark.django_db
CLASSES = ("High volume", "Average volume", "Low volume")


@pytest.fixture(autouse=True)
def nobody_has_counted() -> None:
    caches["shared"].clear()


@pytest.fixture
def user() -> User:
    return make.user()


@pytest.fixture
def ten(user: User) -> list[Customer]:
    """Who bought for 10, 20 … within the year; one long ago; one never."""
    people = [make.customer(f"Customer {place}") for place in range(1, 11)]
    for place, who in enumerate(people, 1):
        make.order(who, str(10 * place), at=timezone.now() - timedelta(days=20))
    long_ago, never = make.customer("Long ago"), make.customer("Never")
    make.order(long_ago, "900", at=timezone.now() - timedelta(days=500))
    refresh_purchases(None, as_of=timezone.now())
    return [*people, long_ago, never]


def told(user: User, who: Customer) -> list[str]:
    page = words(signed_in(user).get(f"/customers/{who.pk}/"))
    return [name for name in CLASSES if name in page]


def test_the_class_of_volume_is_that_of_the_first_page(user: User, ten: list[Customer]) -> None:
    assert told(user, ten[9]) == []
    signed_in(user).get("/")
    found = [told(user, who) for who in ten]
    high, average, low = ([name] for name in CLASSES)
    assert found == [*[low] * 5, *[average] * 3, *[high] * 2, [], []]
    spanish = words(signed_in(user, "es").get(f"/customers/{ten[9].pk}/"))
    assert "Volumen alto" in spanish


def test_classes_are_those_of_the_rules_and_of_who_looks(user: User, ten: list[Customer]) -> None:
    seller = make.user(Role.SELLER, visibility=Visibility.OWN)
    Customer.objects.filter(pk__in=[who.pk for who in ten[:2]]).update(owner=seller)
    for somebody in (user, seller):
        signed_in(somebody).get("/")
    assert told(user, ten[1]) == ["Low volume"]
    assert told(seller, ten[1]) == ["Average volume"]
    BaseRules.objects.update(high_volume_percent=99)
    assert told(user, ten[1]) == []


def test_why_somebody_reconsiders_agrees_with_when_they_were_due(user: User) -> None:
    ana, day = make.customer("Ana"), make.today() - timedelta(days=9)
    make.order(ana, "20", at=timezone.now() - timedelta(days=40))
    CustomerScore.objects.create(
        customer=ana,
        as_of=make.today(),
        stage=5,
        stage_cause="due",
        stage_since=day,
        purchases=2,
        next_due=day,
    )
    for language, why, due in (
        ("en", "it was time to buy again.", "The next one was due 9 days ago."),
        ("es", "le tocaba volver a comprar.", "La próxima le tocaba hace 9 días."),
    ):
        page = words(signed_in(user, language).get(f"/customers/{ana.pk}/"))
        assert why in page
        assert due in page
