from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import HTMX, events, leads_to, signed_in, words
from trato.collaboration.models import Task
from trato.customers.actions import save_custom_field
from trato.customers.models import Customer, Event, RoleInOrganisation
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user(Role.SELLER)


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


@pytest.fixture
def ana(user: User) -> Customer:
    return make.customer("Ana", owner_id=user.pk)


def post(client: Client, customer: Customer, rest: str, **data: Any) -> Any:
    return client.post(f"/customers/{customer.pk}/{rest}", data, headers=HTMX)


def last(customer: Customer) -> Event:
    return customer.events.latest("id")


def test_a_field_turns_into_its_form_and_back(client: Client, ana: Customer) -> None:
    path = f"/customers/{ana.pk}/fields/birth_date/"
    assert b'type="date"' in client.get(path, headers=HTMX).content
    saved = post(client, ana, "fields/birth_date/", birth_date="1984-03-12")
    assert "Mar 12, 1984" in words(saved)
    assert "customer:changed" in events(saved)
    ana.refresh_from_db()
    assert ana.birth_date == date(1984, 3, 12)
    assert "Mar 12, 1984" in words(client.get(path + "?shown=1", headers=HTMX))


def test_a_field_is_changed_without_javascript(client: Client, ana: Customer) -> None:
    path = f"/customers/{ana.pk}/fields/origin/"
    assert b"<!doctype html>" in client.get(path).content
    assert leads_to(client.post(path, {"origin": "Fair"})) == f"/customers/{ana.pk}/"
    ana.refresh_from_db()
    assert ana.origin == "Fair"


def test_lists_are_edited_in_a_dialog(client: Client, ana: Customer) -> None:
    path = f"/customers/{ana.pk}/fields/languages/"
    asked = client.get(path, headers=HTMX)
    assert asked.headers["HX-Retarget"] == "#dialog"
    saved = client.post(path, {"languages": ["es", "ca"]}, headers=HTMX)
    assert "dialog:close" in events(saved)
    ana.refresh_from_db()
    assert ana.languages == ["es", "ca"]


def test_a_wrong_value_is_said_in_place(client: Client, ana: Customer) -> None:
    response = post(client, ana, "fields/birth_date/", birth_date="31/31/1984")
    assert response.status_code == 422
    assert "Enter a valid date." in words(response)


def test_the_day_one_became_a_customer_keeps_its_hour(client: Client, ana: Customer) -> None:
    Customer.objects.update(since=make.NOW)
    post(client, ana, "fields/since/", since="2026-11-20")
    ana.refresh_from_db()
    assert ana.since == make.NOW
    post(client, ana, "fields/since/", since="2020-02-29")
    ana.refresh_from_db()
    assert timezone.localtime(ana.since, timezone.get_default_timezone()).year == 2020


def test_who_gives_a_customer_away_is_led_to_the_list(client: Client, ana: Customer) -> None:
    other = make.user(name="Marta")
    response = post(client, ana, "fields/owner/", owner=other.pk)
    assert response.headers["HX-Redirect"] == "/customers/"
    assert "Ana is now with somebody else" in words(client.get("/customers/"))
    ana.refresh_from_db()
    assert ana.owner == other


def test_custom_fields_are_edited_in_place(client: Client, ana: Customer) -> None:
    save_custom_field(None, label="Limit", type_="money", options=[])
    assert "€3,000.50" in words(post(client, ana, "custom/limit/", custom_limit="3,000.50"))
    assert last(ana).payload == {"changes": {"custom": [{}, {"limit": 3000.5}]}}


