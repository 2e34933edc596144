from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.collaboration.actions import create_task
from trato.customers.actions import record_contact, refresh_contacts
from trato.customers.drafts import Contact
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Role
from trato.imports.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make.user()


@pytest.fixture
def client(user: User) -> Client:
    return signed_in(user)


def asked(client: Client, text: str = "") -> dict[str, list[str]]:
    groups = client.get("/palette/", {"q": text}, headers=HTMX).context["groups"]
    return {group.label: [item.label for item in group.items] for group in groups}


def people(client: Client, text: str) -> list[str]:
    found = asked(client, text)
    return [name for name in found.get("Customers", []) if not name.startswith("All customers")]


def test_without_words_it_offers_places_and_deeds(client: Client) -> None:
    found = asked(client)
    assert found["Actions"][:3] == ["New customer", "New task", "New note"]
    assert "Import a file" in found["Actions"]
    assert {"Today", "Tasks", "Orders", "Products", "Settings"} <= set(found["Go to"])


def test_it_offers_only_what_the_role_may_do() -> None:
    found = asked(signed_in(make.user(Role.READER)))
    assert found["Actions"] == ["Change the theme or the language"]
    assert "Imports" not in found["Go to"]


def test_a_place_is_found_by_parts_of_its_name_without_accents(user: User) -> None:
    client = signed_in(user, "es")
    user.language = "es"
    user.save()
    assert asked(client, "campos pro")["Ir a"] == ["Campos propios"]
    assert asked(client, "dia") == {}


def test_a_place_is_found_by_what_it_is_about(client: Client) -> None:
    assert asked(client, "password")["Go to"] == ["My profile"]
    assert asked(client, "currenc")["Go to"] == ["Currencies"]
    assert asked(client, "company")["Go to"][:1] == ["Company"]


@pytest.mark.parametrize(
    "text", ["ana pe", "PEÑA", "pena ana", "ana@x", "612 34", "C-77", "an"], ids=str
)
def test_a_customer_is_found_by_name_email_telephone_and_id(client: Client, text: str) -> None:
    make.customer("Bea Ruiz", emails=("bea@y.example",))
    make.customer(
        "Ana Peña",
        emails=("ana@x.example",),
        phones=("+34612345678",),
        external_ids=(("shop", "C-77"),),
    )
    assert people(client, text) == ["Ana Peña"]


def test_names_that_begin_so_come_first(client: Client) -> None:
    for name in ("Zoe Marín", "Martín Sala", "Ana Marcos"):
        make.customer(name)
    assert people(client, "mar")[0] == "Martín Sala"
    assert set(people(client, "mar")) == {"Zoe Marín", "Martín Sala", "Ana Marcos"}


def test_a_slip_of_the_hand_finds_who_is_meant_and_says_so(client: Client) -> None:
    make.customer("Begoña Márquez")
    make.customer("Pedro Sala")
    assert asked(client, "begonia marqez")["Customers (similar)"] == ["Begoña Márquez"]


def test_what_is_called_so_comes_before_who_is_called_nearly_so(client: Client) -> None:
    make.customer("Neus Notte")
    assert list(asked(client, "new note")) == ["Actions", "Customers (similar)"]


def test_what_is_there_exactly_is_not_mixed_with_what_is_like_it(client: Client) -> None:
    make.customer("Juan Lopes")
    make.customer("Juan López Vega")
    assert people(client, "juan lopes") == ["Juan Lopes"]


def test_the_palette_respects_who_sees_whom() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    mine = make.customer("Ana Mía", owner_id=seller.pk)
    theirs = make.customer("Ana Suya")
    for who, number in ((mine, "F-1"), (theirs, "F-2")):
        make.order(who, number=number)
    client = signed_in(seller)
    assert people(client, "ana") == ["Ana Mía"]
    assert people(client, "anna suyaa") == []
    assert asked(client, "F-")["Orders"] == ["F-1"]
    assert "Ana Suya" not in words(client.get("/search/?q=ana"))
    assert "Ana Suya" not in words(client.get("/notes/new/?q=ana"))


def test_an_order_is_found_by_the_beginning_of_its_number(client: Client) -> None:
    for number in ("F-100", "F-10", "F-2"):
        make.order(make.customer("Eva"), "10", number=number)
    assert asked(client, "f-10")["Orders"] == ["F-10", "F-100"]
    hints = client.get("/palette/?q=F-2", headers=HTMX).context["groups"][0].items[0].hint
    assert hints.startswith("Eva · ")


def test_a_product_is_found_by_name_and_code(client: Client) -> None:
    make.order(make.customer(), product="CAF-1")
    assert asked(client, "caf-1")["Products"] == ["CAF-1"]


