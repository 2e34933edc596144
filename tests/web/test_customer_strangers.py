"""Nobody learns of a customer that is not theirs, nor changes one without the right to."""

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, leads_to, signed_in, words
from trato.customers.actions import record_fact, set_role
from trato.customers.models import Customer, Event
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
READ = ["", "timeline/", "who/", "state/", "orders/", "history/", "consent/"]
READ += ["consent/email/service/", "parts/head/", "parts/who/", "parts/state/"]
FORMS = ["edit/", "contacts/", "fields/origin/", "custom/nick/", "roles/", "facts/"]
FORMS += ["ways/email/", "ways/phone/", "ways/address/", "ways/external/"]
WRITE = [*FORMS, "delete/", "tags/remove/", "ways/email/{email}/remove/"]
WRITE += ["ways/email/{email}/main/", "roles/{role}/end/", "facts/{fact}/remove/"]
WRITE += ["consent/email/service/"]


@pytest.fixture
def owner() -> User:
    return make.user(Role.SELLER)


@pytest.fixture
def ana(owner: User) -> Customer:
    ana = make.customer("Ana", emails=("ana@example.com",), owner_id=owner.pk)
    shop = make.customer("Shop", kind="organisation", owner_id=owner.pk)
    set_role(ana, organisation=shop, title="Buyer", at=make.NOW, user=owner)
    record_fact(ana, kind="need", text="Tea", origin="declared", source="", at=make.NOW, user=owner)
    return ana


def address(ana: Customer, rest: str) -> str:
    ids = {"email": ana.emails.get().pk, "role": ana.roles.get().pk, "fact": ana.facts.get().pk}
    return f"/customers/{ana.pk}/{rest.format(**ids)}"


def answers(client: Client, ana: Customer, rest: str, *, get: bool) -> list[int]:
    call = client.get if get else client.post
    url = address(ana, rest)
    return [call(url).status_code, call(url, headers=HTMX).status_code]


@pytest.mark.parametrize("visibility", ["own", "team"])
@pytest.mark.parametrize("rest", [*READ, *FORMS, "delete/"])
def test_a_stranger_gets_404(ana: Customer, visibility: str, rest: str) -> None:
    stranger = signed_in(
        make.user(Role.MANAGER, visibility=visibility, teams=[make.team("Others")])
    )
    assert answers(stranger, ana, rest, get=True) == [404, 404]


@pytest.mark.parametrize("visibility", ["own", "team"])
@pytest.mark.parametrize("rest", WRITE)
def test_a_stranger_changes_nothing(ana: Customer, visibility: str, rest: str) -> None:
    stranger = signed_in(make.user(Role.ADMINISTRATOR, visibility=visibility))
    before = Event.objects.count()
    assert answers(stranger, ana, rest, get=False) == [404, 404]
    assert Event.objects.count() == before


@pytest.mark.parametrize("rest", WRITE)
def test_a_reader_changes_nothing(ana: Customer, rest: str) -> None:
    reader = signed_in(make.user(Role.READER))
    before = Event.objects.count()
    assert answers(reader, ana, rest, get=False) == [404, 404]
    assert Event.objects.count() == before


def test_a_reader_sees_the_page_without_its_controls(ana: Customer) -> None:
    page = signed_in(make.user(Role.READER)).get(address(ana, ""))
    assert page.status_code == 200
    text = page.content.decode()
    for control in ("/edit/", "/delete/", "/contacts/", "/ways/", "/fields/", "/facts/", "/tasks/"):
        assert f"/customers/{ana.pk}{control}" not in text
    assert 'id="composer"' not in text
    assert "Tea" in words(page)


@pytest.mark.parametrize("rest", READ)
def test_the_team_sees_its_own(owner: User, rest: str) -> None:
    team = make.team("Ours")
    owner.teams.add(team)
    ana = make.customer("Ana", owner_id=owner.pk)
    mate = signed_in(make.user(Role.SELLER, teams=[team]))
    assert mate.get(f"/customers/{ana.pk}/{rest}", headers=HTMX).status_code == 200


def test_an_organisation_that_one_may_not_see_is_not_named(owner: User) -> None:
    ana = make.customer("Ana", owner_id=owner.pk)
    secret = make.customer("Secret", kind="organisation")
    set_role(ana, organisation=secret, title="Spy", at=make.NOW, user=None)
    page = signed_in(owner).get(f"/customers/{ana.pk}/parts/who/", headers=HTMX)
    assert "Spy" not in words(page)


def test_nobody_comes_in_unannounced(ana: Customer) -> None:
    assert leads_to(Client().get(address(ana, ""))).startswith("/sign-in/")
    assert leads_to(Client().get("/customers/new/")).startswith("/sign-in/")
    assert signed_in(make.user(Role.READER)).get("/customers/new/").status_code == 404
