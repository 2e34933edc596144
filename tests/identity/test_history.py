"""Who changed the company, its teams and who is in them."""

import pytest
from django.test import Client

from tests import make
from tests.pages import signed_in, words
from trato.identity.models import Team
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
COMPANY = {"name": "Trato", "country": "ES", "time_zone": "Europe/Madrid", "language": "es"}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(name="Ana"))


def test_a_change_of_the_company_is_told(client: Client) -> None:
    client.post("/settings/company/", COMPANY)
    client.post("/settings/company/", COMPANY | {"name": "Café de Altura"})
    assert "Ana Name: Trato → Café de Altura" in words(client.get("/settings/company/"))


def test_a_team_tells_its_names_and_who_came_and_went(client: Client) -> None:
    eva = make.user(Role.SELLER, name="Eva")
    client.post("/settings/teams/new/", {"name": "North", "members": [eva.pk]})
    team = Team.objects.get()
    client.post(f"/settings/teams/{team.pk}/", {"name": "South", "members": []})
    page = words(client.get(f"/settings/teams/{team.pk}/"))
    assert "Ana Name: North → South" in page
    assert "Ana Members: Eva" in page
    assert "Ana Members: Eva → —" in page


def test_a_user_tells_of_teams_that_are_gone_since(client: Client) -> None:
    eva = make.user(Role.SELLER, name="Eva")
    client.post("/settings/teams/new/", {"name": "North", "members": [eva.pk]})
    client.post(f"/settings/teams/{Team.objects.get().pk}/delete/")
    assert "Ana Teams: North → —" in words(client.get(f"/settings/users/{eva.pk}/"))
