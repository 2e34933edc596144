"""Pages and files go out compressed to whoever takes them so."""

import gzip
import re
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from tests import make
from tests.pages import signed_in

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip"}


@pytest.fixture
def client() -> Client:
    return signed_in(make.user())


def unpacked(answer: Any) -> str:
    assert answer.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(answer.content).decode()


def test_a_page_is_compressed_for_a_browser_that_takes_it(client: Client) -> None:
    make.customer("Ana")
    assert "Ana" in unpacked(client.get("/customers/", headers=GZIP))
    assert "Content-Encoding" not in client.get("/customers/").headers


def test_an_export_is_compressed_as_it_streams(client: Client) -> None:
    make.customer("Ana")
    path = "/customers/export/?format=csv"
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert isinstance(packed, StreamingHttpResponse)
    assert not packed.has_header("Content-Length")
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()


def test_the_token_of_a_form_is_another_in_every_page(client: Client) -> None:
    pages = [unpacked(client.get("/customers/new/", headers=GZIP)) for _page in range(2)]
    found = [re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page) for page in pages]
    assert all(found)
    assert not set(found[0]) & set(found[1])
