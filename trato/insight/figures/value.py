"""What customers are worth, and on how few that hangs."""

from collections.abc import Iterator
from itertools import dropwhile

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.models import RfmGroup
from trato.insight.behind import list_url
from trato.insight.figures import backtest, fitted
from trato.insight.figures.reading import (
    FEW,
    Content,
    Reading,
    Tile,
    by_number,
    customers_words,
    notice_of,
)
from trato.insight.queries import value
from trato.ui import figures, formats
from trato.ui.figures import Bar, Cell, Chart, HeatRow, Line, Mark
from trato.ui.table import Column

NAMED = (0.1, 0.2, 0.5)
SHARES = tuple(at / 20 for at in range(1, 21))


def page(reading: Reading) -> Content:
    totals = reading.ask(value.totals, _model_errors(reading))
    known = bool(totals.valued)
    buyers = list_url(totals.behind)
    tiles = (
        Tile(
            _("Expected in a year"),
            reading.money(totals.lifetime_value) if known else "—",
            _sum_words(reading, totals) if known else _("as soon as somebody has bought twice"),
            buyers if known else "",
        ),
        Tile(
            _("Half are worth less than"),
            reading.money(totals.median) or "—",
            basis_words(reading) if totals.median is not None else "",
            list_url(totals.below) if totals.below else "",
        ),
        Tile(
            _("Customers with a forecast"),
            formats.number(totals.valued),
            _people_words(totals),
            buyers if known else "",
        ),
        Tile(_("Bought so far"), reading.money(totals.amount), href=buyers),
    )
    spread = reading.ask(value.spread, (*NAMED, *SHARES))
    charts = (
        _concentration(reading, spread.dependence),
        _deciles(reading),
        _distribution(reading, spread.bins),
    )
    return Content(charts, tiles, notices=backtest.all_notices(reading))


def basis_words(reading: Reading) -> str:
    """Whether the values are margin or turnover."""
    said = {"margin": _("of margin"), "turnover": _("of sales, since no costs are known")}
    return said.get(reading.run.figures.get("value_basis", ""), "")


def _model_errors(reading: Reading) -> dict[str, float]:
    told = reading.run.figures.get("totals") or {}
    return {name: one["model_error"] or 0.0 for name, one in told.items()}


def _sum_words(reading: Reading, totals: value.Totals) -> str:
    low, high = totals.ends
    between = _("in 4 of 5 cases between %(low)s and %(high)s") % {
        "low": reading.money(low),
        "high": reading.money(high),
    }
    return " · ".join(filter(None, (basis_words(reading), between)))


def _people_words(totals: value.Totals) -> str:
    of_all = _("of %(all)s") % {"all": formats.number(totals.customers)}
    if not totals.valued or not totals.purchases:
        return of_all
    return f"{of_all} · {_ahead_words(*map(round, totals.purchases_ends))}"


def _ahead_words(low: int, high: int) -> str:
    if low == high:
        said = ngettext(
            "about %(high)s purchase in a year", "about %(high)s purchases in a year", high
        )
    else:
        said = _("%(low)s to %(high)s purchases in a year")
    return said % {"low": formats.number(low), "high": formats.number(high)}


def _concentration(reading: Reading, found: value.Dependence | None) -> Chart:
    title = _("On how few customers do you depend?")
    headings = (
        Column("people", _("Best customers"), "percent"),
        by_number(_("Customers")),
        reading.money_column("low", _("Worth at least")),
        Column("value", _("Of the value"), "percent"),
    )
    if found is None or found.curve.customers < FEW:
        return Chart(
            "concentration", title, figures.lorenz([], []), headings, (), formula=_gini(None)
        )
    curve = found.curve
    points = [(float(x), float(y)) for x, y in zip(curve.people, curve.share, strict=True)]
    marks = {one.customers: _mark(one) for one in map(found.of, NAMED)}
    x_name = _("Customers, from the most to the least valuable")
    listed = sorted(found.best, key=lambda one: one.customers)
    return Chart(
        "concentration",
        title,
        figures.lorenz(points, list(marks.values()), x_name=x_name),
        headings,
        tuple(
            Line((one.people, one.customers, one.low, one.share), list_url(one.behind))
            for one in listed
        ),
        " ".join(_steepness(falls=curve.losing > 0)),
        _gini(curve.gini),
        answer=_("The best fifth of your customers brings %(share)s of the value.")
        % {"share": formats.percent(found.of(0.2).share)},
    )


