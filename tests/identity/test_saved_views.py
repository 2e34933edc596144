"""Saved views of a list after they were kept: renamed, shared, brought up to date, moved."""

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.identity.models import SavedView, User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
URL = "/customers/"


@pytest.fixture
def elena() -> User:
    return make.user()


@pytest.fixture
def client(elena: User) -> Client:
    make.customer("Ana")
    return signed_in(elena)


def keep(client: Client, name: str, query: str = "", **more: str) -> SavedView:
    client.post(f"{URL}?do=view", {"query": query, "name": name} | more)
    return SavedView.objects.get(name=name)


def names(client: Client) -> list[str]:
    return [tab.label for tab in client.get(URL).context["list"].tabs][1:]


def test_a_view_is_renamed_and_shared(client: Client) -> None:
    view = keep(client, "Lost", "status.in=lost")
    dialog = client.get(f"{URL}?view={view.pk}&do=edit", headers=HTMX)
    assert b'value="Lost"' in dialog.content
    client.post(f"{URL}?do=edit", {"view": view.pk, "name": "Gone", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Gone", True, "status.in=lost")
    client.post(f"{URL}?do=edit", {"view": view.pk, "name": "Gone"})
    view.refresh_from_db()
    assert not view.shared


def test_two_views_do_not_get_one_name(client: Client) -> None:
    view = keep(client, "Lost")
    keep(client, "Best")
    answer = client.post(f"{URL}?do=edit", {"view": view.pk, "name": "Best"}, headers=HTMX)
    assert answer.status_code == 422
    assert "You have a view of this name already." in words(answer)


def test_who_may_not_share_does_not_unshare_by_renaming(client: Client) -> None:
    agent = make.user(Role.AGENT)
    view = SavedView.objects.create(user=agent, page="customers", name="Mine", shared=True)
    signed_in(agent).post(f"{URL}?do=edit", {"view": view.pk, "name": "Ours"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Ours", True)


def test_present_filters_become_those_of_the_view(client: Client) -> None:
    view = keep(client, "Lost", "status.in=lost")
    query = f"view={view.pk}&status.in=lost&sort=name&columns=name,city"
    assert "Keep these filters in it" in words(client.get(f"{URL}?{query}"))
    client.post(f"{URL}?do=update", {"view": view.pk, "query": query})
    view.refresh_from_db()
    assert (view.query, view.columns) == ("status.in=lost&sort=name", ["name", "city"])


def test_views_are_put_in_order(client: Client) -> None:
    keep(client, "A")
    middle = keep(client, "B")
    last = keep(client, "C")
    client.post(f"{URL}?do=move", {"view": last.pk, "to": "left"})
    assert names(client) == ["A", "C", "B"]
    client.post(f"{URL}?do=move", {"view": middle.pk, "to": "right"})
    assert names(client) == ["A", "C", "B"]


def test_own_views_stand_before_those_of_others(client: Client) -> None:
    keep(signed_in(make.user()), "Theirs", shared="on")
    keep(client, "Mine")
    assert names(client) == ["Mine", "Theirs"]


@pytest.mark.parametrize("do", ["edit", "update", "move", "forget"])
def test_the_view_of_another_is_only_looked_at(client: Client, do: str) -> None:
    view = keep(signed_in(make.user()), "Theirs", shared="on")
    data = {"view": view.pk, "name": "Stolen", "query": "q=x", "to": "left"}
    assert client.post(f"{URL}?do={do}", data).status_code == 404
    assert "Rename" not in words(client.get(f"{URL}?view={view.pk}"))
    view.refresh_from_db()
    assert view.name == "Theirs"
