"""Pages as somebody with a browser gets them."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from trato.identity.models import User

HTMX = {"hx-request": "true"}


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(response: Any) -> str:
    """What can be read on the page, with single spaces."""
    parser = _Words()
    parser.feed(response.content.decode())
    return " ".join(" ".join(parser.found).split())


def events(response: Any) -> str:
    """What the answer tells the page to do."""
    return str(response.headers.get("HX-Trigger", ""))


def leads_to(response: Any) -> str:
    """Where a redirect goes."""
    return str(response.url)
