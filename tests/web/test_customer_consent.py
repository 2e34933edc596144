from typing import Any

import pytest
from django.test import Client

from tests import make
from tests.pages import HTMX, signed_in, words
from trato.customers.models import Consent, Customer
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db
MAIL = "consent/email/marketing/"


@pytest.fixture
def client() -> Client:
    return signed_in(make.user(Role.AGENT))


@pytest.fixture
def ana() -> Customer:
    return make.customer("Ana")


def answer(client: Client, ana: Customer, granted: str, how: str, **more: str) -> Any:
    data = {"granted": granted, "how": how} | more
    return client.post(f"/customers/{ana.pk}/{MAIL}", data, headers=HTMX)


def test_consent_needs_its_evidence(client: Client, ana: Customer) -> None:
    for how in ("", "   "):
        response = answer(client, ana, "yes", how)
        assert response.status_code == 422
        assert "This field is required." in words(response)
    assert not Consent.objects.exists()


def test_consent_needs_a_yes_or_a_no(client: Client, ana: Customer) -> None:
    assert answer(client, ana, "", "Signed form").status_code == 422
    assert not Consent.objects.exists()


def test_the_last_word_counts_and_the_others_stay(client: Client, ana: Customer) -> None:
    answer(client, ana, "yes", "Signed form", text_version="v1", at="2026-01-10T10:00")
    answer(client, ana, "no", "Link in the mail", at="2026-02-10T10:00")
    history = words(client.get(f"/customers/{ana.pk}/{MAIL}", headers=HTMX))
    assert "No · Link in the mail" in history
    assert "Yes · Signed form · text v1" in history
    assert history.index("in force") < history.index("Signed form")
    assert "No · " in words(client.get(f"/customers/{ana.pk}/consent/", headers=HTMX))
    assert b"E-mail, Offers and news: no" in client.get(f"/customers/{ana.pk}/").content


def test_consent_is_not_given_in_the_future(client: Client, ana: Customer) -> None:
    assert answer(client, ana, "yes", "Signed form", at="2999-01-01T10:00").status_code == 422


def test_the_matrix_has_every_channel_and_purpose(client: Client, ana: Customer) -> None:
    page = client.get(f"/customers/{ana.pk}/consent/").content.decode()
    assert page.count("/consent/") >= 36
    assert client.get(f"/customers/{ana.pk}/consent/pigeon/marketing/").status_code == 404
    assert client.get(f"/customers/{ana.pk}/consent/email/else/").status_code == 404


def test_who_may_not_record_consent_can_read_it(ana: Customer) -> None:
    reader = signed_in(make.user(Role.READER))
    page = reader.get(f"/customers/{ana.pk}/{MAIL}", headers=HTMX)
    assert "They have not been asked yet." in words(page)
    assert b"<form" not in page.content
    assert answer(reader, ana, "yes", "Signed form").status_code == 404
    assert not Consent.objects.exists()
