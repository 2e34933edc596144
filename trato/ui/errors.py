"""The page of an error of ours, which must come whatever else is broken."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the assets the designed page fails as well; then a bare one says the same."""
    try:
        return HttpResponseServerError(loader.get_template("500.html").render())
    except Exception:
        log.exception("The page for errors fails, too.")
        return HttpResponseServerError(loader.get_template("ui/plain.html").render())
