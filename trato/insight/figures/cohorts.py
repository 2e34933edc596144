"""Who stays: cohorts month by month, and how long customers last."""

from math import isnan

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.customers.models import Customer, MicroSegment
from trato.identity.models import Team
from trato.insight.behind import list_url
from trato.insight.figures.reading import Choice, Content, Reading, Tile, by_number, customers_words
from trato.insight.queries import cohorts
from trato.insight.queries.cohorts import By
from trato.ui import figures, formats
from trato.ui.figures import Cell, Chart, HeatRow, Line, Series
from trato.ui.table import Column

# More columns than this are months that only the oldest cohorts have.
MOST_MONTHS = 18
MOST_COHORTS = 24
MOST_CURVES = 6
TONES = ("stage-6", "azafran", "cielo", "granate", "stage-3", "neutral")
MONTH = 30.4375


def page(reading: Reading) -> Content:
    found = reading.ask(cohorts.retention)
    by = _by(reading)
    stay = reading.ask(cohorts.stay, by)
    choice = Choice("by", _("Split by"), tuple(_by_words().items()), by.value if by else "")
    tiles = _tiles(found)
    # One month alone is no curve.
    curve = found.curve if len(found.curve) > 1 else ()
    charts = (_heat(found), _curve(curve), _earned(reading, curve), _survival(stay, by))
    return Content(charts, tiles, (choice,))


def _by(reading: Reading) -> By | None:
    asked = reading.asked.get("by", "")
    return By(asked) if asked in set(By) else None


def _by_words() -> dict[str, str]:
    return {
        "": _("nothing"),
        By.SEGMENT.value: _("micro-segment"),
        By.COHORT_YEAR.value: _("year of the first purchase"),
        By.KIND.value: _("kind of customer"),
        By.COUNTRY.value: _("country"),
        By.SOURCE.value: _("source"),
        By.TEAM.value: _("team"),
    }


def _tiles(found: cohorts.Retention) -> tuple[Tile, ...]:
    told = {point.tenure: point for point in found.curve}
    return tuple(
        Tile(
            _("Buy in month %(month)s") % {"month": tenure},
            formats.percent(told[tenure].retention, 1),
            _of_customers(told[tenure].customers),
            list_url(told[tenure].behind),
        )
        for tenure in (1, 3, 6, 12)
        if tenure in told
    )


def _of_customers(count: int) -> str:
    said = ngettext("of %(count)s customer", "of %(count)s customers", count)
    return said % {"count": formats.number(count)}


def _heat(found: cohorts.Retention) -> Chart:
    shown = found.cohorts[-MOST_COHORTS:]
    width = min(max((len(row.cells) for row in shown), default=0), MOST_MONTHS)
    most = max(
        (cell.retention or 0 for row in shown for cell in row.cells if cell.tenure), default=1
    )
    rows = tuple(
        HeatRow(
            formats.month(row.month),
            tuple(_cell(cell, most) for cell in row.cells[:width])
            + tuple(Cell("") for _rest in range(width - len(row.cells[:width]))),
            list_url(row.behind),
            hint=formats.number(row.customers),
        )
        for row in shown
    )
    headings = tuple(str(tenure) for tenure in range(width))
    return Chart(
        "cohorts",
        _("Of those who began in a month, how many buy again later?"),
        figures.Heat(_("First purchase"), headings, rows, _("Months since the first purchase")),
        (
            Column("cohort", _("First purchase")),
            by_number(_("Customers")),
            *(Column(f"m{tenure}", str(tenure), "percent") for tenure in range(width)),
        ),
        tuple(
            Line(
                (
                    formats.month(row.month),
                    row.customers,
                    *(cell.retention for cell in row.cells[:width]),
                    *(None for _rest in range(width - len(row.cells[:width]))),
                ),
                list_url(row.behind),
            )
            for row in shown
        ),
        _(
            "Each row: the customers of a month. Each square: the share that bought that many"
            " months later. Press it to see who they are."
        ),
        _(
            "A customer counts in a month when they bought on at least one day of it. Months that"
            " have not ended are left out."
        ),
        is_wide=True,
    )


def _cell(cell: cohorts.Cell, most: float) -> Cell:
    if cell.retention is None:
        return Cell("")
    ratio = 1.0 if not cell.tenure else cell.retention / most if most else 0.0
    words = {"customers": customers_words(cell.active or 0), "month": formats.month(cell.month)}
    return Cell(
        formats.percent(cell.retention),
        ratio,
        list_url(cell.behind),
        title=_("%(customers)s, %(month)s") % words,
    )