def _steepness(*, falls: bool) -> Iterator[str]:
    yield _(
        "The steeper the curve begins, the more hangs on a few. If all were worth the same, it"
        " would be the straight line."
    )
    if falls:
        yield _("Where it falls back to 100 %, customers cost more than they bring.")
    yield _("Press a point to see who they are.")


def _mark(one: value.Best) -> Mark:
    words = {"people": formats.percent(one.people), "value": formats.percent(one.share)}
    said = _("%(people)s bring %(value)s") % words
    return Mark(one.people, one.share, said, list_url(one.behind))


def _gini(gini: float | None) -> str:
    said = _("Customers ordered by the value of their next year; share of the sum of the best.")
    if gini is None:
        return said
    return f"{said} " + _("Gini coefficient: %(gini)s.") % {"gini": formats.number(gini, 2)}


def _deciles(reading: Reading) -> Chart:
    found = reading.ask(value.deciles)
    bars = [
        Bar(
            _("Tenth %(number)s") % {"number": one.decile},
            one.value,
            reading.money(one.value),
            "azafran",
            list_url(one.behind),
            hint=_each(reading, one),
        )
        for one in found
    ]
    lines = tuple(
        Line(
            (bar.label, one.customers, one.value, one.share, one.low, one.high, one.amount),
            bar.href,
        )
        for bar, one in zip(bars, found, strict=True)
    )
    return Chart(
        "tenths",
        _("What is each tenth of your customers worth?"),
        figures.Bars(tuple(bars)),
        (
            Column("tenth", _("Tenth")),
            by_number(_("Customers")),
            reading.money_column("value", _("Value of the next year")),
            Column("share", _("Share"), "percent"),
            reading.money_column("low", _("Least")),
            reading.money_column("high", _("Most")),
            reading.money_column("amount", _("Bought so far")),
        ),
        lines,
        _(
            "What the customers of each tenth will bring in a year. Tenth 10 is the most valuable."
            " The value of a customer is an average of all that may happen: in the low tenths most"
            " will probably bring nothing, and a few much more."
        ),
        _formula(reading),
    )


def _formula(reading: Reading) -> str:
    said = _(
        "Purchases expected in twelve months (%(model)s) × mean purchase (Gamma-Gamma), with the"
        " margin where costs are known, discounted. The interval of a customer leaves out the"
        " lowest and the highest tenth of all that may happen; the mean, which few large cases"
        " raise, may lie beyond it."
    )
    return said % {"model": fitted.counting_model(reading.run)}


def _each(reading: Reading, one: value.Decile) -> str:
    if one.high < 1:
        return _("less than %(amount)s each") % {"amount": reading.money(1)}
    words = {"low": reading.money(one.low), "high": reading.money(one.high)}
    if words["low"] == words["high"]:
        return _("%(amount)s each") % {"amount": words["low"]}
    return _("from %(low)s to %(high)s each") % words


def _distribution(reading: Reading, found: tuple[value.Bin, ...]) -> Chart:
    bins = list(dropwhile(lambda one: not one.customers, found))
    labels = [formats.compact(one.low) for one in bins]
    lines = tuple(
        Line(
            (
                _("%(low)s to %(high)s")
                % {"low": reading.money(one.low), "high": reading.money(one.high)},
                one.customers,
                one.value,
            ),
            list_url(one.behind) if one.customers else "",
        )
        for one in bins
    )
    return Chart(
        "distribution",
        _("How many customers are worth how much?"),
        figures.columns(
            labels,
            [one.customers for one in bins],
            shown=[
                _("%(range)s: %(customers)s")
                % {"range": line.values[0], "customers": customers_words(one.customers)}
                for line, one in zip(lines, bins, strict=True)
            ],
            tone="azafran",
            links=[line.href for line in lines],
            x_name=_("Value of the next year, from (%(currency)s)")
            % {"currency": formats.currency_symbol(reading.currency)},
        ),
        (
            Column("range", _("Value")),
            by_number(_("Customers")),
            reading.money_column("value", _("Together")),
        ),
        lines,
        _(
            "The steps grow: 1, 2, 5, 10, 20, 50 …, because a few are worth very much. Press one to"
            " see who they are."
        ),
        _(
            "Customers who have bought, by the value of their next year: purchases expected in"
            " twelve months × mean purchase, with the margin where costs are known, discounted. A"
            " step holds its lower end and not its upper one."
        ),
        is_wide=True,
    )


