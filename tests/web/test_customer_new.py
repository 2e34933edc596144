from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, leads_to, signed_in, words
from trato.customers.actions import save_custom_field
from trato.customers.models import Customer
from trato.identity.models import Company, User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user(Role.SELLER)


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def new(client: Client, **more: Any) -> Any:
    data = {"kind": "person", "name": "Ana García", "status": "potential"} | more
    return client.post("/customers/new/", data)


def test_somebody_is_created_with_all_that_is_known(client: Client, user: User) -> None:
    response = new(
        client,
        emails="Ana@Example.com, ana.2@example.com",
        phones="612 345 678",
        street="Palma 12",
        city="Madrid",
        country="ES",
        tax_id="12.345.678-Z",
        tags="vip, wine , vip",
        languages=["es", "ca"],
        owner=user.pk,
    )
    ana = Customer.objects.get()
    assert response.url == f"/customers/{ana.pk}/"
    assert [str(row) for row in ana.emails.all()] == ["ana@example.com", "ana.2@example.com"]
    assert str(ana.phones.get()) == "+34612345678"
    assert str(ana.addresses.get()) == "Palma 12, Madrid, ES"
    assert (ana.tax_id, ana.tags, ana.languages) == ("12345678Z", ["vip", "wine"], ["es", "ca"])
    assert ana.owner == user


def test_a_number_without_prefix_is_of_the_companys_country(client: Client) -> None:
    Company.objects.update_or_create(pk=1, defaults={"country": "MX"})
    new(client, phones="55 1234 5678")
    assert str(Customer.objects.get().phones.get()) == "+525512345678"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phones", "12", "“12”: The telephone number is too short."),
        ("emails", "ana(at)example.com", "It is not an e-mail address: it has no @."),
        ("name", "", "This field is required."),
    ],
)
def test_what_cannot_be_read_is_said_clearly(
    client: Client, field: str, value: str, said: str
) -> None:
    response = new(client, **{field: value})
    assert response.status_code == 422
    assert said in words(response)
    assert not Customer.objects.exists()


def test_custom_fields_are_kept_by_their_type(client: Client) -> None:
    for label, type_, options in (
        ("Size", "number", []),
        ("Limit", "money", []),
        ("Until", "date", []),
        ("Days", "choices", ["Mon", "Tue"]),
        ("Terrace", "flag", []),
        ("Nick", "text", []),
    ):
        save_custom_field(None, label=label, type_=type_, options=options)
    new(
        client,
        custom_size="1,234.5",
        custom_limit="3000",
        custom_until="2027-03-31",
        custom_days=["Mon", "Tue"],
        custom_terrace="no",
        custom_nick="",
    )
    assert Customer.objects.get().custom == {
        "size": 1234.5,
        "limit": 3000,
        "until": "2027-03-31",
        "days": ["Mon", "Tue"],
        "terrace": False,
    }


def test_a_twin_is_shown_and_not_doubled(client: Client, user: User) -> None:
    twin = make.customer("A. García", emails=("ana@example.com",), owner_id=user.pk)
    response = new(client, emails="ANA@example.com")
    assert response.status_code == 422
    page = words(response)
    assert "Is it one of these?" in page
    assert "A. García" in page
    assert f'href="/customers/{twin.pk}/"'.encode() in response.content
    assert Customer.objects.count() == 1


def test_of_many_twins_the_first_are_shown_and_the_others_counted(
    client: Client, user: User
) -> None:
    for number in range(8):
        make.customer(f"Desk {number}", phones=("+34900111222",), owner_id=user.pk)
    page = words(new(client, phones="900 111 222"))
    assert "Desk 5" in page
    assert "900 111 222" in page
    assert "And 2 more with the same detail." in page


def test_a_twin_may_be_created_all_the_same(client: Client, user: User) -> None:
    make.customer("A. García", emails=("ana@example.com",), owner_id=user.pk)
    new(client, emails="ana@example.com", twin_is_fine="on")
    assert Customer.objects.count() == 2


def test_a_twin_that_one_may_not_see_stays_unseen(client: Client) -> None:
    make.customer("Secret Service", emails=("ana@example.com",))
    page = words(new(client, emails="ana@example.com"))
    assert "you may not see whom" in page
    assert "Secret Service" not in page


def test_the_form_opens_in_a_dialog_too(client: Client) -> None:
    response = client.get("/customers/new/?kind=organisation&name=Caf%C3%A9", headers=HTMX)
    assert b"<html" not in response.content
    assert response.context["form"].initial["name"] == "Café"


def test_an_edited_customer_keeps_what_the_form_does_not_have(client: Client, user: User) -> None:
    save_custom_field(None, label="Nick", type_="text", options=[])
    ana = make.customer("Ana", custom={"nick": "Nani", "old": 1}, owner_id=user.pk)
    page = client.get(f"/customers/{ana.pk}/edit/")
    form = {key: value for key, value in page.context["form"].initial.items() if value}
    data = form | {"name": "Ana Gil", "custom_nick": "", "version": page.context["version"]}
    assert client.post(f"/customers/{ana.pk}/edit/", data).status_code == 302
    ana.refresh_from_db()
    assert (ana.name, ana.custom, ana.owner) == ("Ana Gil", {"old": 1}, user)


def test_an_edit_does_not_undo_what_somebody_else_did_meanwhile(client: Client, user: User) -> None:
    ana = make.customer("Ana", owner_id=user.pk)
    data = {"kind": "person", "name": "Ana 2", "status": "lost", "version": "2020-01-01"}
    response = client.post(f"/customers/{ana.pk}/edit/", data)
    assert "Somebody changed this customer meanwhile." in words(response)
    ana.refresh_from_db()
    assert ana.name == "Ana"


def test_who_has_no_purchases_can_be_deleted() -> None:
    client = signed_in(make.user(Role.MANAGER))
    ana, buyer = make.customer("Ana"), make.customer("Buyer")
    make.order(buyer)
    assert "cannot be undone" in words(client.get(f"/customers/{ana.pk}/delete/"))
    assert leads_to(client.post(f"/customers/{ana.pk}/delete/")) == "/customers/"
    assert "cannot be deleted" in words(client.get(f"/customers/{buyer.pk}/delete/"))
    assert leads_to(client.post(f"/customers/{buyer.pk}/delete/")) == f"/customers/{buyer.pk}/"
    assert list(Customer.objects.all()) == [buyer]
