"""Changing many customers at once."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.models import BulkChange, Customer
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
URL = "/customers/together/"


@pytest.fixture
def boss() -> Client:
    return signed_in(make.user())


def tagged(tag: str = "VIP") -> set[str]:
    return set(Customer.objects.filter(tags__contains=[tag]).values_list("name", flat=True))


def undo(client: Client) -> Any:
    change = BulkChange.objects.latest("pk")
    return client.post(f"/customers/together/{change.pk}/undo/", follow=True)


def test_picked_customers_are_changed_together_after_asking_for_the_value(boss: Client) -> None:
    ana, bea = make.customer("Ana"), make.customer("Bea")
    make.customer("Cleo")
    picked = {"do": "tag", "selected": [ana.pk, bea.pk]}
    form = boss.post(URL, picked, headers=HTMX)
    assert "Change 2 customers" in words(form)
    assert len(re.findall(b'name="selected"', form.content)) == 2
    done = boss.post(URL, picked | {"value": "VIP"}, follow=True)
    assert tagged() == {"Ana", "Bea"}
    assert "2 customers changed." in words(done)


def test_what_was_changed_together_is_put_back_together(boss: Client) -> None:
    ana = make.customer("Ana", status="potential")
    bea = make.customer("Bea", status="current")
    picked = {"do": "status", "selected": [ana.pk, bea.pk], "value": "lost"}
    shown = boss.post(URL, picked, follow=True)
    assert b"/undo/" in shown.content
    assert "2 customers put back." in words(undo(boss))
    assert set(Customer.objects.values_list("name", "status")) == {
        ("Ana", "potential"),
        ("Bea", "current"),
    }


def test_everything_that_matches_is_changed_and_nothing_else(boss: Client) -> None:
    for number in range(60):
        make.customer(f"C{number}", status="lost" if number % 2 else "current")
    everything = {"do": "tag", "everything": "1", "query": "status.in=lost&sort=name"}
    boss.post(URL, everything | {"value": "VIP"})
    assert len(tagged()) == 30
    assert set(Customer.objects.filter(tags=["VIP"]).values_list("status", flat=True)) == {"lost"}


def test_an_owner_and_a_team_are_given_to_many(boss: Client) -> None:
    ana, user, team = make.customer("Ana"), make.user(), make.team()
    boss.post(URL, {"do": "owner", "selected": [ana.pk], "value": user.pk})
    boss.post(URL, {"do": "team", "selected": [ana.pk], "value": team.pk})
    ana.refresh_from_db()
    assert (ana.owner, ana.team) == (user, team)


def test_too_many_at_once_are_refused(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.customers.views.together.MOST", 1)
    make.customer("Ana")
    make.customer("Bea")
    answer = boss.post(URL, {"do": "tag", "everything": "1", "value": "VIP"}, follow=True)
    assert "Filter the list first" in words(answer)
    assert tagged() == set()


def test_the_customers_of_others_are_ignored() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    own = make.customer("Own", owner_id=seller.pk)
    others = make.customer("Other's", owner_id=make.user().pk)
    client = signed_in(seller)
    client.post(URL, {"do": "tag", "selected": [own.pk, others.pk], "value": "VIP"})
    client.post(URL, {"do": "tag", "everything": "1", "query": "", "value": "feria"})
    assert (tagged("VIP"), tagged("feria")) == ({"Own"}, {"Own"})


def test_nobody_takes_back_what_another_did(boss: Client) -> None:
    ana = make.customer("Ana")
    boss.post(URL, {"do": "tag", "selected": [ana.pk], "value": "VIP"})
    assert undo(signed_in(make.user())).status_code == 404
    assert tagged() == {"Ana"}


def test_who_may_only_read_changes_nothing() -> None:
    ana = make.customer("Ana")
    reader = signed_in(make.user(Role.READER))
    answer = reader.post(URL, {"do": "tag", "selected": [ana.pk], "value": "VIP"})
    assert answer.status_code == 404
    assert tagged() == set()


@pytest.mark.parametrize(
    "data",
    [
        {"do": "name", "value": "x"},
        {"do": ""},
        {},
    ],
)
def test_only_known_fields_are_changed_together(boss: Client, data: dict[str, str]) -> None:
    assert boss.post(URL, data).status_code == 404


def test_odd_picks_are_no_picks(boss: Client) -> None:
    odd = ["x", "-1", "9" * 30, "١"]
    answer = boss.post(URL, {"do": "tag", "selected": odd, "value": "VIP"}, follow=True)
    assert "Nothing to change" in words(answer)
