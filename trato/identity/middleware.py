"""Language, time zone and authorship of a request."""

from collections.abc import Callable

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from trato.identity.queries import company

type Handler = Callable[[HttpRequest], HttpResponseBase]


def language(get_response: Handler) -> Handler:
    """Before anybody is known: the chosen cookie, else what the browser asks for."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        translation.activate(translation.get_language_from_request(request))
        return get_response(request)

    return handle


def preferences(get_response: Handler) -> Handler:
    """The user's own language; the company's time zone."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        firm = company() if request.user.is_authenticated else None
        chosen = request.user.language if request.user.is_authenticated else ""
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
        request.company = firm  # type: ignore[attr-defined]
        with timezone.override(firm.zone if firm else None):
            response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "es")
        return response

    return handle


def history(get_response: Handler) -> Handler:
    """Name the author beside each row that the database's audit keeps."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.method in {"GET", "HEAD", "OPTIONS"} or not request.user.is_authenticated:
            return get_response(request)
        with pghistory.context(user=request.user.pk, path=request.path):
            return get_response(request)

    return handle
