from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.collaboration.actions import create_task
from trato.collaboration.models import Task
from trato.customers.actions import record_contact, refresh_contacts
from trato.customers.drafts import Contact
from trato.customers.models import BaseRules, Customer
from trato.customers.queries import counted
from trato.customers.queries.listing import customer_list
from trato.identity.models import User
from trato.identity.rules import Role
from trato.kit.listing import Moment, matching, read
from trato.sales.actions import refresh_purchases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_counted() -> None:
    caches["shared"].clear()


@pytest.fixture
def user() -> User:
    return make.user(name="Ana")


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def task(user: User, title: str, days: int | None) -> Task:
    due = None if days is None else make.today() + timedelta(days=days)
    now = timezone.now()
    return create_task(
        title=title, kind="task", customer=None, assignee=user, due_on=due, at=now, user=user
    )


def buys(customer: Customer, *days_ago: int, amount: str = "10") -> None:
    now = timezone.now()
    for days in days_ago:
        make.order(customer, amount, at=now - timedelta(days=days))
    refresh_purchases([customer.pk], as_of=now)


def test_an_empty_trato_offers_the_first_step(client: Client) -> None:
    page = client.get("/")
    assert "No customers yet" in words(page)
    assert 'href="/imports/new?kind=customers"' in page.content.decode()
    assert 'href="/customers/new/"' in page.content.decode()


def test_a_reader_of_an_empty_trato_is_offered_nothing() -> None:
    page = words(signed_in(make.user(Role.READER)).get("/"))
    assert "No customers yet" in page
    assert "Import your customers" not in page


def test_where_nobody_bought_within_a_year_that_is_said_instead_of_an_empty_bar(
    client: Client,
) -> None:
    buys(make.customer("Ana"), 800)
    page = words(client.get("/"))
    assert "Frequency Nobody at present." in page
    assert "Volume Nobody at present." in page


def test_my_tasks_of_today_and_before_are_shown(client: Client, user: User) -> None:
    for title, days in [("Late", -3), ("Now", 0), ("Soon", 1), ("Some day", None)]:
        task(user, title, days)
    task(make.user(), "Not mine", 0)
    shown = client.get("/").context["tasks"]
    assert [one.title for one in shown] == ["Late", "Now"]


def test_the_tasks_fetch_themselves_again(client: Client, user: User) -> None:
    task(user, "Call Eva", 0)
    page = words(client.get("/", headers=HTMX))
    assert "Call Eva" in page
    assert "State of the customer base" not in page


def test_the_state_of_the_base_is_told_with_its_rules(client: Client) -> None:
    make.customer()
    buys(make.customer(), 3)
    buys(make.customer(), 900)
    page = words(client.get("/"))
    assert "Potential 1 33% Current 1 33% Lost 1 33%" in page
    assert "Active 1 50% Inactive 1 50%" in page
    assert "Active: has bought in the last 180 days." in page
    assert "Change the rules" in page


def test_only_who_may_change_the_rules_is_led_to_them() -> None:
    make.customer()
    assert "Change the rules" not in words(signed_in(make.user(Role.SELLER)).get("/"))


def test_each_number_leads_to_just_those_customers(client: Client, user: User) -> None:
    make.customer()
    for number in range(1, 9):
        buys(make.customer(), *range(1, number + 1), amount=str(number * 10))
    for days in (179, 180, 181, 364, 500, 900):
        buys(make.customer(), days)
    now = timezone.localtime(timezone=make.CLOCKS)
    listing, moment = customer_list(currency="EUR"), Moment(now, user.pk)
    compared = 0
    for chart in client.get("/").context["charts"]:
        for part in chart.parts:
            query = urlsplit(unescape(part.href)).query
            state = read(listing, query, moment=moment)
            assert parse_qs(query)
            assert state.notices == () or not part.value
            if part.value:
                assert matching(state, Customer.objects.all()).count() == part.value, part
                compared += 1
    assert compared >= 9


def test_a_seller_counts_their_own_customers() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    make.customer("Mine", owner_id=seller.pk)
    make.customer("Not mine")
    page = words(signed_in(seller).get("/"))
    assert "1 customer" in page
    assert "Not mine" not in page


def test_lately_tells_contacts_purchases_and_newcomers(client: Client, user: User) -> None:
    ana, now = make.customer("Ana Peña"), timezone.now()
    buys(ana, 2, amount="45")
    record_contact(ana, Contact(kind="call", subject="Hi", at=now), recorded_at=now, user=user)
    refresh_contacts([ana.pk], as_of=timezone.now())
    page = words(client.get("/"))
    assert "Call · Hi" in page
    assert "€45.00" in page


def test_what_took_long_to_count_is_kept_with_its_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "SECONDS_WORTH_KEEPING", 0)
    make.customer()
    assert "counted" not in words(client.get("/"))
    make.customer()
    assert "1 customer · counted just now" in words(client.get("/"))


def test_new_rules_are_counted_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "SECONDS_WORTH_KEEPING", 0)
    make.customer()
    client.get("/")
    BaseRules.objects.update(active_days=10)
    assert "counted" not in words(client.get("/"))


def test_what_was_kept_is_counted_again_after_five_minutes(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "SECONDS_WORTH_KEEPING", 0)
    rules, noon = BaseRules(), timezone.localtime().replace(hour=12)
    for minutes, counted_at in [(0, 0), (4, 0), (6, 6), (7, 6)]:
        at = noon + timedelta(minutes=minutes)
        found = counted.counted_base(user=user, rules=rules, as_of=at)
        assert found.at == noon + timedelta(minutes=counted_at)
