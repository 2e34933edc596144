import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests import make
from tests.pages import signed_in, words
from trato.identity.actions import change_user
from trato.identity.lockout import MOST_FROM_AN_ADDRESS
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
WRONG = "not-the-password"


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def sign_in(client: Client, email: str, password: str = make.PASSWORD, **more: str) -> int:
    given = {"username": email, "password": password, "next": more.pop("next", "")}
    response = client.post("/sign-in/", given, REMOTE_ADDR=more.pop("ip", "10.0.0.1"))
    return response.status_code


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    make.user()
    response = client.get("/settings/profile/")
    assert response.headers["Location"] == "/sign-in/?next=/settings/profile/"


def test_email_and_password_open_the_door(client: Client) -> None:
    make.user(email="ana@example.com")
    assert sign_in(client, "ana@example.com") == 302
    assert is_in(client)


def test_capital_letters_in_the_email_do_not_matter(client: Client) -> None:
    make.user(email="ana@example.com")
    assert sign_in(client, " Ana@Example.COM ") == 302


def test_a_wrong_password_and_an_unknown_email_are_told_alike(client: Client) -> None:
    make.user(email="ana@example.com")
    answers = [
        words(client.post("/sign-in/", {"username": email, "password": WRONG}))
        for email in ("ana@example.com", "nobody@example.com")
    ]
    assert "The e-mail or the password is not right." in answers[0]
    assert answers[0] == answers[1]


def test_signing_in_goes_on_to_where_one_wanted_to_be(client: Client) -> None:
    make.user(email="ana@example.com")
    given = {"username": "ana@example.com", "password": make.PASSWORD, "next": "/settings/"}
    assert client.post("/sign-in/", given).headers["Location"] == "/settings/"


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:x"])
def test_signing_in_never_leads_out_of_trato(client: Client, address: str) -> None:
    make.user(email="ana@example.com")
    given = {"username": "ana@example.com", "password": make.PASSWORD, "next": address}
    assert client.post("/sign-in/", given).headers["Location"] == "/"


def test_after_too_many_wrong_passwords_the_right_one_has_to_wait(client: Client) -> None:
    make.user(email="ana@example.com")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "ana@example.com", WRONG)
    assert sign_in(client, "ana@example.com") == 429
    assert sign_in(client, "ANA@example.com") == 429
    assert not is_in(client)


def test_a_lock_holds_for_this_user_from_this_address_only(client: Client) -> None:
    make.user(email="ana@example.com")
    make.user(email="eva@example.com")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "ana@example.com", WRONG)
    assert sign_in(client, "eva@example.com") == 302
    assert sign_in(Client(), "ana@example.com", ip="10.0.0.2") == 302


def test_the_locked_out_page_says_what_to_do(client: Client) -> None:
    make.user(email="ana@example.com")
    given = {"username": "ana@example.com", "password": WRONG}
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        response = client.post("/sign-in/", given)
    assert "Try again in a quarter of an hour" in words(response)
    assert 'href="/password/"' in response.content.decode()


def test_the_right_password_forgives_the_wrong_ones_before(client: Client) -> None:
    make.user(email="ana@example.com")
    for _ in range(2):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            sign_in(client, "ana@example.com", WRONG)
        assert sign_in(client, "ana@example.com") == 302
        client.post("/sign-out/")


def test_who_no_longer_works_here_does_not_come_in(client: Client) -> None:
    make.user()
    ana = make.user(Role.SELLER, email="ana@example.com")
    sign_in(client, "ana@example.com")
    change_user(user=ana, changes={"is_active": False}, teams=None)
    assert not is_in(client)
    assert sign_in(client, "ana@example.com") == 422


def test_signing_out_takes_more_than_a_link(client: Client) -> None:
    make.user(email="ana@example.com")
    sign_in(client, "ana@example.com")
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert not is_in(client)


def test_theme_and_language_are_kept_with_the_user() -> None:
    user = make.user()
    client = signed_in(user)
    client.post("/preferences/", {"theme": "dark", "next": "/settings/"})
    client.post("/preferences/", {"language": "es"})
    user.refresh_from_db()
    assert (user.theme, user.language) == ("dark", "es")
    page = client.get("/")
    assert 'data-theme="dark"' in page.content.decode()
    assert "Estado de la cartera" in words(page) or "Hoy" in words(page)


def test_a_stranger_chooses_the_language_of_the_door(client: Client) -> None:
    make.user()
    client.post("/preferences/", {"language": "es", "next": "/sign-in/"})
    with translation.override("es"):
        assert 'lang="es"' in client.get("/sign-in/").content.decode()


def test_nonsense_is_no_preference() -> None:
    user = make.user()
    client = signed_in(user)
    response = client.post("/preferences/", {"theme": "pink", "next": "https://example.org"})
    assert response.headers["Location"] == "/"
    user.refresh_from_db()
    assert user.theme == "system"


@pytest.mark.parametrize(("proxy", "status"), [("127.0.0.1", 302), ("::1", 302), ("10.0.0.9", 429)])
def test_behind_a_trusted_proxy_everybody_has_an_own_address(proxy: str, status: int) -> None:
    make.user(email="ana@example.com")
    far = Client(headers={"x-forwarded-for": "203.0.113.1"}, REMOTE_ADDR=proxy)
    near = Client(headers={"x-forwarded-for": "6.6.6.6, 198.51.100.7"}, REMOTE_ADDR=proxy)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        given = {"username": "ana@example.com", "password": WRONG}
        far.post("/sign-in/", given)
    given = {"username": "ana@example.com", "password": make.PASSWORD}
    assert far.post("/sign-in/", given).status_code == 429
    assert near.post("/sign-in/", given).status_code == status


def test_who_tries_one_password_on_everybody_is_held_up(client: Client) -> None:
    make.user(email="ana@example.com")
    for number in range(MOST_FROM_AN_ADDRESS - 1):
        assert sign_in(client, f"user{number}@example.com", WRONG) == 422
    assert sign_in(client, "one.more@example.com", WRONG) == 429
    assert sign_in(client, "ana@example.com") == 429
    assert sign_in(Client(), "ana@example.com", ip="10.0.0.2") == 302