def test_who_changes_the_name_loses_nothing_else(client: Client, ana: Customer) -> None:
    known: dict[str, tuple[str, list[str], Any]] = {
        "text": ("text", [], "Rings twice.\r\nMind the dog. "),
        "number": ("number", [], 0.123456789),
        "money": ("money", [], 12.3456),
        "choice": ("choice", ["red"], "an option of last year"),
        "choices": ("choices", ["red"], ["red", "blue"]),
        "flag": ("flag", [], False),
    }
    for label, (type_, options, _kept) in known.items():
        save_custom_field(None, label=label, type_=type_, options=options)
    ana.custom = {key: kept for key, (_type, _options, kept) in known.items()}
    ana.tags = ["VIP", "Madrid, centre"]
    ana.save()
    client.post(f"/customers/{ana.pk}/edit/", as_sent(client, ana) | {"name": "Ana Ruiz"})
    before = (ana.custom, ana.tags)
    ana.refresh_from_db()
    assert (ana.name, (ana.custom, ana.tags)) == ("Ana Ruiz", before)


def as_sent(client: Client, customer: Customer) -> dict[str, Any]:
    """The form of a customer as a browser gives it back, untouched."""
    page = client.get(f"/customers/{customer.pk}/edit/").context
    written = {b.html_name: b.field.widget.format_value(b.value()) for b in page["form"]}
    filled = {name: value for name, value in written.items() if value not in (None, [""])}
    return {"version": page["version"]} | filled


def test_a_long_text_of_the_company_is_edited_in_a_dialog(client: Client, ana: Customer) -> None:
    save_custom_field(None, label="Own", type_="text", options=[])
    ana.custom = {"own": "Rings twice. " * 20}
    ana.save()
    asked = client.get(f"/customers/{ana.pk}/custom/own/", headers=HTMX)
    assert (asked.headers["HX-Retarget"], b"<textarea" in asked.content) == ("#dialog", True)


def test_tags_are_put_and_taken_off(client: Client, ana: Customer) -> None:
    post(client, ana, "fields/tags/", tags="vip, a&b=c")
    ana.refresh_from_db()
    assert ana.tags == ["vip", "a&b=c"]
    page = client.get(f"/customers/{ana.pk}/").content.decode()
    assert f"/customers/{ana.pk}/tags/remove/?tag=a%26b%3Dc" in page
    client.post(f"/customers/{ana.pk}/tags/remove/?tag=a%26b%3Dc", headers=HTMX)
    ana.refresh_from_db()
    assert ana.tags == ["vip"]


def test_a_field_that_is_not_for_editing_is_not_there(client: Client, ana: Customer) -> None:
    for path in ("fields/created_at/", "fields/id/", "custom/none/", "ways/pigeon/"):
        assert post(client, ana, path).status_code == 404


def test_contact_ways_come_change_and_go(client: Client, ana: Customer) -> None:
    post(client, ana, "ways/email/", emails="ANA@example.com", label="Work")
    post(client, ana, "ways/email/", emails="b@example.com")
    added = post(client, ana, "ways/phone/", phones="612345678")
    assert "dialog:close" in events(added)
    post(client, ana, "ways/address/", city="Madrid", country="ES")
    post(client, ana, "ways/external/", system="shop", value="7")
    _first, second = ana.emails.order_by("id")
    post(client, ana, f"ways/email/{second.pk}/main/")
    assert [row.address for row in ana.emails.all()] == ["b@example.com", "ana@example.com"]
    post(client, ana, f"ways/email/{second.pk}/remove/")
    assert ana.emails.get().is_primary
    assert [str(row) for row in ana.phones.all()] == ["+34612345678"]
    assert str(ana.external_ids.get()) == "shop: 7"


def test_a_way_of_somebody_else_is_not_removed(client: Client, ana: Customer) -> None:
    other = make.customer("Other", emails=("o@example.com",))
    path = f"ways/email/{other.emails.get().pk}/remove/"
    assert post(client, ana, path).status_code == 404
    assert other.emails.exists()


def test_an_id_of_somebody_else_is_refused(client: Client, ana: Customer) -> None:
    make.customer("Other", external_ids=(("shop", "7"),))
    response = post(client, ana, "ways/external/", system="shop", value="7")
    assert "This id belongs to another customer." in words(response)
    assert not ana.external_ids.exists()


def test_who_else_has_the_same_telephone_is_said(client: Client, user: User) -> None:
    ana = make.customer("Ana", owner_id=user.pk)
    make.customer("Twin", phones=("+34612345678",), owner_id=user.pk)
    make.customer("Secret", phones=("+34612345678",))
    said = events(post(client, ana, "ways/phone/", phones="612345678"))
    assert "Twin has it too." in said
    assert "Secret" not in said


