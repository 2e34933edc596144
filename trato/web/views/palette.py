"""Search everything, go anywhere, do something."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trato.customers.models import EventKind
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.web.finding import groups
from trato.web.queries.search import find, find_customers

IN_PALETTE = 6
ON_PAGE = 25
KINDS = (EventKind.NOTE.value, EventKind.CALL.value, EventKind.VISIT.value)


@requires()
def palette(request: UserRequest) -> HttpResponse:
    """What the palette shows while somebody types; without JavaScript, the page."""
    text = request.GET.get("q", "").strip()
    if not request.htmx:
        query = f"?{urlencode({'q': text})}" if text else ""
        return redirect(reverse("web:search") + query)
    found = find(text, user=request.user, limit=IN_PALETTE)
    values = {"groups": groups(text, found, request.user)}
    return render(request, "ui/palette_results.html", values)


@requires()
def search(request: UserRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found = find(text, user=request.user, limit=ON_PAGE)
    values = {"text": text, "groups": groups(text, found, request.user)}
    return render(request, "web/search.html", values)


@requires(Permission.VIEW_CUSTOMERS, Permission.RECORD_CONTACTS)
def note(request: UserRequest) -> HttpResponse:
    """A note, a call or a visit begins with the question whom it is about."""
    text = request.GET.get("q", "").strip()
    asked = request.GET.get("kind", "")
    kind = asked if asked in KINDS else EventKind.NOTE.value
    limit = IN_PALETTE if request.htmx else ON_PAGE
    found = find_customers(text, user=request.user, limit=limit)
    values = {"text": text, "kind": kind, "found": found}
    part = "#found" if request.htmx and request.htmx.target == "found" else ""
    return render(request, f"web/note.html{part}", values)
