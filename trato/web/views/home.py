"""Today's work and the state of the customer base."""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trato.collaboration.queries import open_tasks
from trato.customers.parts import charts
from trato.customers.queries.lately import lately
from trato.customers.queries.profile import base_rules
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.web.queries.home import counted_base
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
        values |= _base(request)
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
