"""Who may open which page; for all others it does not exist."""

import pytest

from tests import make
from tests.pages import signed_in
from trato.identity.rules import ROLE_PERMISSIONS, Permission, Role

pytestmark = pytest.mark.django_db
PAGES = {
    "/": None,
    "/search/?q=a": None,
    "/settings/": None,
    "/settings/profile/": None,
    "/settings/profile/password/": None,
    "/settings/tokens/": None,
    "/settings/tokens/new/": None,
    "/preferences/": None,
    "/notes/new/": Permission.RECORD_CONTACTS,
    "/settings/company/": Permission.MANAGE_COMPANY,
    "/settings/currencies/": Permission.MANAGE_COMPANY,
    "/settings/currencies/new/": Permission.MANAGE_COMPANY,
    "/settings/currencies/company/": Permission.MANAGE_COMPANY,
    "/settings/users/": Permission.MANAGE_USERS,
    "/settings/users/new/": Permission.MANAGE_USERS,
    "/settings/roles/": Permission.MANAGE_USERS,
    "/settings/teams/": Permission.MANAGE_USERS,
    "/settings/teams/new/": Permission.MANAGE_USERS,
    "/settings/fields/": Permission.MANAGE_FIELDS,
    "/settings/fields/new/": Permission.MANAGE_FIELDS,
    "/settings/rules/": Permission.MANAGE_FIELDS,
}


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_the_roles_it_is_for(role: Role) -> None:
    client = signed_in(make.user(role))
    opened = {page for page in PAGES if client.get(page).status_code == 200}
    may = ROLE_PERMISSIONS[role]
    assert opened == {page for page, needs in PAGES.items() if needs is None or needs in may}
    assert all(client.get(page).status_code == 404 for page in PAGES.keys() - opened)


@pytest.mark.parametrize("role", Role)
def test_the_frame_offers_only_doors_that_open(role: Role) -> None:
    client = signed_in(make.user(role))
    shell = client.get("/settings/").context["shell"]
    places = [*shell.navigation, *(child for item in shell.navigation for child in item.children)]
    offered = {place.url for place in [*places, *shell.quick_add]}
    assert "/settings/" in offered
    assert {url: client.get(url).status_code for url in offered} == dict.fromkeys(offered, 200)


def test_a_stranger_is_sent_to_the_door() -> None:
    make.user()
    client = signed_in(make.user())
    client.logout()
    assert all(
        client.get(page).headers["Location"].startswith("/sign-in/")
        for page in PAGES
        if page != "/preferences/"
    )


def test_a_page_that_is_not_there_keeps_the_frame() -> None:
    response = signed_in(make.user()).get("/nowhere/")
    assert response.status_code == 404
    assert 'class="rail"' in response.content.decode()
