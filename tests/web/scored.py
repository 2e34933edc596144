"""Customers with a score, as a refresh would have left it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests import make
from trato.customers.models import Customer, CustomerScore


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
