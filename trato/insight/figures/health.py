"""How the refreshes went: how long, what was fitted, what to be careful about."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trato.insight.figures import backtest, fitted
from trato.insight.figures.reading import Content, Page, Tile, by_number
from trato.insight.models import Run
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column

STEPS: dict[str, str | Promise] = {
    "lake": gettext_lazy("reading what is new"),
    "purchases": gettext_lazy("adding up purchases"),
    "value": gettext_lazy("value of each customer"),
    "habits": gettext_lazy("rhythm and habits"),
    "journey": gettext_lazy("stages of the journey"),
    "segments": gettext_lazy("micro-segments"),
    "offers": gettext_lazy("working out what to offer"),
    "complements": gettext_lazy("finding what goes together"),
    "marts": gettext_lazy("tables of these pages"),
    "judgement": gettext_lazy("quality of the suggestions"),
    "scores": gettext_lazy("writing the scores"),
    "events": gettext_lazy("telling the changes of stage"),
    "recommendations": gettext_lazy("writing what to offer"),
}
# Older than this, a page says so.
STALE_DAYS = 2


def step_word(name: str) -> str:
    return str(STEPS.get(name, name))


def problem_words(problem: str) -> str:
    """What went wrong, as far as there are words for it; the rest is shown as it is."""
    if problem == "interrupted":
        return _("It was interrupted: the worker stopped in the middle. Ask for it again.")
    if problem.startswith("NotReconciled"):
        return _("The copy does not agree with the database: %(why)s") % {
            "why": problem.partition(": ")[2]
        }
    return problem


def charts(run: Run, *, currency: str, lists: bool = False) -> tuple[Chart, ...]:
    """``lists``: whether the customers of the back-test can still be told."""
    tested = backtest.charts(run, lists=lists, currency=currency)
    return (*tested, fitted.chart(run), _durations(run))


def _seconds(seconds: float) -> str:
    if seconds < 0.05:
        return _("< %(seconds)s s") % {"seconds": formats.number(0.1, 1)}
    return _("%(seconds)s s") % {"seconds": formats.number(seconds, 1)}


def _durations(run: Run) -> Chart:
    bars = [
        Bar(
            step_word(step["name"]),
            step["seconds"],
            _seconds(step["seconds"]),
            "cielo",
            hint=formats.number(step.get("rows")) if step.get("rows") else "",
        )
        for step in run.steps
    ]
    lines = tuple(
        Line((bar.label, step["seconds"], step.get("cpu_seconds"), step.get("rows")))
        for bar, step in zip(bars, run.steps, strict=True)
    )
    return Chart(
        "durations",
        _("How long did each step take?"),
        figures.Bars(tuple(bars)),
        (
            Column("step", _("Step")),
            by_number(_("Seconds"), "seconds"),
            by_number(_("Processor seconds"), "cpu"),
            by_number(_("Rows"), "rows"),
        ),
        lines,
        _("Beside each step, how many rows it made."),
        _(
            "Seconds on the clock from the beginning of a step to its end; processor seconds are"
            " those of all cores together."
        ),
        is_wide=True,
    )


def warnings(run: Run) -> tuple[str, ...]:
    """What was noticed while fitting, in words."""
    found = [str(one) for fit in run.fits.values() if isinstance(fit, dict) for one in _told(fit)]
    days = (formats.today() - run.as_of).days
    if days > STALE_DAYS:
        said = ngettext(
            "The scores are %(days)s day old: does the worker run?",
            "The scores are %(days)s days old: does the worker run?",
            days,
        )
        found.insert(0, said % {"days": formats.number(days)})
    return tuple(dict.fromkeys(found))


def tiles(run: Run, *, currency: str, lists: bool = False) -> tuple[Tile, ...]:
    """How far the forecasts came true, and how stable the groups are."""
    grouped = run.figures.get("segments") or {}
    found = list(backtest.tiles(run, lists=lists, currency=currency))
    if isinstance(stability := grouped.get("stability"), int | float):
        hint = _("%(groups)s groups, drawn again") % {"groups": grouped.get("groups", "")}
        found.append(Tile(_("Stability of the groups"), formats.percent(stability), hint))
    return tuple(found)


def _told(fit: dict[str, Any]) -> list[Any]:
    given = fit.get("warnings") or []
    return given if isinstance(given, list) else [given]


PAGE = Page(
    "health",
    gettext_lazy("State of the analysis"),
    gettext_lazy("When it was worked out, how long that took and how far you can trust it."),
    "stethoscope",
    lambda reading: Content(
        charts(
            reading.run,
            currency=reading.currency,
            lists=backtest.has_lists(reading.user, reading.run),
        )
    ),
    is_timed=False,
    is_narrowed=False,
)
