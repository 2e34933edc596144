import pytest
from django.test import Client

from tests import make
from tests.pages import words
from trato.identity.actions import AlreadyFounded, found
from trato.identity.models import User
from trato.identity.queries import company
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
GIVEN = {
    "company": "Ferretería Peña",
    "country": "MX",
    "currency": "MXN",
    "language": "es",
    "time_zone": "America/Mexico_City",
    "name": "Ana Peña",
    "email": "Ana@example.com",
    "password": make.PASSWORD,
}


def test_the_first_visit_leads_to_the_first_page(client: Client) -> None:
    response = client.get("/", follow=True, headers={"accept-language": "en"})
    assert response.redirect_chain[-1][0] == "/welcome/"
    assert "Nobody works here yet." in words(response)


def test_it_makes_the_company_and_its_administrator_and_lets_them_in(client: Client) -> None:
    assert client.post("/welcome/", GIVEN).headers["Location"] == "/"
    [user], firm = User.objects.all(), company()
    assert (user.email, user.role, user.language) == ("ana@example.com", Role.ADMINISTRATOR, "es")
    assert (firm.name, firm.country, firm.currency) == ("Ferretería Peña", "MX", "MXN")
    assert "Ferretería Peña" in words(client.get("/"))


def test_an_easy_password_is_refused(client: Client) -> None:
    response = client.post("/welcome/", GIVEN | {"password": "12345678"})
    assert response.status_code == 422
    assert not User.objects.exists()


def test_it_guesses_the_country_from_the_browser(client: Client) -> None:
    page = client.get("/welcome/", headers={"accept-language": "es-MX,es;q=0.9"})
    guessed = page.context["form"].initial
    assert (guessed["currency"], guessed["time_zone"]) == ("MXN", "America/Mexico_City")


def test_once_somebody_works_here_it_is_gone(client: Client) -> None:
    make.user()
    assert client.get("/welcome/").headers["Location"] == "/sign-in/"
    assert client.post("/welcome/", GIVEN).headers["Location"] == "/sign-in/"
    assert User.objects.count() == 1


def test_the_second_of_two_at_once_is_refused() -> None:
    make.user()
    with pytest.raises(AlreadyFounded):
        found(company_changes={}, email="b@example.com", name="B", password=make.PASSWORD)
