"""Today's work and the state of the customer base."""

from collections.abc import Iterator
from dataclasses import dataclass
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
from trato.customers.models import Phase
from trato.customers.parts import charts
from trato.customers.queries.counted import counted_base
from trato.customers.queries.lately import lately
from trato.customers.queries.profile import base_rules
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.insight.figures.phases import Change, changes, version
from trato.insight.queries.runs import going_on, tested
from trato.insight.tested import money_came_true
from trato.ui import formats
from trato.web.queries.today import AHEAD, broken, due, phases
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
    refreshed = version()
    counts = phases(user=request.user, version=refreshed)
    may_analyse = request.user.may(Permission.VIEW_INSIGHT)
    if not counts:
        is_waiting = may_analyse and not refreshed
        return {
            "is_waiting": is_waiting,
            "going_on": is_waiting and going_on(),
            "may_refresh": request.user.may(Permission.REFRESH_INSIGHT),
        }
    listed = reverse("customers:list")
    ends = [("next_due.between", str(day)) for day in (today - AHEAD, today + AHEAD)]
    # The lists, too, are without those who have bought since.
    silent = ("bought_since.no", "")
    order = [("sort", "-value"), ("columns", "name,stage,value,next_due,rhythm,last_purchase")]
    return {
        "journey": list(_tiles(counts, changes(request.user))),
        "analysis_url": reverse("insight:start") if may_analyse else "",
        "analysis_label": _("Analysis") if may_analyse else "",
        "due": due(user=request.user, today=today),
        "due_url": f"{listed}?{urlencode([*ends, ('habit_broken.no', ''), silent, *order])}",
        "broken": broken(user=request.user),
        "came_true": money_came_true(tested(), request.company.currency),
        "broken_url": f"{listed}?{urlencode([('habit_broken.yes', ''), silent, *order])}",
        "currency": request.company.currency,
    }


@dataclass(frozen=True, slots=True)
class Tile:
    """A phase with who is in it and how that changed of late."""

    label: str
    count: str
    href: str
    change: Change | None
    net: str
    trend: str
    mood: str


def _tiles(counts: dict[Phase, int], moved: dict[Phase, Change]) -> Iterator[Tile]:
    listed = reverse("customers:list")
    for phase, customers in counts.items():
        change = moved.get(phase)
        net = change.net if change else 0
        yield Tile(
            label=str(phase.label),
            count=formats.number(customers),
            href=f"{listed}?{urlencode({'phase.in': phase.value, 'sort': '-value'})}"
            if customers
            else "",
            change=change,
            net=("+" if net > 0 else "") + formats.number(net),
            trend="trending-up" if net > 0 else "trending-down" if net < 0 else "move-right",
            mood=_mood(phase, net),
        )


def _mood(phase: Phase, net: int) -> str:
    """More loyal ones are good, more lost ones bad; to attract or to sell to more is neither."""
    wish = {Phase.LOYALTY: 1, Phase.WIN_BACK: -1}.get(phase, 0) * net
    return "good" if wish > 0 else "bad" if wish < 0 else "even"


def _days(request: UserRequest) -> list[tuple[Any, list[Any]]]:
    """What happened lately, by day, the latest first."""
    events = lately(user=request.user, as_of=timezone.now(), limit=EVENTS)
    if not request.user.may(Permission.VIEW_ORDERS):
        events = [event for event in events if event.amount is None]
    names = names_in(events, user=request.user)
    known = Known(orders={}, names=names, currency=request.company.currency)
    lines = [tell(event, known) for event in events]
    by_day = groupby(lines, key=lambda line: timezone.localdate(line.at))
    return [(day, list(of_day)) for day, of_day in by_day]
