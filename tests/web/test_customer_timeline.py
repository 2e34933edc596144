from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.actions import (
    NewEvent,
    add_phone,
    record_consent,
    record_contact,
    record_event,
    record_events,
    save_custom_field,
    update_customer,
)
from trato.customers.drafts import Contact
from trato.customers.models import Customer, Event
from trato.identity.models import Company, User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return make.user(name="Óscar")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def lines(client: Client, customer: Customer, query: str = "") -> Any:
    return client.get(f"/customers/{customer.pk}/timeline/{query}", headers=HTMX)


def note(customer: Customer, subject: str, at: datetime, user: User | None = None) -> None:
    record_contact(
        customer, Contact(kind="note", subject=subject, at=at), recorded_at=at, user=user
    )


def test_scrolling_shows_every_event_once(client: Client) -> None:
    ana = make.customer("Ana")
    # Many at one moment, as imports write them: the id tells them apart.
    made = [NewEvent(customer_id=ana.pk, kind="note", at=AT, subject=f"n{i}.") for i in range(80)]
    record_events(made, recorded_at=AT, user=None)
    seen, url = [], f"/customers/{ana.pk}/timeline/?show="
    while url:
        page = client.get(url, headers=HTMX).context["lines"]
        seen += [line.event.pk for day in page.days for line in day.lines]
        url = page.more_url
    assert seen == list(
        Event.objects.filter(customer=ana).order_by("-at", "-pk").values_list("pk", flat=True)
    )


def test_the_heading_of_a_day_is_not_said_twice(client: Client) -> None:
    ana = make.customer("Ana")
    made = [NewEvent(customer_id=ana.pk, kind="note", at=AT, subject=f"n{i}.") for i in range(40)]
    record_events(made, recorded_at=AT, user=None)
    first = lines(client, ana, "?show=contact")
    assert first.content.count(b"timeline-day") == 1
    more = client.get(first.context["lines"].more_url, headers=HTMX)
    assert b"timeline-day" not in more.content
    assert b"n0." in more.content


def test_without_javascript_more_is_a_page(client: Client) -> None:
    ana = make.customer("Ana")
    made = [NewEvent(customer_id=ana.pk, kind="note", at=AT, subject=f"n{i}.") for i in range(40)]
    record_events(made, recorded_at=AT, user=None)
    url = lines(client, ana).context["lines"].more_url
    assert b"<!doctype html>" in client.get(url).content


def test_a_place_that_nobody_made_is_the_beginning(client: Client) -> None:
    ana = make.customer("Ana")
    note(ana, "Hello", AT)
    for word in ("x", "1-", "-", "9" * 40 + "-1", "1-" + "9" * 30):
        assert lines(client, ana, f"?after={word}").status_code == 200


def test_a_chip_shows_one_category(client: Client) -> None:
    ana = make.customer("Ana")
    note(ana, "A talk", AT)
    make.order(ana, number="N1", at=AT)
    record_event(
        NewEvent(customer_id=ana.pk, kind="campaign_opened", at=AT, subject="Autumn"),
        recorded_at=AT,
        user=None,
    )
    contacts = words(lines(client, ana, "?show=contact"))
    assert "A talk" in contacts
    assert "N1" not in contacts
    assert "Customer created" in words(lines(client, ana, "?show=profile"))
    assert "Purchase N1" in words(lines(client, ana, "?show=transaction"))
    assert "Autumn" in words(lines(client, ana, "?show=response"))


def test_days_are_those_of_the_companys_time_zone(client: Client) -> None:
    ana = make.customer("Ana")
    note(ana, "Late", datetime(2026, 3, 10, 23, 30, tzinfo=UTC))
    Company.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Madrid"})
    assert "Mar 11" in words(lines(client, ana, "?show=contact"))
    Company.objects.update(time_zone="America/Bogota")
    page = words(lines(client, ana, "?show=contact"))
    assert "Mar 10" in page
    assert "6:30" in page


def test_a_purchase_leads_to_its_order(client: Client) -> None:
    ana = make.customer("Ana")
    order = make.order(ana, "7.5", number="536365", at=AT, channel="web")
    page = lines(client, ana, "?show=transaction")
    assert f'href="/orders/{order.pk}/"' in page.content.decode()
    assert "Purchase 536365 1 product · Web €7.50" in words(page)


def test_one_change_is_told_in_a_line(client: Client, user: User) -> None:
    ana = make.customer("Ana", origin="Fair")
    update_customer(ana, changes={"origin": "Web"}, at=AT, user=user)
    update_customer(ana, changes={"status": "lost"}, at=AT, user=user)
    add_phone(ana, number="+34600111222", at=AT, user=user)
    page = words(lines(client, ana))
    assert "Origin Fair → Web Óscar" in page
    assert "Relationship potential → lost Óscar" in page
    assert "Telephone added +34600111222 Óscar" in page


