"""The customer page, its parts and its history."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.collaboration.queries import customer_history
from trato.customers.models import Customer
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.sales.queries import customer as purchases
from trato.ui.table import Column, Table
from trato.web.queries import customer as queries
from trato.web.views.customer.composing import empty_fields
from trato.web.views.customer.finding import find, page_url
from trato.web.views.customer.shown import Shown
from trato.web.views.customer.timeline import TimeLine
from trato.web.words import channel_word

PARTS = ("head", "who", "state")
# What stands beside the time line, and on a phone in its place.
ASIDE = ("who", "state")
ORDERS = 50


def _shown(request: UserRequest, pk: int) -> Shown:
    rows = Customer.objects.visible_to(request.user)
    rows = rows.select_related("owner", "team", "summary", "score__segment")
    customer = get_object_or_404(rows, pk=pk)
    return Shown(customer, user=request.user, company=request.company, at=timezone.now())


def _composer(request: UserRequest, shown: Shown) -> str:
    if not shown.may_record:
        return ""
    return empty_fields(request.user, company=request.company, own=shown.contact_fields)


def _page(request: UserRequest, shown: Shown, tab: str, **more: Any) -> HttpResponse:
    aside = tab if tab in ASIDE else ""
    context = {"shown": shown, "customer": shown.customer, "tab": tab, "aside": aside} | more
    return render(request, "web/customer/page.html", context)


@requires(Permission.VIEW_CUSTOMERS)
def customer(request: UserRequest, pk: int) -> HttpResponse:
    shown = _shown(request, pk)
    lines = TimeLine(shown, category=request.GET.get("show", ""), place=None)
    return _page(request, shown, "timeline", lines=lines, fields=_composer(request, shown))


@requires(Permission.VIEW_CUSTOMERS)
def time_line(request: UserRequest, pk: int) -> HttpResponse:
    """The time line, or more of it; without htmx the page that begins there."""
    shown = _shown(request, pk)
    place = request.GET.get("after")
    lines = TimeLine(shown, category=request.GET.get("show", ""), place=place)
    if not request.htmx:
        return _page(request, shown, "timeline", lines=lines, fields=_composer(request, shown))
    part = "days" if place else "timeline"
    context = {"shown": shown, "customer": shown.customer, "lines": lines}
    return render(request, f"web/customer/timeline.html#{part}", context)


@requires(Permission.VIEW_CUSTOMERS)
def aside(request: UserRequest, pk: int, tab: str) -> HttpResponse:
    """On a phone: who the customer is, or how things stand with them and what to offer."""
    shown = _shown(request, pk)
    lines = TimeLine(shown, category="", place=None)
    return _page(request, shown, tab, lines=lines, fields=_composer(request, shown))


@requires(Permission.VIEW_CUSTOMERS, Permission.VIEW_ORDERS)
def orders(request: UserRequest, pk: int) -> HttpResponse:
    """The customer's purchases in a table."""
    shown = _shown(request, pk)
    before = queries.parse_place(request.GET.get("after"))
    rows = purchases.orders(shown.customer, user=request.user, before=before, limit=ORDERS + 1)
    older = ""
    if len(rows) > ORDERS:
        last = rows[ORDERS - 1]
        older = f"{request.path}?after={queries.place_after(last.ordered_at, last.pk)}"
    newest = request.path if before else ""
    table = Table(
        "customer-orders",
        (
            Column("number", _("Purchase"), fixed=True),
            Column("ordered_at", _("Date"), kind="day"),
            Column("status", _("State")),
            Column("channel", _("Channel")),
            Column("products", _("Products"), kind="number"),
            Column("total", _("Total"), kind="money"),
        ),
        request.GET,
        compact=True,
    )
    told = [(order, channel_word(order.channel)) for order in rows[:ORDERS]]
    return _page(request, shown, "orders", table=table, orders=told, older=older, newest=newest)


@requires(Permission.VIEW_CUSTOMERS)
def part(request: UserRequest, pk: int, name: str) -> HttpResponse:
    """A part of the page that fetches itself again after a change."""
    if name not in PARTS:
        raise Http404
    shown = _shown(request, pk)
    if not request.htmx:
        return redirect(page_url(shown.customer))
    context = {"shown": shown, "customer": shown.customer, "tab": request.GET.get("tab", "")}
    return render(request, f"web/customer/{name}.html", context)


@requires(Permission.VIEW_CUSTOMERS)
def history(request: UserRequest, pk: int) -> HttpResponse:
    """Who changed what, from the audit."""
    found: Customer = find(request, pk)
    rows = customer_history(found, user=request.user, currency=request.company.currency)
    context = {"customer": found, "rows": rows}
    return render(request, "web/customer/history.html", context)
