"""Today's work and the state of the customer base."""

from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.collaboration.queries import open_tasks
from trato.customers.parts import charts
from trato.customers.queries.lately import lately
from trato.customers.queries.profile import base_rules
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui import formats
from trato.web.queries.home import counted_base
from trato.web.queries.today import AHEAD, broken, due, journey
from trato.web.telling import Known, names_in, tell

EVENTS = 10
TASKS = 20


@requires()
def home(request: UserRequest) -> HttpResponse:
    today = timezone.localdate()
    values: dict[str, Any] = {"today": today, "address": request.path}
    if request.user.may(Permission.MANAGE_TASKS):
        tasks = open_tasks(user=request.user, until=today, limit=TASKS + 1)
        values |= {"tasks": tasks[:TASKS], "has_more_tasks": len(tasks) > TASKS}
    if request.htmx:
        return render(request, "web/home.html#tasks", values)
    if request.user.may(Permission.VIEW_CUSTOMERS):
        values |= _base(request) | _journey(request, today)
    return render(request, "web/home.html", values)


def _base(request: UserRequest) -> dict[str, Any]:
    at = timezone.localtime()
    rules = base_rules()
    counted = counted_base(user=request.user, rules=rules, as_of=at)
    return {
        "counted": counted,
        "charts": charts(counted.base, rules),
        "days": _days(request) if counted.base.customers else [],
        "may_change_rules": request.user.may(Permission.MANAGE_FIELDS),
        "may_import": request.user.may(Permission.IMPORT),
        "may_add": request.user.may(Permission.CHANGE_CUSTOMERS),
    }


def _journey(request: UserRequest, today: date) -> dict[str, Any]:
    """The four phases, and whom to call today."""
    found = journey(user=request.user)
    if not found:
        return {}
    may_analyse = request.user.may(Permission.VIEW_INSIGHT)
    listed = reverse("customers:list")
    phases = [
        (
            one.phase.label,
            formats.number(one.customers),
            _("%(count)s came in 30 days") % {"count": formats.number(one.arrived)},
            f"{listed}?{urlencode({'phase.in': one.phase.value, 'sort': '-value'})}",
        )
        for one in found
    ]
    ends = [("next_due.between", str(day)) for day in (today - AHEAD, today + AHEAD)]
    order = [("sort", "-value"), ("columns", "name,stage,value,next_due,rhythm,last_purchase")]
    return {
        "journey": phases,
        "analysis_url": reverse("insight:start") if may_analyse else "",
        "analysis_label": _("Analysis") if may_analyse else "",
        "due": due(user=request.user, today=today),
        "due_url": f"{listed}?{urlencode([*ends, ('habit_broken.no', ''), *order])}",
        "broken": broken(user=request.user),
        "broken_url": f"{listed}?{urlencode([('habit_broken.yes', ''), *order])}",
        "currency": request.company.currency,
    }


def _days(request: UserRequest) -> list[tuple[Any, list[Any]]]:
    """What happened lately, by day, the latest first."""
    events = lately(user=request.user, as_of=timezone.now(), limit=EVENTS)
    if not request.user.may(Permission.VIEW_ORDERS):
        events = [event for event in events if event.amount is None]
    users, teams = names_in(events)
    known = Known(orders={}, users=users, teams=teams, labels={})
    lines = [tell(event, known) for event in events]
    by_day = groupby(lines, key=lambda line: timezone.localdate(line.at))
    return [(day, list(of_day)) for day, of_day in by_day]
