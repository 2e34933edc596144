"""Changing many customers at once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make, queue
from tests.pages import HTMX, signed_in, words
from trato.customers.actions import fail_together, forget_together, run_together
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


def test_a_tag_is_taken_off_many_and_put_back_where_it_was(boss: Client) -> None:
    ana, bea = make.customer("Ana", tags=("a", "VIP", "b")), make.customer("Bea", tags=("b",))
    picked = {"do": "untag", "selected": [ana.pk, bea.pk], "value": "VIP"}
    assert "1 customer changed." in words(boss.post(URL, picked, follow=True))
    ana.refresh_from_db()
    assert ana.tags == ["a", "b"]
    assert ana.events.latest("pk").payload["changes"] == {"tags": [["a", "VIP", "b"], ["a", "b"]]}
    undo(boss)
    ana.refresh_from_db()
    assert ana.tags == ["a", "VIP", "b"]


def test_tags_in_use_are_offered(boss: Client) -> None:
    ana = make.customer("Ana", tags=("VIP, old",))
    asked = boss.post(URL, {"do": "tag", "selected": [ana.pk]}, headers=HTMX)
    assert '<option value="VIP, old">' in asked.content.decode()


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
    assert "No customer is chosen." in words(answer)


# More than a request should wait for


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.customers.views.together.MANY", 2)
    monkeypatch.setattr("trato.customers.actions.together.CHUNK", 2)


def tag_all(client: Client) -> Any:
    for number in range(5):
        make.customer(f"C{number}", tags=("VIP",) if number == 0 else ())
    everything = {"do": "tag", "everything": "1", "query": "", "value": "VIP"}
    return client.post(URL, everything, headers=HTMX)


@pytest.mark.usefixtures("few_are_many")
def test_many_are_changed_in_the_background(boss: Client) -> None:
    answer = tag_all(boss)
    page = answer.headers["HX-Redirect"]
    assert len(tagged()) == 1
    assert "0 of 5" in words(boss.get(page))
    assert "0 of 5" in words(boss.get(page, headers=HTMX))
    assert queue.work() == ["trato.customers.jobs.change_together"]
    assert len(tagged()) == 5
    shown = words(boss.get(page))
    assert "4 customers changed." in shown
    assert "1 had that value already." in shown
    assert boss.get(page, headers=HTMX).headers["HX-Redirect"] == page


@pytest.mark.usefixtures("few_are_many")
def test_many_are_put_back_in_the_background_but_for_those_changed_since(boss: Client) -> None:
    tag_all(boss)
    queue.work()
    Customer.objects.filter(name="C4").update(tags=["VIP", "feria"])
    page = undo(boss).redirect_chain[-1][0]
    queue.work()
    shown = words(boss.get(page))
    assert tagged() == {"C0", "C4"}
    assert "3 customers put back." in shown
    assert "1 was changed again since and stays as it is." in shown
    undo(boss)
    assert queue.work() == []


@pytest.mark.usefixtures("few_are_many")
def test_who_comes_to_match_later_is_not_changed(boss: Client) -> None:
    tag_all(boss)
    make.customer("Late")
    queue.work()
    assert "Late" not in tagged()


@pytest.mark.usefixtures("few_are_many")
def test_a_change_taken_up_again_goes_on_where_it_stopped(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag_all(boss)
    told: list[int] = []

    def stop_at_the_second(*_given: Any, **_more: Any) -> None:
        told.append(1)
        if len(told) == 2:
            raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("trato.customers.actions.together._tell", stop_at_the_second)
        with pytest.raises(RuntimeError):
            queue.work()
    change = BulkChange.objects.get()
    assert (change.done, len(tagged())) == (2, 2)
    run_together(change.pk, at=make.NOW)
    change.refresh_from_db()
    assert (change.state, change.changed, len(tagged())) == ("changed", 4, 5)


@pytest.mark.usefixtures("few_are_many")
def test_work_that_is_given_up_says_so_and_can_be_undone(boss: Client) -> None:
    page = tag_all(boss).headers["HX-Redirect"]
    fail_together(BulkChange.objects.get().pk)
    assert "stopped half-way" in words(boss.get(page))


def test_each_change_is_told_with_what_was_before(boss: Client) -> None:
    ana, user = make.customer("Ana"), make.user()
    boss.post(URL, {"do": "owner", "selected": [ana.pk], "value": user.pk})
    event = ana.events.get(kind="customer_changed")
    assert event.payload == {"changes": {"owner_id": [None, user.pk]}}
    undo(boss)
    event = ana.events.filter(kind="customer_changed").latest("pk")
    assert event.payload == {"changes": {"owner_id": [user.pk, None]}}


def test_an_owner_who_is_gone_is_not_put_back(boss: Client) -> None:
    leaver = make.user()
    ana = make.customer("Ana", owner_id=leaver.pk)
    boss.post(URL, {"do": "owner", "selected": [ana.pk], "value": ""})
    leaver.delete()
    undo(boss)
    ana.refresh_from_db()
    assert ana.owner is None


def test_the_progress_of_another_is_not_shown(boss: Client) -> None:
    ana = make.customer("Ana")
    boss.post(URL, {"do": "tag", "selected": [ana.pk], "value": "VIP"})
    page = f"{URL}{BulkChange.objects.get().pk}/"
    assert "1 customer changed." in words(boss.get(page))
    assert signed_in(make.user()).get(page).status_code == 404


def test_old_changes_are_forgotten(boss: Client) -> None:
    boss.post(URL, {"do": "tag", "selected": [make.customer().pk], "value": "VIP"})
    assert forget_together(before=timezone.now() + timedelta(days=1)) > 0
    assert not BulkChange.objects.exists()


def test_nothing_is_asked_when_nobody_was_chosen(boss: Client) -> None:
    for chosen in ({}, {"everything": "on", "query": "q=nobody"}):
        told = boss.post(URL, {"do": "tag"} | chosen, follow=True)
        assert "No customer is chosen." in words(told)
