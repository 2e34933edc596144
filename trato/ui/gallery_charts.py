"""What the gallery of charts shows its charts with."""

from datetime import date, timedelta

from django.utils.translation import gettext

from trato.ui import figures, formats
from trato.ui.figures import Bar, Cell, Chart, Flow, Heat, HeatRow, Line, Mark, Node, Series
from trato.ui.rhythm import Rhythm
from trato.ui.stages import STAGES
from trato.ui.table import Column

EURO = "EUR"


def all_charts() -> list[Chart]:
    made = (_stages, _intervals, _cohorts, _forecast, _survival, _values, _flows, _concentration)
    return [make() for make in made]


def _stages() -> Chart:
    counts = zip(STAGES.items(), (1240, 610, 305, 420, 510, 2190, 890), strict=True)
    bars = [
        Bar(str(name), n, formats.number(n), f"stage-{number}", "#", stage=number)
        for (number, (name, _icon)), n in counts
    ]
    return figures.bar_chart(
        "stages",
        gettext("Where are our customers on their way?"),
        bars,
        headings=(
            Column("stage", gettext("Stage")),
            Column("customers", gettext("Customers"), "number"),
        ),
        note=gettext("Each customer is in one stage, worked out from what they do."),
    )


def _intervals() -> Chart:
    found = [("#1", 1.4, 0.9, 1.9), ("#2", 0.4, -0.2, 1.1), ("#3", -0.6, -1.2, -0.1)]
    bars = [
        Bar(name, value, formats.number(value, 1), low=low, high=high)
        for name, value, low, high in found
    ]
    headings = (Column("group", gettext("Group")), Column("change", gettext("Change"), "number"))
    return figures.bar_chart("intervals", gettext("How sure are we?"), bars, headings=headings)


def _cohorts() -> Chart:
    months = ("2026-01", "2026-02", "2026-03", "2026-04")
    rows, lines = [], []
    for place, month in enumerate(months):
        ratios = [0.62 / (age + 1) ** 0.4 if age else 1.0 for age in range(len(months) - place)]
        cells = [Cell(formats.percent(ratio), ratio, "#", month) for ratio in ratios]
        cells += [Cell("")] * (len(months) - len(cells))
        rows.append(HeatRow(month, tuple(cells), "#"))
        lines.append(Line((month, *ratios, *[None] * place), "#"))
    ages = tuple(str(age) for age in range(len(months)))
    columns = [Column(age, age, "percent") for age in ages]
    return Chart(
        "cohorts",
        gettext("How many come back, month by month?"),
        Heat(gettext("Began in"), ages, tuple(rows), gettext("Months since the first purchase")),
        (Column("month", gettext("Began in")), *columns),
        tuple(lines),
    )


def _forecast() -> Chart:
    months = [f"2026-{month:02}" for month in range(1, 11)]
    bought = (41.0, 44, 43, 50, 55, 53, 61, 64, 63, 70)
    low, high = tuple(n * 0.9 for n in bought), tuple(n * 1.12 for n in bought)
    series = [
        Series(gettext("Bought"), bought, "pino", low, high),
        Series(gettext("Expected"), tuple(n * 0.94 for n in bought), "azafran"),
    ]
    return Chart(
        "forecast",
        gettext("Does what was expected come true?"),
        figures.lines(months, series, x_name=gettext("Month")),
        (
            Column("month", gettext("Month")),
            *(Column(one.name, one.name, "number") for one in series),
        ),
        tuple(Line(row) for row in zip(months, series[0].values, series[1].values, strict=True)),
    )


def _survival() -> Chart:
    months = [str(month) for month in range(13)]
    values = tuple(round(0.97**month, 3) for month in range(13))
    series = Series(
        gettext("Still buying"),
        values,
        "stage-6",
        tuple(value - 0.04 for value in values),
        tuple(min(value + 0.04, 1) for value in values),
        step=True,
    )
    drawing = figures.lines(
        months, [series], format=figures.PERCENT, x_name=gettext("Months"), top=1
    )
    columns = (Column("month", gettext("Months")), Column("share", series.name, "percent"))
    lines = tuple(Line(row) for row in zip(months, values, strict=True))
    return Chart("survival", gettext("How long do they stay?"), drawing, columns, lines)


def _values() -> Chart:
    ends = ["0", "50", "100", "200", "400", "800"]
    counts = [320, 610, 480, 220, 90, 30]
    shown = [formats.number(n) for n in counts]
    drawing = figures.columns(ends, counts, shown=shown, tone="azafran", x_name=EURO)
    columns = (
        Column("value", gettext("Value")),
        Column("customers", gettext("Customers"), "number"),
    )
    lines = tuple(Line(row, "#") for row in zip(ends, counts, strict=True))
    return Chart("values", gettext("What are they worth?"), drawing, columns, lines)


def _flows() -> Chart:
    moved = [(1, 4, 210), (2, 4, 90), (4, 6, 160), (4, 5, 120), (5, 6, 60), (5, 7, 80), (6, 5, 150)]
    nodes = [
        Node(f"{side}{number}", f"{number} {name}", depth, f"stage-{number}")
        for depth, side in enumerate(("a", "b"))
        for number, (name, _icon) in STAGES.items()
    ]
    flows = [Flow(f"a{start}", f"b{end}", n, formats.number(n), "#") for start, end, n in moved]
    columns = (
        Column("from", gettext("From")),
        Column("to", gettext("To")),
        Column("customers", gettext("Customers"), "number"),
    )
    lines = tuple(Line((str(STAGES[a][0]), str(STAGES[b][0]), n), "#") for a, b, n in moved)
    title = gettext("Who moved from where to where?")
    return Chart("flows", title, figures.sankey(nodes, flows), columns, lines)


def _concentration() -> Chart:
    points = [(share / 20, (share / 20) ** 0.1) for share in range(21)]
    said = gettext("A few bring most")
    marks = [Mark(share, share**0.1, said) for share in (0.1, 0.2, 0.5)]
    columns = (
        Column("customers", gettext("Customers"), "percent"),
        Column("value", gettext("Value"), "percent"),
    )
    lines = tuple(Line(point) for point in points)
    drawing = figures.lorenz(points, marks, x_name=gettext("Customers"))
    return Chart(
        "concentration",
        gettext("How much hangs on a few?"),
        drawing,
        columns,
        lines,
        formula=gettext("What the first share of all brings, from the most valuable on."),
    )


def rhythm(today: date) -> Rhythm:
    days = [today - timedelta(days=days) for days in (20, 49, 82, 108, 141, 170, 230)]
    due = today + timedelta(days=10)
    window = {"low": today - timedelta(days=2), "high": today + timedelta(days=24)}
    return Rhythm(days, today, due=due, lapse=today + timedelta(days=80), **window)
