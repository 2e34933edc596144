"""How the forecasts of purchases and money came true: week by week, and by how often customers had
bought."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.identity.models import User
from trato.insight import marts
from trato.insight.behind import list_url
from trato.insight.figures.reading import Notice, Reading, Tile, by_number, customers_words
from trato.insight.models import Run
from trato.insight.queries.filters import Filter
from trato.insight.queries.value import known_until
from trato.insight.tested import CLOSE, WHOLE, all_came_true, factor, money_came_true, money_factor
from trato.ui import figures, formats
from trato.ui.figures import Bar, Chart, Line, Series
from trato.ui.table import Column


@dataclass(frozen=True, slots=True)
class Week:
    """Repeat purchases of the week that ends on ``day``, and of all until then."""

    day: date
    actual: float
    expected: float
    actual_so_far: float
    expected_so_far: float
    is_seen: bool


def notices(reading: Reading) -> tuple[Notice, ...]:
    """How the last forecast of money came true, beside money expected; nothing where none was
    tested."""
    return _noticed(money_came_true(_tested(reading.run), reading.currency))


def all_notices(reading: Reading) -> tuple[Notice, ...]:
    """Beside purchases expected, too."""
    return _noticed(all_came_true(_tested(reading.run), reading.currency))


def _tested(run: Run) -> Mapping[str, Any]:
    return run.figures.get("backtest") or {}


def _noticed(told: str) -> tuple[Notice, ...]:
    return (Notice(told),) if told else ()


def tiles(run: Run, *, lists: bool, currency: str) -> tuple[Tile, ...]:
    """What came of each purchase expected, and of what they were to bring; nothing where that was
    not tested."""
    tested = _tested(run)
    if (bought := factor(tested)) is None:
        return ()
    href = list_url(Filter(times=1, end=seen_until(run))) if lists else ""
    words = {
        "actual": formats.number(tested.get("actual"), 0),
        "expected": formats.number(tested.get("expected"), 0),
        "days": formats.number(tested.get("days")),
    }
    hint = _("%(actual)s purchases, %(expected)s expected, in %(days)s days not seen") % words
    found = [Tile(_("Bought against expected"), formats.number(bought, 2), hint, href)]
    if (came := money_factor(tested)) is not None:
        hint = _("%(actual)s came, %(expected)s expected") % _sums(tested["money"], currency)
        found.append(Tile(_("Money against expected"), formats.number(came, 2), hint, href))
    return tuple(found)


def _sums(money: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {
        name: formats.money(money[name], currency, cents=False) for name in ("actual", "expected")
    }


def charts(run: Run, *, lists: bool, currency: str) -> tuple[Chart, ...]:
    """Those of the run's back-test; none where there were too few purchases to test anything."""
    tested = _tested(run)
    found = []
    if weeks := _weeks(tested):
        found.append(_weekly(weeks, seen_until(run), lists=lists))
    if tested.get("classes"):
        end = seen_until(run) if lists else None
        found.append(_classes(tested["classes"], end))
        if money := tested.get("money"):
            found.append(_money_classes(money, end, currency))
    return tuple(found)


def has_lists(user: User, run: Run) -> bool:
    """Whether the customers of the back-test can be listed, all of them, for this user."""
    return user.sees_everybody and _knows_the_tested(run)


def _knows_the_tested(run: Run) -> bool:
    """Whether the marts are of this run, and the back-test of all their customers."""
    kept, tested = marts.current(), _tested(run)
    if "classes" not in tested or kept is None or kept.run != run.pk:
        return False
    with marts.open_views(kept) as connection:
        return known_until(connection, seen_until(run)) == int(tested["customers"])


def seen_until(run: Run) -> date:
    """The last day that the tested model had seen."""
    first: str = run.figures["backtest"]["from"]
    return date.fromisoformat(first) - timedelta(days=1)