def test_several_changes_are_listed(client: Client, user: User) -> None:
    ana, other = make.customer("Ana", tags=("a",)), make.user(name="Marta")
    changes = {"tags": ["b"], "owner_id": other.pk, "custom": {"size": 3}}
    update_customer(ana, changes=changes, at=AT, user=user)
    page = words(lines(client, ana))
    assert "3 details changed" in page
    assert "Tags: + b, − a" in page
    assert "Owner: Marta" in page
    assert "size: 3" in page


def test_changes_of_own_fields_are_told_as_the_page_shows_them(client: Client, user: User) -> None:
    for label, kind in (("Paid", "money"), ("Begun", "date")):
        save_custom_field(None, label=label, type_=kind, options=[])
    ana = make.customer("Ana", custom={"paid": 5})
    changes = {"custom": {"begun": "2024-02-29", "paid": 99.95}}
    update_customer(ana, changes=changes, at=AT, user=user)
    assert "Paid: €5.00 → €99.95 Begun: Feb 29, 2024" in words(lines(client, ana))


def test_consent_is_told_with_its_evidence(client: Client, user: User) -> None:
    ana = make.customer("Ana")
    record_consent(
        ana,
        channel="email",
        purpose="marketing",
        granted=True,
        how="Signed form",
        text_version="v2",
        at=AT,
        user=user,
    )
    page = words(lines(client, ana))
    assert "Consent given offers and news, by e-mail Signed form · text v2" in page


def test_an_unknown_channel_and_a_lost_order_are_told_too(client: Client) -> None:
    ana = make.customer("Ana")
    payload = {"order": 987654}
    for kind in ("order_placed", "order_changed", "order_cancelled", "order_returned"):
        record_event(
            NewEvent(customer_id=ana.pk, kind=kind, at=AT, subject="X1", payload=payload),
            recorded_at=AT,
            user=None,
        )
    record_event(
        NewEvent(customer_id=ana.pk, kind="call", at=AT, channel="pigeon", subject="Coo"),
        recorded_at=AT,
        user=None,
    )
    page = words(lines(client, ana))
    assert "Purchase X1 cancelled" in page
    assert "Call · pigeon Coo" in page


def test_the_queries_do_not_grow_with_the_events(
    client: Client, user: User, django_assert_max_num_queries: Any
) -> None:
    ana, now = make.customer("Ana"), timezone.now()
    for number in range(40):
        make.order(ana, at=now - timedelta(days=number))
        update_customer(
            ana, changes={"owner_id": user.pk if number % 2 else None}, at=now, user=user
        )
        note(ana, "x" * 900, now - timedelta(hours=number), user)
    with django_assert_max_num_queries(22):
        assert client.get(f"/customers/{ana.pk}/").status_code == 200
    with django_assert_max_num_queries(10):
        lines(client, ana)


def test_the_own_fields_of_a_contact_are_told_with_it(client: Client, user: User) -> None:
    ana = make.customer("Ana")
    save_custom_field(None, about="contact", label="Resultado", type_="text", options=[])
    save_custom_field(None, about="contact", label="Coste", type_="money", options=[])
    said = Contact(
        kind="call",
        subject="Oferta",
        at=make.NOW,
        custom={"resultado": "Interesada", "coste": 12.5, "gone": "x"},
    )
    record_contact(ana, said, recorded_at=make.NOW, user=user)
    page = words(client.get(f"/customers/{ana.pk}/"))
    for told in ("Resultado: Interesada", "Coste: €12.50", "gone: x"):
        assert told in page


def test_contacts_are_noted_down_with_the_own_fields_of_contacts(client: Client) -> None:
    ana = make.customer("Ana")
    options = ["Interesada", "No"]
    save_custom_field(None, about="contact", label="Resultado", type_="choice", options=options)
    save_custom_field(None, about="customer", label="Talla", type_="text", options=[])
    page = client.get(f"/customers/{ana.pk}/").content.decode()
    assert 'name="custom_resultado"' in page
    address = f"/customers/{ana.pk}/contacts/"
    wrong = {"kind": "call", "text": "Oferta", "custom_resultado": "Quizá"}
    answer = client.post(address, wrong)
    assert answer.status_code == 422
    assert "Quizá" in words(answer)
    client.post(address, wrong | {"custom_resultado": "No"})
    call = Event.objects.get(kind="call")
    assert call.payload == {"custom": {"resultado": "No"}}
