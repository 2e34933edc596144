"""The gallery shows every component to who builds and who administers."""

import re

import pytest
from django.test import Client

from trato.identity.models import User
from trato.identity.rules import Role

pytestmark = pytest.mark.django_db


def signed_in(role: Role) -> Client:
    user = User.objects.create(email=f"{role}@example.com", name="Ana", role=role)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_is_for_administrators() -> None:
    assert signed_in(Role.ADMINISTRATOR).get("/ui/").status_code == 200
    assert signed_in(Role.SELLER).get("/ui/").status_code == 404
    assert Client().get("/ui/").status_code == 404


@pytest.mark.parametrize("path", ["/ui/", "/ui/form/", "/ui/delete/", "/ui/value/", "/ui/rows/"])
def test_nothing_in_it_breaks_the_content_policy(path: str) -> None:
    shown = signed_in(Role.ADMINISTRATOR).get(path).content.decode()
    assert not re.search(r"<[^>]+\s(style|on\w+)=", shown)


def test_a_form_in_the_dialog_comes_back_with_its_errors() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    answer = client.post("/ui/form/", {"name": ""}, headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b'role="alert"' in answer.content


def test_a_form_that_is_right_leaves_the_dialog() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    good = {"name": "Ana", "kind": "person"}
    answer = client.post("/ui/form/", good, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/ui/"
    assert "«Ana»" in client.get("/ui/").content.decode()


@pytest.mark.parametrize(
    ("language", "figures"),
    [("en", ("3,120", "€84.20", "+3.1%")), ("es", ("3.120", "84,20 €", "+3,1 %"))],
)
def test_its_figures_are_written_as_the_language_writes_them(
    language: str, figures: tuple[str, ...]
) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    User.objects.update(language=language)
    page = client.get("/ui/").content.decode().replace("\xa0", " ")
    assert all(f">{figure}<" in page or f"</svg>{figure}" in page for figure in figures)
