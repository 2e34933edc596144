"""What the page of a customer says of chances that contradict each other, and of intervals."""

from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import signed_in, words
from tests.web.scored import regular
from trato.customers.models import CustomerScore

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def test_a_chance_is_told_where_the_rhythm_does_not_deny_it(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(risk=0.2)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "8 of 10 with such a history are still customers." in page


@pytest.mark.parametrize("late", [{"risk": 0.4}, {"risk": 0.1, "habit_broken": True}])
def test_no_sure_customer_whose_rhythm_says_otherwise(client: Client, late: dict[str, Any]) -> None:
    ana = regular()
    CustomerScore.objects.update(p_alive=0.97, **late)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "Almost everybody" not in page
    assert "by their own rhythm they should have come back already" in page


def test_nobody_is_given_up_whom_their_rhythm_does_not(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(p_alive=0.0003, risk=0.42)
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert "Hardly anybody" not in page
    assert "by their own rhythm they are more likely still a customer than not" in page


def test_a_history_that_the_rhythm_only_tops_is_told_as_it_is(client: Client) -> None:
    ana = regular()
    CustomerScore.objects.update(p_alive=0.6, risk=0.1)
    assert "6 of 10 with such a history are still customers." in words(
        client.get(f"/customers/{ana.pk}/")
    )


@pytest.mark.parametrize(
    ("p_alive", "risk", "told"),
    [
        (1e-6, 1.0, "Hardly anybody with such a history is still a customer."),
        (0.99, 0.001, "Almost everybody with such a history is still a customer."),
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
    [(0, 0, "Most likely nothing"), (0, 90, "who bring more raise the average")],
)
def test_a_mean_above_what_most_bring_is_explained(
    client: Client, low: float, high: float, told: str
) -> None:
    ana = regular()
    CustomerScore.objects.update(lifetime_value_low=low, lifetime_value_high=high)
    assert told in words(client.get(f"/customers/{ana.pk}/"))


def test_of_a_loss_both_ends_are_told(client: Client) -> None:
    ana = regular()
    loss = {"lifetime_value": -500, "lifetime_value_low": -900, "lifetime_value_high": -120}
    CustomerScore.objects.update(**loss)
    assert "in 4 of 5 cases between -€900 and -€120" in words(client.get(f"/customers/{ana.pk}/"))
