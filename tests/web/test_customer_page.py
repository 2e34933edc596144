from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.collaboration.actions import create_task
from trato.customers.actions import record_contact, record_fact, refresh_contacts, set_role
from trato.customers.drafts import AddressDraft, Contact
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user(Role.SELLER, visibility="all")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def url(customer: Customer, rest: str = "") -> str:
    return f"/customers/{customer.pk}/{rest}"


def test_a_new_customer_says_what_to_do_first(client: Client) -> None:
    page = words(client.get(url(make.customer("Ana"))))
    assert "The relationship begins here" in page
    assert "Nothing to reach them by yet." in page
    assert "Nothing is planned with this customer." in page


def test_the_head_tells_value_last_contact_and_next_step(client: Client, user: User) -> None:
    ana, now = make.customer("Ana"), timezone.now()
    make.order(ana, "1234.5", at=now - timedelta(days=12))
    record_contact(ana, Contact(kind="call", subject="Hello", at=now), recorded_at=now, user=user)
    refresh_contacts({ana.pk}, as_of=timezone.now())
    create_task(
        title="Send the quote",
        kind="task",
        customer=ana,
        assignee=user,
        due_on=make.today(),
        at=now,
        user=user,
    )
    page = words(client.get(url(ana)))
    assert "Bought €1,234.50" in page
    assert "Last contact just now" in page
    assert "Next step Send the quote · today" in page


def test_the_standing_is_told_by_its_rule(client: Client) -> None:
    ana = make.customer("Ana")
    make.order(ana, at=timezone.now() - timedelta(days=12))
    page = words(client.get(url(ana)))
    assert "Bought 12 days ago." in page
    assert "Lost after 730 days without buying" in page
    blas = make.customer("Blas")
    make.order(blas, at=timezone.now() - timedelta(days=3_000))
    assert "Bought 8 years ago" in words(client.get(url(blas)))


def test_what_they_buy_most_leaves_cancelled_purchases_out(client: Client) -> None:
    ana, now = make.customer("Ana"), timezone.now()
    make.order(ana, "10", product="COFFEE", quantity=3, at=now)
    make.order(ana, "90", product="HAM", at=now, status="cancelled")
    page = words(client.get(url(ana)))
    most = page[page.index("What they buy most") :]
    assert "COFFEE €30" in most
    assert "HAM" not in most


def test_contact_ways_can_be_used_and_read(client: Client) -> None:
    address = AddressDraft(street="Palma 12", postal_code="28004", city="Madrid", country="ES")
    ana = make.customer(
        "Ana", emails=("ana@example.com",), phones=("+34612345678",), addresses=(address,)
    )
    response = client.get(url(ana))
    assert b'href="mailto:ana@example.com"' in response.content
    assert b'href="tel:+34612345678"' in response.content
    assert "612 34 56 78" in words(response)
    assert "Palma 12 28004 Madrid Spain" in words(response)


def test_roles_are_seen_from_both_sides(client: Client, user: User) -> None:
    ana, shop = make.customer("Ana"), make.customer("Shop", kind="organisation")
    set_role(ana, organisation=shop, title="Buyer", at=timezone.now(), user=user)
    assert "Buyer · Shop" in words(client.get(url(ana)))
    assert "People Ana Buyer" in words(client.get(url(shop))).replace("AN ", "")


def test_declared_and_observed_facts_stand_apart(client: Client, user: User) -> None:
    ana = make.customer("Ana")
    for origin, text in (("declared", "Likes tea"), ("observed", "Buys on Tuesdays")):
        record_fact(
            ana,
            kind="preference",
            text=text,
            origin=origin,
            source="Call",
            at=timezone.now(),
            user=user,
        )
    page = words(client.get(url(ana)))
    assert "Declared Likes tea Preference · Call · today" in page
    assert "Observed Buys on Tuesdays" in page


def test_a_name_is_text_and_nothing_else(client: Client, user: User) -> None:
    bad = '<script>alert(1)</script>=HYPERLINK("x")'
    ana = make.customer(bad, tags=(bad,), origin=bad)
    now = timezone.now()
    record_contact(
        ana, Contact(kind="note", subject=bad, body=bad, at=now), recorded_at=now, user=user
    )
    response = client.get(url(ana))
    assert b"<script>alert" not in response.content
    assert bad in words(response)


def test_the_purchases_are_a_table_with_pages(client: Client) -> None:
    ana, now = make.customer("Ana"), timezone.now()
    for number in range(53):
        make.order(ana, at=now - timedelta(days=number), number=f"N{number:03}", channel="shop")
    first = words(client.get(url(ana, "orders/")))
    assert "N000" in first
    assert "Shop" in first
    assert "N052" not in first
    older = client.get(url(ana, "orders/")).context["older"]
    assert "N052" in words(client.get(older))


def test_a_return_is_negative_and_a_cancelled_purchase_no_longer_counts(client: Client) -> None:
    ana, now = make.customer("Ana"), timezone.now()
    make.order(ana, "10", quantity=-2, number="R1", at=now)
    make.order(ana, "99", number="C1", at=now, status="cancelled")
    page = words(client.get(url(ana)))
    assert "Return R1 1 product" in page
    assert "-€20.00" in page
    assert "Purchase C1 cancelled 1 product · €99.00 no longer count" in page


@pytest.mark.parametrize("name", ["head", "who", "state"])
def test_a_part_comes_alone(client: Client, name: str) -> None:
    ana = make.customer("Ana")
    part = client.get(url(ana, f"parts/{name}/"), headers=HTMX)
    assert part.status_code == 200
    assert b"<html" not in part.content
    assert client.get(url(ana, f"parts/{name}/")).status_code == 302
    assert client.get(url(ana, "parts/else/"), headers=HTMX).status_code == 404


def test_the_page_speaks_spanish(user: User) -> None:
    page = words(signed_in(user, "es").get(url(make.customer("Ana"))))
    assert "La relación empieza aquí" in page
    assert "Próximo paso nada previsto" in page