def test_a_role_is_found_given_and_ended(client: Client, user: User, ana: Customer) -> None:
    shop = make.customer("Café Ñu", kind="organisation", owner_id=user.pk)
    make.customer("Café Secret", kind="organisation")
    found = client.get(f"/customers/{ana.pk}/roles/?q=cafe", headers=HTMX)
    assert "Café Ñu" in words(found)
    assert "Café Secret" not in words(found)
    post(client, ana, "roles/", other=shop.pk, title="Buyer")
    role = RoleInOrganisation.objects.get()
    assert (role.person, role.organisation, role.title) == (ana, shop, "Buyer")
    post(client, shop, f"roles/{role.pk}/end/")
    role.refresh_from_db()
    assert role.ended_on is not None
    assert "until today" in words(client.get(f"/customers/{ana.pk}/"))


def test_a_role_with_a_stranger_is_refused(client: Client, ana: Customer) -> None:
    secret = make.customer("Secret", kind="organisation")
    assert post(client, ana, "roles/", other=secret.pk).status_code == 422
    assert not RoleInOrganisation.objects.exists()


def test_facts_are_noted_and_taken_off(client: Client, ana: Customer) -> None:
    post(client, ana, "facts/", text="Likes tea", kind="need", origin="declared", source="Call")
    fact = ana.facts.get()
    assert (fact.origin, fact.source) == ("declared", "Call")
    post(client, ana, f"facts/{fact.pk}/remove/")
    assert not ana.facts.exists()
    assert last(ana).payload["changes"] == {"facts": [["Likes tea"], None]}


def test_a_talk_is_written_down(client: Client, user: User, ana: Customer) -> None:
    response = post(client, ana, "contacts/", kind="call", text="Wants wine\nTwo boxes.")
    assert "dialog:close" in events(response)
    event = last(ana)
    assert (event.kind, event.subject, event.channel) == ("call", "Wants wine", "telephone")
    assert event.payload == {"body": "Two boxes."}
    assert event.actor == user


def test_the_composer_of_the_page_empties_itself(client: Client, ana: Customer) -> None:
    headers = HTMX | {"hx-target": "composer"}
    data = {"kind": "note", "text": "Hello"}
    response = client.post(f"/customers/{ana.pk}/contacts/", data, headers=headers)
    assert b'id="composer"' in response.content
    assert b"Hello" not in response.content
    assert "customer:changed" in events(response)
    wrong = client.post(f"/customers/{ana.pk}/contacts/", {"kind": "note"}, headers=headers)
    assert wrong.status_code == 422
    assert b'id="composer"' in wrong.content


def test_a_long_first_line_is_kept_whole(client: Client, ana: Customer) -> None:
    text = "word " * 100
    post(client, ana, "contacts/", kind="note", text=text)
    assert len(last(ana).subject) <= 161
    assert last(ana).payload["body"] == text.strip()
    page = words(client.get(f"/customers/{ana.pk}/"))
    assert page.count("word word word") < 70


def test_what_is_to_come_is_a_task(client: Client, user: User, ana: Customer) -> None:
    soon = timezone.localtime() + timedelta(days=2)
    wrong = post(client, ana, "contacts/", kind="call", text="x", at=f"{soon:%Y-%m-%dT%H:%M}")
    assert "plan it as a task" in words(wrong)
    post(
        client,
        ana,
        "contacts/",
        kind="task",
        text="Call again",
        due_on=f"{soon:%Y-%m-%d}",
        assignee=user.pk,
    )
    task = Task.objects.get()
    assert (task.title, task.customer, task.assignee) == ("Call again", ana, user)


def test_without_javascript_one_comes_back_to_the_page(client: Client, ana: Customer) -> None:
    data = {"kind": "note", "text": "Hello"}
    response = client.post(f"/customers/{ana.pk}/contacts/", data, follow=True)
    assert "Noted down" in words(response)