def _weeks(tested: Mapping[str, Any]) -> list[Week]:
    told = tested.get("weeks") or []
    nothing = {"actual": 0, "expected": 0.0}
    first_unseen = date.fromisoformat(tested["from"]) if told else date.max
    weeks = []
    for before, one in pairwise([nothing, *told]):
        day = date.fromisoformat(one["day"])
        weeks.append(
            Week(
                day,
                one["actual"] - before["actual"],
                round(one["expected"] - before["expected"], 1),
                one["actual"],
                one["expected"],
                day < first_unseen,
            )
        )
    return weeks


def _weekly(weeks: list[Week], seen: date, *, lists: bool) -> Chart:
    links = [_who_bought(week) if lists else "" for week in weeks]
    labels = [formats.day(week.day) for week in weeks]
    series = (
        Series(_("Bought again"), tuple(week.actual for week in weeks), "pino"),
        Series(_("Expected"), tuple(week.expected for week in weeks), "azafran", dashed=True),
    )
    return Chart(
        "weeks",
        _("Do as many buy again each week as the forecast says?"),
        figures.lines(labels, series, x_name=_("Week until"), links=links),
        (
            Column("day", _("Week until"), "day"),
            by_number(_("Bought again"), "actual"),
            by_number(_("Expected"), "expected"),
            by_number(_("Bought again so far"), "actual_so_far"),
            by_number(_("Expected so far"), "expected_so_far"),
            Column("seen", _("Known to the forecast")),
        ),
        tuple(_line(week, href) for week, href in zip(weeks, links, strict=True)),
        _(
            "Purchases after the first one, of customers who came later, too. The forecast knew"
            " them until %(day)s; what came then it had to guess. It knows no seasons: sales and"
            " holidays stand out. Who bought twice in a week is counted twice and listed once."
        )
        % {"day": formats.day(seen)},
        _(
            "The model that is in use, fitted to the time until then: for each customer, from their"
            " first purchase on, what it expects of a new one, added up. Of a sample where there"
            " are very many customers."
        ),
        answer=_answer(weeks),
        is_wide=True,
    )


def _who_bought(week: Week) -> str:
    if not week.actual:
        return ""
    return list_url(Filter(again=True, start=week.day - timedelta(days=6), end=week.day))


def _line(week: Week, href: str) -> Line:
    return Line(
        (
            week.day,
            week.actual,
            week.expected,
            week.actual_so_far,
            week.expected_so_far,
            _("yes") if week.is_seen else _("no"),
        ),
        href,
        ("", href, *[""] * 4),
    )


def _answer(weeks: list[Week]) -> str:
    unseen = [week for week in weeks if not week.is_seen]
    words = {
        "actual": formats.number(sum(week.actual for week in unseen), 0),
        "expected": formats.number(sum(week.expected for week in unseen), 0),
    }
    return (
        _("In the weeks it did not know, %(expected)s purchases were expected and %(actual)s came.")
        % words
    )


def _classes(classes: list[Mapping[str, Any]], end: date | None) -> Chart:
    """``end`` is the day until which they had bought so often; None where nobody can be listed."""
    lines = _lines(classes, end)
    return Chart(
        "classes",
        _("Is the forecast right for those who buy often, and for those who do not?"),
        figures.Bars(
            _bars(lines, classes, lambda bought: formats.number(bought, 2)),
            _("bought for each 100 expected"),
            goal=WHOLE,
        ),
        (
            *_who(),
            by_number(_("Bought, each"), "actual"),
            by_number(_("Expected, each"), "expected"),
        ),
        lines,
        _(
            "Customers by how often they had bought again before, and the purchases of one of them"
            " in the time that the forecast did not know, on average. The nearer to the line of"
            " 100, the better."
        ),
        _(
            "Customers by how often they had bought again when the forecast was made; mean of what"
            " they then bought, beside the mean of what the model expected of each."
        ),
        is_wide=True,
    )


