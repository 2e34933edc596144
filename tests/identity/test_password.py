import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests import make, queue
from tests.pages import signed_in, words
from trato import settings as product
from trato.identity.actions import change_user
from trato.identity.jobs import password_link
from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
NEW = "otra-frase-facil-77"


def test_passwords_are_kept_by_a_hash_that_takes_its_time() -> None:
    assert product.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def link_in(letter: mail.EmailMessage) -> str:
    found = re.search(r"http\S+", str(letter.body))
    assert found
    return found[0].removeprefix(settings.PUBLIC_URL)


def set_password(client: Client, link: str, password: str = NEW) -> str:
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0] if page.redirect_chain else link
    return words(client.post(address, {"password": password}, follow=True))


def can_sign_in(user: User, password: str) -> bool:
    given = {"username": user.email, "password": password}
    return Client().post("/sign-in/", given).status_code == 302


def test_a_link_by_email_sets_another_password(client: Client) -> None:
    user = make.user(language="en")
    client.post("/password/", {"email": user.email.upper()})
    queue.work()
    [letter] = mail.outbox
    assert letter.to == [user.email]
    set_password(client, link_in(letter))
    assert can_sign_in(user, NEW)
    assert not can_sign_in(user, make.PASSWORD)


def test_the_letter_speaks_the_language_of_its_reader(client: Client) -> None:
    for language in ("es", "en"):
        client.post("/password/", {"email": make.user(language=language).email})
    queue.work()
    assert mail.outbox[0].body.startswith("Hola")
    assert mail.outbox[1].body.startswith("Hello")


def test_nobody_learns_whether_an_address_is_known(client: Client) -> None:
    user = make.user()
    known, unknown = (
        words(client.post("/password/", {"email": email})).replace(email, "…")
        for email in (user.email, "nobody@example.com")
    )
    assert known == unknown
    assert len(queue.work()) == 2
    assert len(mail.outbox) == 1


def test_asking_again_at_once_sends_nothing_more(client: Client) -> None:
    user = make.user()
    for _ in range(3):
        client.post("/password/", {"email": user.email})
    queue.work()
    assert len(mail.outbox) == 1


def test_who_no_longer_works_here_gets_no_letter(client: Client) -> None:
    make.user()
    user = make.user(Role.SELLER)
    change_user(user=user, changes={"is_active": False}, teams=None)
    client.post("/password/", {"email": user.email})
    queue.work()
    assert mail.outbox == []


def test_a_link_works_once(client: Client) -> None:
    link = password_link(make.user()).removeprefix(settings.PUBLIC_URL)
    set_password(client, link)
    assert "This link no longer works" in words(
        Client().get(link, headers={"accept-language": "en"})
    )


def test_a_made_up_link_opens_nothing(client: Client) -> None:
    assert "This link no longer works" in words(client.get("/password/MQ/abc-def/"))


def test_who_chose_a_password_is_asked_to_sign_in_with_it(client: Client) -> None:
    link = password_link(make.user()).removeprefix(settings.PUBLIC_URL)
    assert "Your new password is kept. Sign in with it." in set_password(client, link)


def test_an_easy_password_is_refused(client: Client) -> None:
    user = make.user()
    link = password_link(user).removeprefix(settings.PUBLIC_URL)
    assert "too common" in set_password(client, link, "password123")
    assert can_sign_in(user, make.PASSWORD)


def test_somebody_locked_out_comes_in_by_the_link(client: Client) -> None:
    user = make.user()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        can_sign_in(user, "wrong")
    assert not can_sign_in(user, make.PASSWORD)
    set_password(client, password_link(user).removeprefix(settings.PUBLIC_URL))
    assert can_sign_in(user, NEW)


def test_one_changes_ones_own_password_and_stays_signed_in() -> None:
    user = make.user()
    client, elsewhere = signed_in(user), signed_in(user)
    wrong = client.post("/settings/profile/password/", {"old": "guess", "new": NEW})
    assert "This is not your password." in words(wrong)
    client.post("/settings/profile/password/", {"old": make.PASSWORD, "new": NEW})
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