def rfm_page(reading: Reading) -> Content:
    found = reading.ask(value.rfm)
    notice = ngettext(
        "%(count)s customer has not bought yet and is not in the map.",
        "%(count)s customers have not bought yet and are not in the map.",
        found.unscored,
    )
    notices = list(backtest.notices(reading))
    if found.unscored:
        said = notice % {"count": formats.number(found.unscored)}
        notices.append(notice_of(said, found.unscored_behind))
    return Content((_map(reading, found), _groups(reading, found)), notices=tuple(notices))


def _map(reading: Reading, found: value.RfmMap) -> Chart:
    known = {(one.recency, one.frequency): one for one in found.cells}
    most = max((one.customers for one in found.cells), default=1)
    rows, lines = [], []
    for frequency in range(5, 0, -1):
        cells = []
        for recency in range(1, 6):
            one = known.get((recency, frequency))
            if one is None:
                cells.append(Cell(""))
                continue
            href = list_url(one.behind)
            cells.append(
                Cell(
                    formats.number(one.customers),
                    one.customers / most,
                    href,
                    hint=reading.money(one.lifetime_value),
                )
            )
            lines.append(
                Line(
                    (
                        recency,
                        frequency,
                        one.customers,
                        one.share,
                        one.mean_purchase,
                        one.amount,
                        one.lifetime_value,
                    ),
                    href,
                )
            )
        rows.append(HeatRow(_frequency(frequency), tuple(cells)))
    headings = (_("long ago"), "", "", "", _("lately"))
    return Chart(
        "map",
        _("Who buys often, and who bought lately?"),
        figures.Heat(_("Frequency"), headings, tuple(rows), _("Last purchase"), tells_all=False),
        (
            by_number(_("Recency, 1 to 5"), "recency"),
            by_number(_("Frequency, 1 to 5"), "frequency"),
            by_number(_("Customers")),
            Column("share", _("Share"), "percent"),
            reading.money_column("mean", _("Mean purchase")),
            reading.money_column("amount", _("Bought so far")),
            reading.money_column("value", _("Value of the next year")),
        ),
        tuple(lines),
        _(
            "Each square: how many customers and what they will bring in a year. Top right: your"
            " best; top left: they bought often and do not come any more."
        ),
        _(
            "Recency and frequency in five steps each, with about as many of your customers in each"
            " step; customers who are equal are in the same step, so some steps are larger."
        ),
    )


def _frequency(score: int) -> str:
    words = {5: _("5 · often"), 1: _("1 · seldom")}
    return words.get(score, str(score))


def _groups(reading: Reading, found: value.RfmMap) -> Chart:
    bars = [
        Bar(
            str(RfmGroup(one.group).label),
            one.customers,
            formats.number(one.customers),
            "cielo",
            list_url(one.behind),
            hint=reading.money(one.lifetime_value),
        )
        for one in found.groups
    ]
    lines = tuple(
        Line((bar.label, one.customers, one.share, one.amount, one.lifetime_value), bar.href)
        for bar, one in zip(bars, found.groups, strict=True)
    )
    return Chart(
        "groups",
        _("Which groups do they form?"),
        figures.Bars(tuple(bars), _("customers")),
        (
            Column("group", _("Group")),
            by_number(_("Customers")),
            Column("share", _("Share"), "percent"),
            reading.money_column("amount", _("Bought so far")),
            reading.money_column("value", _("Value of the next year")),
        ),
        lines,
        _("Beside each name, what the group will bring in a year."),
        _(
            "The name follows from the score of recency and the mean of the scores of frequency and"
            " money, halves rounded up. Value: the sum of what is expected of its customers in"
            " twelve months."
        ),
    )
