"""One answer for a page and for htmx."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from trato.ui.responses import close_dialog, go, refresh, toast


@pytest.fixture
def request_of(rf: RequestFactory) -> object:
    def make(htmx: bool) -> HttpRequest:
        request = rf.post("/")
        request.htmx = htmx  # type: ignore[attr-defined]
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        return request

    return make


def test_a_page_is_redirected_and_htmx_is_told(request_of) -> None:  # type: ignore[no-untyped-def]
    assert go(request_of(htmx=False), "/x/").status_code == 302
    assert go(request_of(htmx=True), "/x/").headers["HX-Redirect"] == "/x/"


def test_a_toast_comes_with_the_fragment(request_of) -> None:  # type: ignore[no-untyped-def]
    response = toast(request_of(htmx=True), HttpResponse(), "Hecho ñ", undo_url="/undo/")
    told = json.loads(refresh(close_dialog(response), "tags:changed").headers["HX-Trigger"])
    assert told["toast"] == {"text": "Hecho ñ", "tone": "done", "undo": "/undo/"}
    assert {"dialog:close", "tags:changed"} <= told.keys()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_toast_waits_for_the_page_that_follows(request_of, htmx: bool) -> None:  # type: ignore[no-untyped-def]
    request = request_of(htmx=htmx)
    response = toast(request, go(request, "/x/"), "Saved", tone="warn", undo_url="/undo/")
    (message,) = get_messages(request)
    assert "HX-Trigger" not in response.headers
    assert (message.message, message.level_tag) == ("Saved", "warning")
    assert message.extra_tags == "undo:/undo/"
