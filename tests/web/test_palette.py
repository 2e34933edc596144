import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Role

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