def test_all_that_match_are_one_step_away(client: Client) -> None:
    make.customer("Ana Peña")
    groups = client.get("/palette/?q=ana", headers=HTMX).context["groups"]
    assert groups[0].items[-1].url == "/customers/?q=ana"


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "\\", "'", "\x00", "ñ" * 500, "(a&b|"])
def test_nonsense_finds_nothing_and_breaks_nothing(client: Client, text: str) -> None:
    make.customer("Ana Peña")
    assert people(client, text) == []
    assert client.get("/search/", {"q": text}).status_code == 200


def test_without_scripts_the_palette_is_a_page(client: Client) -> None:
    make.customer("Ana Peña")
    response = client.get("/palette/?q=ana", follow=True)
    assert response.redirect_chain == [("/search/?q=ana", 302)]
    assert "Ana Peña" in words(response)


def test_a_note_begins_with_whom_it_is_about(client: Client) -> None:
    ana: Customer = make.customer("Ana Peña")
    page = client.get("/notes/new/?q=ana").content.decode()
    assert f'href="/customers/{ana.pk}/contacts/?kind=note"' in page


def test_what_is_called_so_comes_before_what_only_has_the_letters(client: Client) -> None:
    make.order(make.customer("Eva"), product="Mathemes")
    assert list(asked(client, "theme"))[:2] == ["Actions", "Products"]
    assert asked(client, "theme")["Actions"] == ["Change the theme or the language"]


def test_ones_own_open_tasks_are_found(client: Client, user: User) -> None:
    given: dict[str, Any] = {"kind": "task", "customer": None, "due_on": None}
    given |= {"at": make.NOW, "user": user}
    create_task(title="Pedir catálogo", assignee=user, **given)
    create_task(title="Otro catálogo", assignee=make.user(Role.SELLER), **given)
    assert asked(client, "catalogo ped") == {"My tasks": ["Pedir catálogo"]}
    assert asked(client, "catalogo")["My tasks"] == ["Pedir catálogo"]


def test_what_was_noted_lately_is_found_by_who_may_read_it() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    mine, theirs = make.customer("Ana Mía", owner_id=seller.pk), make.customer("Ana Suya")
    for who, subject in ((mine, "Molino nuevo"), (theirs, "Molino viejo")):
        record_contact(
            who,
            Contact(kind="call", subject=subject, at=make.NOW),
            recorded_at=make.NOW,
            user=seller,
        )
    refresh_contacts([mine.pk, theirs.pk], as_of=make.NOW)
    assert asked(signed_in(seller), "molino") == {"Contacts": ["Molino nuevo"]}
    found = asked(signed_in(make.user()), "molino")["Contacts"]
    assert set(found) == {"Molino nuevo", "Molino viejo"}


def test_what_was_noted_of_anybody_at_any_time_is_found_by_its_words() -> None:
    seller = make.user(Role.SELLER, visibility="own")
    mine, theirs = make.customer("Ana Mía", owner_id=seller.pk), make.customer("Ana Suya")
    for who, body in ((mine, "Quiere dejar la cafetería."), (theirs, "Traspasa la CAFETERIA.")):
        record_contact(
            who,
            Contact(kind="note", subject="Aviso", body=body, at=make.NOW),
            recorded_at=make.NOW,
            user=seller,
        )
    assert asked(signed_in(seller), "cafeteria dej")["Contacts"] == ["Aviso"]
    assert "Contacts" not in asked(signed_in(seller), "traspasa")
    assert asked(signed_in(make.user()), "Cafeterí")["Contacts"] == ["Aviso", "Aviso"]
    assert "Contacts" not in asked(signed_in(seller), "feteria")


def test_a_file_is_found_by_its_name(client: Client) -> None:
    Import.objects.create(kind="orders", file_name="Ventas de año.csv", created_at=make.NOW)
    assert asked(client, "ventas ano")["Imports"] == ["Ventas de año.csv"]
    reader = signed_in(make.user(Role.READER))
    assert "Imports" not in asked(reader, "ventas ano")


@pytest.mark.parametrize("kind", ["call", "visit"])
def test_a_call_or_a_visit_is_logged_from_the_palette(client: Client, kind: str) -> None:
    ana: Customer = make.customer("Ana Peña")
    assert asked(client, f"log {kind}") == {"Actions": [f"Log a {kind}"]}
    page = client.get(f"/notes/new/?q=ana&kind={kind}").content.decode()
    assert f'href="/customers/{ana.pk}/contacts/?kind={kind}"' in page
