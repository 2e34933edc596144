"""How the analysis itself is doing: its refreshes, its models, and asking for one more."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.insight.actions import ask_refresh
from trato.insight.figures import health
from trato.insight.figures.backtest import has_lists
from trato.insight.models import Run
from trato.insight.queries import runs
from trato.insight.views.files import chart_file
from trato.ui.responses import toast

# The steps of a whole refresh, for the progress; told in `words`.
STEPS = len(health.STEPS)


@dataclass(frozen=True, slots=True)
class Told:
    """A run in words."""

    run: Run
    took: timedelta | None
    step: str
    problem: str

    @property
    def share(self) -> int:
        return len(self.run.steps)


def _told(run: Run) -> Told:
    took = run.finished_at - run.started_at if run.finished_at and run.started_at else None
    return Told(run, took, health.step_word(run.step), health.problem_words(run.problem))


@requires(Permission.VIEW_INSIGHT)
def index(request: UserRequest) -> HttpResponseBase:
    found = [_told(run) for run in runs.latest()]
    done = runs.last_done()
    lists = done is not None and has_lists(request.user, done)
    currency = request.company.currency
    charts = health.charts(done, currency=currency, lists=lists) if done else ()
    if wanted := request.GET.get("export"):
        return chart_file(request, charts, wanted)
    context: dict[str, Any] = {
        "runs": found,
        "done": done,
        "failed": found[0] if found and found[0].run.state == Run.State.FAILED else None,
        "going_on": _going_on(),
        "charts": charts,
        "warnings": health.warnings(done) if done else (),
        "tiles": health.tiles(done, currency=currency, lists=lists) if done else (),
        "may_refresh": request.user.may(Permission.REFRESH_INSIGHT),
        "may_export": request.user.may(Permission.EXPORT),
        "steps": STEPS,
        "page": health.PAGE,
    }
    return render(request, "insight/health.html", context)


def _going_on() -> Told | None:
    run = runs.going_on()
    return _told(run) if run else None


@requires(Permission.VIEW_INSIGHT)
def progress(request: UserRequest) -> HttpResponse:
    """How far the refresh is; it asks again until there is nothing more to tell."""
    going_on = _going_on()
    if not request.htmx:
        return redirect("insight:health")
    context = {"going_on": going_on, "steps": STEPS, "has_ended": going_on is None}
    response = render(request, "insight/health.html#progress", context)
    if going_on is None:
        response.headers["HX-Refresh"] = "true"
    return response


@requires(Permission.VIEW_INSIGHT)
def run(request: UserRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(runs.runs(), pk=pk)
    lists = has_lists(request.user, found)
    currency = request.company.currency
    charts = health.charts(found, currency=currency, lists=lists)
    if wanted := request.GET.get("export"):
        return chart_file(request, charts, wanted)
    context = {
        "told": _told(found),
        "charts": charts,
        "may_export": request.user.may(Permission.EXPORT),
        "warnings": health.warnings(found),
        "tiles": health.tiles(found, currency=currency, lists=lists),
        "page": health.PAGE,
    }
    return render(request, "insight/run.html", context)


@require_POST
@requires(Permission.VIEW_INSIGHT, Permission.REFRESH_INSIGHT)
def refresh(request: UserRequest) -> HttpResponse:
    ask_refresh(at=timezone.now(), user=request.user)
    said = _("The analysis is being worked out. You can go on with other things meanwhile.")
    return toast(request, redirect("insight:health"), said)
