"""Answers that serve both a page and htmx: go elsewhere, tell the user, close the dialog."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

LEVELS = {
    "done": messages.SUCCESS,
    "info": messages.INFO,
    "warn": messages.WARNING,
    "bad": messages.ERROR,
}
UNDO = "undo:"


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page; htmx would otherwise put that page inside this one."""
    return HttpResponseClientRedirect(url) if _is_htmx(request) else HttpResponseRedirect(url)


def _leaves_page(response: HttpResponse) -> bool:
    return 300 <= response.status_code < 400 or any(
        name in response.headers for name in ("HX-Redirect", "HX-Refresh")
    )


def toast[R: HttpResponse](
    request: HttpRequest, response: R, text: str, *, tone: str = "done", undo_url: str = ""
) -> R:
    """Say what happened, here or on the page that follows; ``undo_url`` takes a POST."""
    if _is_htmx(request) and not _leaves_page(response):
        shown = {"text": str(text), "tone": tone, "undo": undo_url}
        return trigger_client_event(response, "toast", shown)
    tags = UNDO + undo_url if undo_url else ""
    messages.add_message(request, LEVELS[tone], text, extra_tags=tags)
    return response


def close_dialog[R: HttpResponse](response: R) -> R:
    return trigger_client_event(response, "dialog:close", {})


def refresh[R: HttpResponse](response: R, event: str) -> R:
    """Tell the parts of the page that wait for this event to fetch themselves again."""
    return trigger_client_event(response, event, {})