def _money_classes(money: Mapping[str, Any], end: date | None, currency: str) -> Chart:
    """Of the same customers."""
    classes = money["classes"]
    lines = _lines(classes, end)
    is_margin = money.get("basis") == "margin"
    came, expected = _names_of_money(is_margin=is_margin)
    return Chart(
        "money",
        _("Does as much money come from each as the forecast says?"),
        figures.Bars(
            _bars(lines, classes, lambda money: formats.money(money, currency)),
            _("came for each %(amount)s expected")
            % {"amount": formats.money(WHOLE, currency, cents=False)},
            goal=WHOLE,
        ),
        (
            *_who(),
            Column("actual", came, "money", currency),
            Column("expected", expected, "money", currency),
        ),
        lines,
        _(
            "Customers by how often they had bought again before, and what one of them brought in"
            " the time that the forecast did not know, on average. The nearer to the line of 100,"
            " the better."
        ),
        _money_formula(is_margin=is_margin),
        answer=_money_answer(money, currency),
        is_wide=True,
    )


def _names_of_money(*, is_margin: bool) -> tuple[str, str]:
    """Of what came from each, and of what was expected."""
    if is_margin:
        return _("Margin, each"), _("Margin expected, each")
    return _("Sales, each"), _("Sales expected, each")


def _money_formula(*, is_margin: bool) -> str:
    said = _(
        "Purchases expected of each × what one of their purchases was worth, as far as both were"
        " known then (Gamma-Gamma), beside what they then bought for. What was given back is taken"
        " off the purchase before it; nothing is discounted. Of a sample where there are very many"
        " customers."
    )
    if not is_margin:
        return said
    earned = _(
        "Both are margin: where no cost is known, money counts with the share that the forecast"
        " expected to be earned."
    )
    return f"{said} {earned}"


def _money_answer(money: Mapping[str, Any], currency: str) -> str:
    words = _sums(money, currency)
    if money.get("basis") == "margin":
        return _("%(expected)s of margin were expected and %(actual)s came.") % words
    return _("%(expected)s of sales were expected and %(actual)s came.") % words


def _who() -> tuple[Column, Column]:
    return Column("often", _("Times bought again before")), by_number(_("Customers"))


def _lines(classes: list[Mapping[str, Any]], end: date | None) -> tuple[Line, ...]:
    return tuple(
        Line(
            (_often(one), one["customers"], one["actual"], one["expected"]),
            _list(one, end) if end else "",
        )
        for one in classes
    )


def _bars(
    lines: tuple[Line, ...], classes: list[Mapping[str, Any]], told: Callable[[float], str]
) -> tuple[Bar, ...]:
    """What came for each hundred expected: so those who buy a lot leave the others room. The bar
    of few, with whom anything can be, ends where twice as much came; its number does not."""
    return tuple(_bar(line, one, told) for line, one in zip(lines, classes, strict=True))


def _bar(line: Line, one: Mapping[str, Any], told: Callable[[float], str]) -> Bar:
    came, expected = one["actual"], one["expected"]
    ratio = WHOLE * came / expected if expected > 0 else None
    is_close = ratio is not None and abs(ratio / WHOLE - 1) < CLOSE
    words = {
        "customers": customers_words(one["customers"]),
        "expected": told(expected),
        "came": told(came),
    }
    return Bar(
        _times(one),
        None if ratio is None else min(max(ratio, 0), 2 * WHOLE),
        formats.number(ratio, 0) or "—",
        "pino" if is_close else "azafran",
        line.href,
        hint=_("%(customers)s · expected %(expected)s, came %(came)s") % words,
    )


def _often(one: Mapping[str, Any]) -> str:
    if one["or_more"]:
        return _("%(times)s or more") % {"times": formats.number(one["frequency"])}
    return formats.number(one["frequency"])


def _times(one: Mapping[str, Any]) -> str:
    if one["or_more"]:
        text = ngettext("%(times)s time or more", "%(times)s times or more", one["frequency"])
    else:
        text = ngettext("%(times)s time", "%(times)s times", one["frequency"])
    return text % {"times": formats.number(one["frequency"])}


def _list(one: Mapping[str, Any], end: date) -> str:
    days = one["frequency"] + 1
    return list_url(Filter(times=days, times_most=None if one["or_more"] else days, end=end))
