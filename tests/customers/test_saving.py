from datetime import date

import pytest

from tests import make
from trato.customers.actions import (
    Outcome,
    Result,
    TwinFound,
    Twins,
    create_customer,
    save_customers,
)
from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.customers.models import Customer, Event, EventKind

pytestmark = pytest.mark.django_db


def save(*drafts: CustomerDraft, twins: Twins = Twins.UPDATE) -> list[Outcome]:
    return save_customers(drafts, at=make.NOW, user=None, source="test", twins=twins)


def results(*drafts: CustomerDraft, twins: Twins = Twins.UPDATE) -> list[Result]:
    return [outcome.result for outcome in save(*drafts, twins=twins)]


ANA = CustomerDraft(
    external_ids=(("shop", "7"),),
    name="Ana Núñez",
    emails=("ana@example.com",),
    phones=("+34600111222",),
    addresses=(AddressDraft(street="Calle Mayor 1", city="León", country="ES"),),
    tags=("vip",),
)


def test_the_same_draft_twice_changes_nothing() -> None:
    assert results(ANA) == [Result.CREATED]
    events = Event.objects.count()
    assert results(ANA) == [Result.UNCHANGED]
    assert Customer.objects.get().addresses.count() == 1
    assert Event.objects.count() == events


def test_the_same_customer_twice_in_a_file_is_one() -> None:
    later = CustomerDraft(external_ids=(("shop", "7"),), name="Ana Núñez Gil")
    assert results(ANA, later) == [Result.CREATED, Result.UPDATED]
    assert Customer.objects.get().name == "Ana Núñez Gil"


def test_what_is_empty_never_erases() -> None:
    save(ANA)
    save(CustomerDraft(external_ids=(("shop", "7"),), birth_date=date(1990, 5, 1)))
    ana = Customer.objects.get()
    assert (ana.name, ana.tags, ana.emails.count()) == ("Ana Núñez", ["vip"], 1)


def test_a_twin_is_completed_not_overwritten() -> None:
    save(ANA)
    twin = CustomerDraft(name="ANA NUNEZ", emails=("ana@example.com",), origin="Web")
    [outcome] = save(twin)
    ana = Customer.objects.get()
    assert (outcome.result, outcome.twin_by) == (Result.UPDATED, "email")
    assert (ana.name, ana.origin) == ("Ana Núñez", "Web")


def test_two_ids_of_one_customer_do_not_turn_its_name_round_at_every_run() -> None:
    other = CustomerDraft(
        external_ids=(("shop", "8"),), name="Ana NÚÑEZ", emails=("ana@example.com",)
    )
    save(ANA, other)
    assert results(ANA, other) == [Result.UNCHANGED, Result.UNCHANGED]
    assert Customer.objects.get().name == "Ana Núñez"


@pytest.mark.parametrize(
    ("twins", "result", "customers"),
    [(Twins.REFUSE, Result.REFUSED, 1), (Twins.CREATE, Result.CREATED, 2)],
)
def test_a_twin_can_be_refused_or_kept_apart(twins: Twins, result: Result, customers: int) -> None:
    save(ANA)
    twin = CustomerDraft(name="Otra", phones=("+34600111222",))
    [outcome] = save(twin, twins=twins)
    assert (outcome.result, outcome.twin_by) == (result, "phone")
    assert Customer.objects.count() == customers


def test_tax_numbers_match_whatever_stands_between_their_digits() -> None:
    save(CustomerDraft(name="Acme", tax_id="B-12.345.678"))
    [outcome] = save(CustomerDraft(name="Acme SL", tax_id="b12345678"))
    assert outcome.twin_by == "tax_id"


def test_by_hand_a_twin_is_shown_first() -> None:
    save(ANA)
    with pytest.raises(TwinFound) as caught:
        create_customer(ANA, at=make.NOW, user=None, source="test")
    assert [twin.name for twin in caught.value.twins] == ["Ana Núñez"]


def test_a_person_of_a_company_gets_a_role_there() -> None:
    drafts = [
        CustomerDraft(name="Luis", emails=("l@example.com",), organisation="Acme", job_title="CEO"),
        CustomerDraft(name="Eva", emails=("e@example.com",), organisation="Acme"),
    ]
    save(*drafts)
    acme = Customer.objects.get(kind=Customer.Kind.ORGANISATION)
    assert {role.person.name: role.title for role in acme.people.all()} == {
        "Luis": "CEO",
        "Eva": "",
    }
    assert results(*drafts) == [Result.UNCHANGED, Result.UNCHANGED]


def test_a_change_is_told_with_before_and_after() -> None:
    save(ANA)
    save(CustomerDraft(external_ids=(("shop", "7"),), name="Ana N.", phones=("+34600111333",)))
    event = Event.objects.get(kind=EventKind.CUSTOMER_CHANGED)
    assert event.payload["changes"] == {
        "name": ["Ana Núñez", "Ana N."],
        "phones": [None, ["+34600111333"]],
    }