def _curve(curve: tuple[cohorts.CurvePoint, ...]) -> Chart:
    labels = [str(point.tenure) for point in curve]
    series = Series(_("All cohorts"), tuple(point.retention for point in curve), "stage-6")
    return Chart(
        "retention",
        _("What share buys in each month after the first purchase?"),
        figures.lines(
            labels,
            [series],
            format=figures.PERCENT,
            x_name=_("Months since the first purchase"),
            top=1,
        ),
        (
            by_number(_("Month"), "month"),
            by_number(_("Customers counted")),
            Column("retention", _("Share that buys"), "percent"),
        ),
        tuple(
            Line((point.tenure, point.customers, point.retention), list_url(point.behind))
            for point in curve
        ),
        _("Over all cohorts old enough. A line that stays level is a base that stays."),
    )


def _earned(reading: Reading, curve: tuple[cohorts.CurvePoint, ...]) -> Chart:
    total, sums = 0.0, []
    for point in curve:
        total += point.revenue
        sums.append(round(total, 2))
    labels = [str(point.tenure) for point in curve]
    return Chart(
        "earned",
        _("How much has a customer brought, month after month?"),
        figures.lines(
            labels,
            [Series(_("Bought so far"), tuple(sums), "azafran")],
            format=figures.money_format(reading.currency),
            x_name=_("Months since the first purchase"),
        ),
        (
            by_number(_("Month"), "month"),
            reading.money_column("revenue", _("In this month")),
            reading.money_column("margin", _("Margin in this month")),
            reading.money_column("total", _("Bought so far")),
        ),
        tuple(
            Line((point.tenure, point.revenue, point.margin, total), list_url(point.behind))
            for point, total in zip(curve, sums, strict=True)
        ),
        _("Of one customer, on average. Compare it with what it costs to win one."),
    )


def _survival(stay: cohorts.Stay, by: By | None) -> Chart:
    curves = sorted(stay.curves, key=lambda one: -one.survival.customers)[:MOST_CURVES]
    last = max((one.survival.last for one in curves), default=0.0)
    months = list(range(min(int(last / MONTH), 60) + 1))
    names = _names(curves, by)
    series = [
        _steps(one, name, tone, months)
        for one, name, tone in zip(curves, names, TONES, strict=False)
    ]
    lines = tuple(
        Line(
            (
                name,
                int(one.survival.customers),
                int(one.survival.left),
                _months(one.survival.quantile(0.25)),
                _months(one.survival.median),
            ),
            list_url(one.behind),
        )
        for one, name in zip(curves, names, strict=True)
    )
    return Chart(
        "survival",
        _("How long do customers last?"),
        figures.lines(
            [str(month) for month in months],
            series,
            format=figures.PERCENT,
            x_name=_("Months since the first purchase"),
            top=1,
        ),
        (
            Column("group", _("Group")),
            by_number(_("Customers")),
            by_number(_("Left"), "left"),
            by_number(_("A quarter left by (months)"), "quarter"),
            by_number(_("Half left by (months)"), "median"),
        ),
        lines,
        _("The share that has not left by each month; the shade shows how sure that is."),
        _(
            "Kaplan-Meier with 95 % intervals by Greenwood's formula; leaving is the first"
            " abandonment (stage 7). Groups of fewer than ten customers are left out; curves are"
            " compared by the log-rank test."
        ),
        answer=_verdict(stay),
        is_wide=True,
    )


def _verdict(stay: cohorts.Stay) -> str:
    if stay.test is None:
        return ""
    if stay.test.p < 0.05:
        return _("The groups differ by more than chance explains.")
    return _("A difference this small can be chance.")


def _steps(one: cohorts.Curve, name: str, tone: str, months: list[int]) -> Series:
    days = [month * MONTH for month in months]
    curve = one.survival
    values = [None if isnan(value) else round(float(value), 4) for value in curve.at(days)]
    ends = {"low": curve.low, "high": curve.high}
    bounds = {}
    for end, found in ends.items():
        steps = [1.0, *(float(value) for value in found)]
        at = curve.times.searchsorted(days, side="right")
        bounds[end] = tuple(
            None if value is None or isnan(steps[place]) else round(steps[place], 4)
            for value, place in zip(values, at, strict=True)
        )
    return Series(name, tuple(values), tone, bounds["low"], bounds["high"], step=True)


def _months(days: float | None) -> float | None:
    return None if days is None else round(days / MONTH, 1)


def _names(curves: list[cohorts.Curve], by: By | None) -> list[str]:
    known: dict[object, str] = {}
    if by is By.SEGMENT:
        known = {one.pk: str(one) for one in MicroSegment.objects.all()}
    if by is By.TEAM:
        known = dict(Team.objects.values_list("pk", "name"))
    if by is By.KIND:
        known = {value: str(label) for value, label in Customer.Kind.choices}
    if by is By.COUNTRY:
        known = {code: str(name) for code, name in formats.locale().territories.items()}
    if by is None:
        return [_("All customers") for _curve in curves]
    return [known.get(one.group, str(one.group)) for one in curves]
