from datetime import timedelta

import pytest

from tests import make
from trato.customers.actions import settle_statuses, update_customer
from trato.customers.models import Customer, Summary

pytestmark = pytest.mark.django_db


def kept(customer: Customer) -> str:
    """The status that stands beside the customer's dates."""
    return Summary.objects.get(customer=customer).status


def test_a_new_customers_status_is_kept_beside_the_dates() -> None:
    assert kept(make.customer("Ana")) == Customer.Status.POTENTIAL


def test_a_status_that_people_change_is_changed_beside_the_dates() -> None:
    ana = make.customer("Ana")
    update_customer(ana, changes={"status": Customer.Status.LOST}, at=make.NOW, user=make.user())
    assert kept(ana) == Customer.Status.LOST


def test_a_status_that_follows_from_purchases_is_changed_beside_the_dates() -> None:
    ana = make.customer("Ana")
    Summary.objects.filter(customer=ana).update(last_purchase_at=make.NOW - timedelta(days=1))
    settle_statuses([ana.pk], as_of=make.NOW)
    assert kept(ana) == Customer.Status.CURRENT


def test_a_status_that_purchases_made_twice_is_what_it_was_first() -> None:
    ana = make.customer("Ana")
    for days in (1, 5000):
        bought = make.NOW - timedelta(days=days)
        Summary.objects.filter(customer=ana).update(last_purchase_at=bought)
        settle_statuses([ana.pk], as_of=make.NOW)
    assert kept(ana) == Customer.Status.LOST
    Summary.objects.filter(customer=ana).update(last_purchase_at=None)
    assert [settle_statuses([ana.pk], as_of=make.NOW) for _again in range(2)] == [1, 0]
    assert kept(ana) == Customer.Status.POTENTIAL
