"""Whether the suggestions are any good: measured on weeks that they had not seen."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.insight.behind import COLUMNS
from trato.insight.figures.reading import Content, Reading, Tile, by_number
from trato.insight.offered import ANSWERED, SUGGESTED
from trato.insight.queries.offered import Offered, offered
from trato.sales.models import Recommendation, SuggestionAnswer
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart
from trato.ui.table import Column

OURS = "Trato"
METHODS: dict[str, str | Promise] = {
    "popularity": gettext_lazy("what sells most"),
    "item cosine": gettext_lazy("what is bought with it (cosine)"),
    "EASE": gettext_lazy("what is bought with it (EASE)"),
    "personal frequency": gettext_lazy("what they buy most"),
    "personal frequency, fading": gettext_lazy("what they buy most, lately more"),
}


def page(reading: Reading) -> Content:
    scores = _scores(reading)
    tasks = list(dict.fromkeys(str(one["task"]) for one in scores))
    charts = tuple(_task(task, [one for one in scores if one["task"] == task]) for task in tasks)
    notices = (_measured(reading),) if scores else (_not_measured(),)
    found = _offered(reading)
    return Content((*charts, _kinds(found)), _tiles(found), notices=notices)


def _offered(reading: Reading) -> Offered:
    """Everybody's are those of the run; the customers of some can be others by now."""
    if not reading.user.sees_everybody:
        return offered(reading.user)
    return reading.answers.ask("offered", lambda: offered(reading.user))


def _not_measured() -> str:
    return _(
        "The quality has not been measured on your data yet. The nightly refresh does it by itself"
        " when there are about six months of purchases."
    )


def _measured(reading: Reading) -> str:
    """When, and on how many."""
    kept = reading.run.figures["evaluation"]
    told = {"day": formats.day(date.fromisoformat(kept["as_of"]))}
    return _("Measured on the purchases of the eight weeks before this day: %(day)s.") % told


def _scores(reading: Reading) -> list[Mapping[str, Any]]:
    """As the last evaluation left them with the run."""
    kept = reading.run.figures.get("evaluation") or {}
    found = kept.get("scores") if isinstance(kept, dict) else None
    return [one for one in found or () if isinstance(one, dict) and "task" in one]


def _tiles(found: Offered) -> tuple[Tile, ...]:
    return (
        Tile(
            _("Suggestions"),
            formats.number(found.suggestions),
            href=_list(f"{SUGGESTED}.filled") if found.suggestions else "",
        ),
        Tile(
            _("Customers with suggestions"),
            formats.number(found.customers),
            href=_list(f"{SUGGESTED}.filled") if found.customers else "",
        ),
        Tile(
            _("«Not interested»"),
            formats.number(found.declined),
            href=_list(f"{ANSWERED}.in", SuggestionAnswer.Answer.DECLINED)
            if found.declined
            else "",
        ),
    )


def _list(name: str, value: str = "") -> str:
    shown = (("sort", "-value"), ("columns", COLUMNS))
    return f"{reverse('customers:list')}?{urlencode(((name, value), *shown), safe=',')}"


def _task_words(task: str) -> str:
    return {
        "new": _("Products they had never bought: are the right ones suggested?"),
        "repurchase": _("Products they buy again: are the right ones suggested?"),
        "next_basket": _("The whole next purchase: are the right products suggested?"),
    }.get(task, task)


def _task(task: str, scores: list[Mapping[str, Any]]) -> Chart:
    ranked = sorted(scores, key=lambda one: -float(one.get("recall") or 0))
    bars = [
        Bar(
            str(METHODS.get(one.get("model", ""), one.get("model", ""))),
            float(one.get("recall") or 0),
            formats.percent(one.get("recall"), 1),
            "pino" if one.get("model") == OURS else "neutral",
            hint=_("%(share)s of the sales") % {"share": formats.percent(one["revenue"], 1)}
            if one.get("revenue") is not None
            else "",
        )
        for one in ranked
    ]
    return figures.bar_chart(
        f"task-{task}".replace("_", "-"),
        _task_words(task),
        bars,
        headings=(
            Column("model", _("Method")),
            Column("recall", _("Found among ten suggestions"), "percent"),
        ),
        note=_(
            "Of what customers then really bought, the share that was among ten suggestions;"
            " beside it, simpler methods."
        ),
        formula=_(
            "Time split: fitted on the days before, chosen on validation weeks, told once on"
            " test weeks. recall@10, divided by the smaller of ten and what was bought."
        ),
    )


def _kinds(found: Offered) -> Chart:
    bars = [
        Bar(
            str(Recommendation.Kind(kind).label),
            customers,
            formats.number(customers),
            "azafran",
            _list(f"{SUGGESTED}.in", kind),
        )
        for kind, customers in found.kinds
    ]
    return figures.bar_chart(
        "kinds",
        _("How many customers have something to be offered?"),
        bars,
        headings=(Column("kind", _("Kind")), by_number(_("Customers"))),
        note=_("Each customer's page says what and why."),
    )
