import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.pages import signed_in, words
from trato.identity.actions import create_token
from trato.identity.models import ApiToken, User
from trato.identity.queries import token_of
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


def token(user: User, name: str = "Shop") -> ApiToken:
    made, _key = create_token(
        user=user, name=name, scope="read", at=timezone.now(), expires_at=None
    )
    return made


def test_a_key_is_shown_once_and_opens_the_door() -> None:
    user = make.user(Role.SELLER)
    client = signed_in(user)
    given = {"name": "Shop", "scope": "write"}
    page = client.post("/settings/tokens/new/", given).content.decode()
    found = re.search(r"<code[^>]*>(trato_\S+)</code>", page)
    assert found
    known = token_of(key=found[1], at=timezone.now())
    assert known is not None
    assert (known.user, known.may_write) == (user, True)
    assert found[1] not in client.get("/settings/tokens/").content.decode()


def test_a_key_holds_to_the_end_of_its_last_day() -> None:
    user, today = make.user(Role.SELLER), make.today()
    given = {"name": "Shop", "scope": "read", "expires_on": today.isoformat()}
    signed_in(user).post("/settings/tokens/new/", given)
    made = ApiToken.objects.get()
    assert made.is_usable(timezone.now())
    assert not made.is_usable(timezone.now() + timedelta(days=1, minutes=1))


def test_a_day_that_has_passed_is_refused() -> None:
    given = {"name": "Shop", "scope": "read", "expires_on": "2020-01-01"}
    response = signed_in(make.user()).post("/settings/tokens/new/", given)
    assert "Choose a date in the future." in words(response)


def test_a_revoked_key_opens_nothing() -> None:
    user = make.user(Role.SELLER)
    mine = token(user)
    signed_in(user).post(f"/settings/tokens/{mine.pk}/revoke/")
    mine.refresh_from_db()
    assert not mine.is_usable(timezone.now())
    assert "Revoked" in words(signed_in(user).get("/settings/tokens/"))


def test_a_colleagues_key_does_not_exist_but_for_an_administrator() -> None:
    theirs = token(make.user(Role.SELLER), "Theirs")
    seller, admin = signed_in(make.user(Role.SELLER)), signed_in(make.user())
    assert seller.post(f"/settings/tokens/{theirs.pk}/revoke/").status_code == 404
    assert "Theirs" not in words(seller.get("/settings/tokens/"))
    assert "Theirs" in words(admin.get("/settings/tokens/"))
    assert admin.post(f"/settings/tokens/{theirs.pk}/revoke/").status_code == 302
