from typing import Any

import pghistory
import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.actions import end_role, save_custom_field, set_role
from trato.customers.models import Customer
from trato.identity.audit import changes
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta() -> User:
    return make.user(Role.MANAGER, name="Marta")


@pytest.fixture
def client(marta: User) -> Client:
    return signed_in(marta)


def post(client: Client, ana: Customer, rest: str, **data: Any) -> None:
    assert client.post(f"/customers/{ana.pk}/{rest}", data, headers=HTMX).status_code == 200


def history(client: Client, ana: Customer) -> str:
    return words(client.get(f"/customers/{ana.pk}/history/", headers=HTMX))


def test_each_change_has_its_author_and_both_values(client: Client) -> None:
    ana = make.customer("Ana", origin="Fair")
    post(client, ana, "fields/origin/", origin="Web")
    post(client, ana, "fields/origin/", origin="Shop")
    told = history(client, ana)
    assert "Marta Origin Fair Web" in told
    assert "Marta Origin Web Shop" in told
    assert told.index("Web Shop") < told.index("Fair Web")


def test_links_choices_and_custom_fields_are_told_in_words(client: Client) -> None:
    owner = make.user(name="Óscar")
    save_custom_field(None, label="Terrace", type_="flag", options=[])
    ana = make.customer("Ana")
    post(client, ana, "fields/owner/", owner=owner.pk)
    post(client, ana, "fields/status/", status="lost")
    post(client, ana, "custom/terrace/", custom_terrace="yes")
    told = history(client, ana)
    assert "Owner Óscar" in told
    assert "Relationship Potential Lost" in told
    assert "Terrace Yes" in told


def test_what_hangs_on_the_customer_is_told_too(client: Client) -> None:
    ana = make.customer("Ana")
    post(client, ana, "ways/email/", emails="a@example.com")
    post(client, ana, f"ways/email/{ana.emails.get().pk}/remove/")
    told = history(client, ana)
    assert told.count("E-mail a@example.com") == 2


def test_what_nobody_did_was_done_by_itself(client: Client) -> None:
    ana = make.customer("Ana")
    Customer.objects.filter(pk=ana.pk).update(status="lost")
    assert "By itself Relationship Potential Lost" in history(client, ana)


def test_an_untouched_customer_says_so(client: Client) -> None:
    assert "Nothing has been changed yet" in history(client, make.customer("Ana"))


def test_any_tracked_record_has_its_changes(marta: User) -> None:
    order = make.order(make.customer("Ana"))
    with pghistory.context(user=marta.pk):
        type(order).objects.update(status="cancelled", channel="web")
    found = {(one.field, one.before, one.after) for one in changes(order)}
    assert found == {("State", "Completed", "Cancelled"), ("Channel", "", "web")}
    assert {one.user for one in changes(order)} == {marta}


def test_ids_elsewhere_are_told_when_they_come_and_go(client: Client) -> None:
    ana = make.customer("Ana")
    post(client, ana, "ways/external/", system="shop", value="7")
    post(client, ana, f"ways/external/{ana.external_ids.get().pk}/remove/")
    assert history(client, ana).count("Marta Id elsewhere shop: 7") == 2


def test_a_role_is_told_on_both_sides(client: Client) -> None:
    ana, shop = make.customer("Ana"), make.customer("Café Ñu", kind="organisation")
    post(client, ana, "roles/", other=shop.pk, title="Buyer")
    assert "Marta Role Buyer · Café Ñu" in history(client, ana)
    assert "Marta Role Buyer · Ana" in history(client, shop)


def test_tasks_are_told_also_when_they_are_deleted(client: Client) -> None:
    ana = make.customer("Ana")
    given = {"title": "Call", "kind": "call", "customer": ana.pk}
    client.post("/tasks/new/", given)
    client.post(f"/tasks/{ana.tasks.get().pk}/done/")
    client.post(f"/tasks/{ana.tasks.get().pk}/delete/")
    told = history(client, ana)
    assert "Marta Task · done Call" in told
    assert "Marta Task Call" in told


def test_who_gave_a_task_is_told_with_its_first_words(client: Client) -> None:
    ana = make.customer("Ana")
    client.post("/tasks/new/", {"title": "Call", "kind": "call", "customer": ana.pk})
    client.post(f"/tasks/{ana.tasks.get().pk}/edit/", {"title": "Write", "kind": "email"})
    told = history(client, ana)
    assert "Marta Task Call" in told
    assert "Marta Task · what Call Call Write" in told


def test_where_somebody_works_is_told_to_who_may_see_it_alone() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    ana = make.customer("Ana", owner_id=seller.pk)
    firm = make.customer("Sol y Sombra", kind="organisation")
    boss = make.user()
    role = set_role(ana, organisation=firm, title="Buyer", at=make.NOW, user=boss)
    end_role(role, at=make.NOW, user=boss)
    for user, sees in ((boss, True), (seller, False)):
        of_ana = signed_in(user)
        page = words(of_ana.get(f"/customers/{ana.pk}/"))
        told = page + history(of_ana, ana)
        assert ("Sol y Sombra" in told) == sees
        assert "Buyer" in page
    client = signed_in(boss)
    assert "Position Buyer · Sol y Sombra" in words(client.get(f"/customers/{ana.pk}/"))
    assert "Buyer · Ana" in history(client, firm)
