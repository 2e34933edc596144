import pytest
from django.core import mail
from django.test import Client

from tests import make, queue
from tests.pages import signed_in, words
from trato.identity.models import Team, User
from trato.identity.rules import PERMISSION_WORDS, Permission, Role, Visibility

pytestmark = pytest.mark.django_db
EVA = {
    "name": "Eva Ruiz",
    "email": "Eva@example.com",
    "role": "seller",
    "visibility": "own",
    "language": "en",
}


@pytest.fixture
def admin() -> User:
    return make.user(name="Ana")


@pytest.fixture
def client(admin: User) -> Client:
    return signed_in(admin)


def test_somebody_invited_gets_a_letter_with_a_link(client: Client) -> None:
    client.post("/settings/users/new/", EVA)
    queue.work()
    eva = User.objects.get(email="eva@example.com")
    assert (eva.role, eva.visibility, eva.has_usable_password()) == ("seller", "own", False)
    assert "You have been given access" in mail.outbox[0].body
    assert "Invited" in words(client.get("/settings/users/"))


def test_with_a_password_no_letter_is_sent(client: Client) -> None:
    client.post("/settings/users/new/", EVA | {"password": make.PASSWORD})
    assert queue.work() == []
    assert User.objects.get(email="eva@example.com").check_password(make.PASSWORD)


def test_an_email_belongs_to_one_user(client: Client, admin: User) -> None:
    response = client.post("/settings/users/new/", EVA | {"email": admin.email.upper()})
    assert response.status_code == 422
    assert "Somebody else signs in with this e-mail." in words(response)


def test_an_easy_password_is_refused(client: Client) -> None:
    response = client.post("/settings/users/new/", EVA | {"password": "password123"})
    assert response.status_code == 422
    assert User.objects.count() == 1


def test_who_sees_the_team_needs_one(client: Client) -> None:
    given = EVA | {"visibility": "team"}
    assert "There are no teams yet" in words(client.post("/settings/users/new/", given))
    team = make.team("North")
    assert "Choose a team" in words(client.post("/settings/users/new/", given))
    client.post("/settings/users/new/", given | {"teams": [team.pk]})
    assert list(User.objects.get(email="eva@example.com").teams.all()) == [team]


def test_a_change_is_told_with_who_made_it_before_and_after(client: Client) -> None:
    eva = make.user(Role.SELLER, visibility="own", name="Eva", email="eva@example.com")
    client.post(f"/settings/users/{eva.pk}/", EVA | {"name": "Eva", "role": "manager"})
    page = words(client.get(f"/settings/users/{eva.pk}/"))
    assert "Ana Role: Seller → Manager" in page


def test_the_last_administrator_stays_one(client: Client, admin: User) -> None:
    given = EVA | {"email": admin.email, "role": "reader"}
    response = client.post(f"/settings/users/{admin.pk}/", given)
    assert "Somebody must remain who can manage users." in words(response)
    client.post(f"/settings/users/{admin.pk}/active/", {"active": "0"})
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (Role.ADMINISTRATOR, True)


def test_a_second_administrator_lets_the_first_go(client: Client, admin: User) -> None:
    make.user()
    client.post(f"/settings/users/{admin.pk}/active/", {"active": "0"})
    admin.refresh_from_db()
    assert not admin.is_active


def test_a_user_is_deactivated_and_comes_back(client: Client) -> None:
    eva = make.user(Role.SELLER)
    for active in (False, True):
        client.post(f"/settings/users/{eva.pk}/active/", {"active": str(int(active))})
        eva.refresh_from_db()
        assert eva.is_active is active


def test_an_administrator_sends_a_link_for_a_new_password(client: Client) -> None:
    eva = make.user(Role.SELLER)
    client.post(f"/settings/users/{eva.pk}/link/")
    queue.work()
    assert mail.outbox[0].to == [eva.email]


def test_the_matrix_tells_every_permission_of_every_role(client: Client) -> None:
    page = client.get("/settings/roles/").content.decode()
    assert set(PERMISSION_WORDS) == set(Permission)
    assert all(str(text) in page.replace("&#x27;", "'") for text in PERMISSION_WORDS.values())
    assert all(str(role.label) in page for role in Role)


def test_where_there_are_no_teams_a_new_seller_sees_the_own_records(client: Client) -> None:
    client.post("/settings/users/new/", EVA | {"role": "seller", "visibility": ""})
    assert User.objects.get(email="eva@example.com").visibility == Visibility.OWN


def test_people_stand_in_the_order_of_the_alphabet(client: Client) -> None:
    for name in ("Zoe", "Óscar", "ana"):
        make.user(name=name)
    shown = words(client.get("/settings/users/"))
    assert shown.index("ana") < shown.index("Óscar") < shown.index("Zoe")


def test_teams_are_made_changed_and_deleted(client: Client) -> None:
    eva = make.user(Role.SELLER)
    client.post("/settings/teams/new/", {"name": " North ", "members": [eva.pk]})
    team = Team.objects.get(name="North")
    assert list(team.users.all()) == [eva]
    client.post(f"/settings/teams/{team.pk}/", {"name": "South"})
    team.refresh_from_db()
    assert (team.name, team.users.count()) == ("South", 0)
    client.post(f"/settings/teams/{team.pk}/delete/")
    assert not Team.objects.exists()


def test_two_teams_of_one_name_are_refused(client: Client) -> None:
    make.team("North")
    assert client.post("/settings/teams/new/", {"name": "North"}).status_code == 422


def test_the_company_is_changed(client: Client) -> None:
    given = {"name": "Peña", "country": "AR", "language": "en", "time_zone": "America/Bogota"}
    client.post("/settings/company/", given)
    assert "Peña" in words(client.get("/settings/company/"))
    nowhere = client.post("/settings/company/", given | {"time_zone": "Nowhere/At_all"})
    assert nowhere.status_code == 422


def test_one_changes_ones_own_profile() -> None:
    reader = make.user(Role.READER)
    given = {"name": "Eva", "email": "EVA@example.com", "language": "es", "theme": "dark"}
    signed_in(reader).post("/settings/profile/", given | {"role": "administrator"})
    reader.refresh_from_db()
    assert (reader.name, reader.email, reader.theme) == ("Eva", "eva@example.com", "dark")
    assert (reader.role, reader.visibility) == (Role.READER, Visibility.ALL)
