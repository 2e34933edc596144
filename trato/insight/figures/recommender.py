"""Whether the suggestions are any good: measured on weeks that they had not seen."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from trato.insight.behind import list_url
from trato.insight.figures.keeping import Answers
from trato.insight.figures.reading import Content, Notice, Reading, Tile, by_number
from trato.insight.marts import seen_by
from trato.insight.models import Run
from trato.insight.offered import ANSWERED, SUGGESTED
from trato.insight.queries.filters import Filter
from trato.insight.queries.offered import Offered, offered, shares
from trato.sales.models import Recommendation, SuggestionAnswer
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line
from trato.ui.table import Column

OURS = "Trato"
METHODS: dict[str, str | Promise] = {
    "popularity": gettext_lazy("what sells most"),
    "item cosine": gettext_lazy("what is bought with it (cosine)"),
    "EASE": gettext_lazy("what is bought with it (EASE)"),
    "implicit ALS": gettext_lazy("what customers alike buy (implicit ALS)"),
    "personal frequency": gettext_lazy("what they buy most"),
    "personal frequency, fading": gettext_lazy("what they buy most, lately more"),
}
RULES: dict[str, str | Promise] = {
    "popular in the category": gettext_lazy("what sells most of its category"),
    "dearest": gettext_lazy("the most expensive"),
    "random": gettext_lazy("at random"),
}
# Of fewer, a share is off by a tenth and more.
ENOUGH = 100


def page(reading: Reading) -> Content:
    scores = _scores(reading)
    tasks = list(dict.fromkeys(str(one["task"]) for one in scores))
    charts = tuple(_task(task, [one for one in scores if one["task"] == task]) for task in tasks)
    measured = _measured(reading) if scores else _not_measured()
    found = _offered(reading)
    moved = _moved_up(reading)
    ups = (_upgrades(moved),) if moved else ()
    return Content(
        (*charts, *ups, _kinds(reading, found, is_wide=bool(ups))),
        _tiles(reading, found),
        notices=(Notice(measured),),
    )


def counted(run: Run) -> Answers:
    """What is counted once a run, by the job after it: at a million customers it takes seconds."""
    return Answers.of("offered", run.pk)


def _offered(reading: Reading) -> Offered:
    """The suggestions are those of the run, so what is counted once holds for everybody."""
    kept = counted(reading.run)
    told = kept.ask("shares", shares)
    kept.keep()
    return offered(told, reading.user, seen_by(reading.user), reading.chosen)


def _not_measured() -> str:
    return _(
        "The quality has not been measured on your data yet. The nightly refresh does it by itself"
        " when there are about six months of purchases."
    )


def _measured(reading: Reading) -> str:
    """When, and on how many."""
    kept = reading.run.figures["evaluation"]
    told = {"day": formats.day(date.fromisoformat(kept["as_of"]))}
    said = _(
        "Measured on the purchases of the eight weeks up to %(day)s, of the whole company. A"
        " micro-segment or a team changes only to how many something is offered."
    )
    return said % told


def _scores(reading: Reading) -> list[Mapping[str, Any]]:
    """As the last evaluation left them with the run."""
    kept = reading.run.figures.get("evaluation") or {}
    found = kept.get("scores") if isinstance(kept, dict) else None
    return [one for one in found or () if isinstance(one, dict) and "task" in one]


def _tiles(reading: Reading, found: Offered) -> tuple[Tile, ...]:
    offered_to = _list(reading, f"{SUGGESTED}.filled")
    declined_by = _list(reading, f"{ANSWERED}.in", SuggestionAnswer.Answer.DECLINED)
    return (
        Tile(
            _("Suggestions"),
            formats.number(found.suggestions),
            href=offered_to if found.suggestions else "",
        ),
        Tile(
            _("Customers with suggestions"),
            formats.number(found.customers),
            href=offered_to if found.customers else "",
        ),
        Tile(
            _("“Not interested”"),
            formats.number(found.declined),
            href=declined_by if found.declined else "",
        ),
    )


def _list(reading: Reading, name: str, value: str = "") -> str:
    """Of the team and the micro-segment that is chosen, too."""
    whom = Filter(team=reading.chosen.team, segment=reading.chosen.segment)
    return f"{list_url(whom)}&{urlencode(((name, value),))}"


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
            hint=_other_measures(one),
        )
        for one in ranked
    ]
    return Chart(
        f"task-{task}".replace("_", "-"),
        _task_words(task),
        figures.Bars(tuple(bars)),
        (
            Column("model", _("Method")),
            *(Column(key, label, "percent") for key, label in _columns()),
        ),
        tuple(
            Line((bar.label, *(one.get(key) for key, _label in _columns())))
            for bar, one in zip(bars, ranked, strict=True)
        ),
        note=_(
            "How much of it was found, below it the other measures; beside Trato, simpler methods."
            " They measure the method, so there is no list of customers behind them."
        ),
        formula=_measures(),
    )


def _measures() -> str:
    """What each column says, for who runs a shop, and its name in the trade."""
    told = (
        _("Found: of what customers then really bought, the share that was among ten suggestions."),
        _("Order: the same, but what is suggested first counts most."),
        _("Sales: of the money that they spent on it, the share that went to what was suggested."),
        _("Variety: of all products, the share that is suggested to anybody at all."),
        _(
            "Time split: fitted on the days before, chosen on validation weeks, told once on"
            " test weeks. Found is recall@10, divided by the smaller of ten and what was bought;"
            " order is nDCG@10, 1 when what was bought stands before all the rest; variety is"
            " the coverage of the products that at least five customers had bought."
        ),
    )
    return " ".join(told)


def _other_measures(one: Mapping[str, Any]) -> str:
    told = {name: formats.percent(one.get(name)) for name in ("ndcg", "revenue", "coverage")}
    return _("order %(ndcg)s · sales %(revenue)s · variety %(coverage)s") % told


def _columns() -> tuple[tuple[str, str], ...]:
    """The measures of a method, in short words: on a phone they stand side by side."""
    return (
        ("recall", pgettext("suggestions", "Found")),
        ("ndcg", pgettext("suggestions", "Order")),
        ("revenue", _("Sales")),
        ("coverage", _("Variety")),
    )


def _moved_up(reading: Reading) -> list[Mapping[str, Any]]:
    """The rules by which something better can be offered, measured on those who moved up."""
    kept = reading.run.figures.get("evaluation") or {}
    found = kept.get("upgrades") or []
    return sorted(found, key=lambda one: (-one["hit_1"], one["model"] != OURS))


def _upgrades(rules: list[Mapping[str, Any]]) -> Chart:
    bars = [_rule(one) for one in rules]
    asked = rules[0]["asked"]
    said = ngettext(
        "%(count)s time a customer moved up to something better than usual.",
        "%(count)s times a customer moved up to something better than usual.",
        asked,
    )
    return Chart(
        "upgrades",
        _("Those who moved up to something better: was it offered first?"),
        figures.Bars(tuple(bars)),
        (
            Column("model", _("Method")),
            Column("first", _("It was the first offered"), "percent"),
            Column("three", _("It was one of three"), "percent"),
            Column("revenue", _("Extra sales captured with three"), "percent"),
            by_number(_("Times"), "asked"),
        ),
        tuple(
            Line((bar.label, one["hit_1"], one["hit_3"], one["revenue"], one["asked"]))
            for bar, one in zip(bars, rules, strict=True)
        ),
        _(
            "Beside each method, how often it was one of the first three offered. A measure of the"
            " method, with no list of customers behind it."
        )
        + (f" {_few_words()}" if asked < ENOUGH else ""),
        _(
            "Time split as above. Asked about are customers and categories in which they had bought"
            " on two days or more and then, for the first time, a product better than their usual"
            " one; every method ranks the better ones of the category that they never bought."
        ),
        answer=said % {"count": formats.number(asked)},
    )


def _rule(one: Mapping[str, Any]) -> Bar:
    name = one["model"]
    return Bar(
        str(RULES.get(name, name)),
        one["hit_1"],
        formats.percent(one["hit_1"], 1),
        "pino" if name == OURS else "neutral",
        hint=_("%(share)s among three") % {"share": formats.percent(one["hit_3"], 1)},
    )


def _few_words() -> str:
    return _("They are few: the differences may be chance.")


def _kinds(reading: Reading, found: Offered, *, is_wide: bool) -> Chart:
    bars = [
        Bar(
            str(Recommendation.Kind(kind).label),
            customers,
            formats.number(customers),
            "azafran",
            _list(reading, f"{SUGGESTED}.in", kind),
        )
        for kind, customers in found.kinds
    ]
    return figures.bar_chart(
        "kinds",
        _("How many customers can be offered something?"),
        bars,
        headings=(Column("kind", _("Kind")), by_number(_("Customers"))),
        note=_("Each customer's page says what and why."),
        formula=_(
            "Customers with at least one suggestion of the kind. A customer can be offered several"
            " kinds, so the bars together are more than the customers with suggestions."
        ),
        is_wide=is_wide,
    )
