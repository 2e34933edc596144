"""Who stays: cohorts month by month, and how long customers last."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.insight.behind import list_url
from trato.insight.figures import staying
from trato.insight.figures.reading import (
    Choice,
    Content,
    Notice,
    Reading,
    Tile,
    by_number,
    customers_words,
)
from trato.insight.queries import cohorts
from trato.insight.queries.cohorts import By
from trato.ui import figures, formats
from trato.ui.figures import Cell, Chart, HeatRow, Line, Series
from trato.ui.table import Column

# More columns than this are months that only the oldest cohorts have.
MOST_MONTHS = 18
MOST_COHORTS = 24


def page(reading: Reading) -> Content:
    found = reading.ask(cohorts.retention)
    by = _by(reading)
    stay = reading.ask(cohorts.stay, by)
    choice = Choice("by", _("Split by"), tuple(_by_words().items()), by.value if by else "")
    tiles = _tiles(found)
    # One month alone is no curve.
    curve = found.curve if len(found.curve) > 1 else ()
    kept = (_heat(reading, found), _curve(curve))
    brought = (_earned(reading, curve), _brought(reading, found))
    return Content(
        (*kept, *brought, *staying.charts(reading, stay, by)),
        tiles,
        (choice,),
        notices=_formed_afterwards(by) if len(stay.curves) > 1 else (),
    )


def _formed_afterwards(by: By | None) -> tuple[Notice, ...]:
    """Who compares groups that were formed by what they compare is told so."""
    if by is not By.SEGMENT:
        return ()
    said = _(
        "Micro-segments were formed from what customers did until today, and who stayed longer"
        " could do more. So it proves nothing that one lasts longer than another. To compare,"
        " split by source, kind of customer or year of the first purchase."
    )
    return (Notice(said),)


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


def _heat(reading: Reading, found: cohorts.Retention) -> Chart:
    shown, width = _shown(reading, found)
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
                (list_url(row.behind), "", *(cell.href for cell in squares.cells)),
            )
            for row, squares in zip(shown, rows, strict=True)
        ),
        _heat_note(reading, found, width),
        _(
            "A customer counts in a month when they bought on at least one day of it. Months that"
            " have not ended are left out."
        ),
        is_wide=True,
    )


def _shown(reading: Reading, found: cohorts.Retention) -> tuple[tuple[cohorts.CohortRow, ...], int]:
    """The cohorts that fit, and for how many months."""
    shown = found.cohorts if reading.is_whole else found.cohorts[-MOST_COHORTS:]
    longest = max((len(row.cells) for row in shown), default=0)
    return shown, longest if reading.is_whole else min(longest, MOST_MONTHS)


def _heat_note(reading: Reading, found: cohorts.Retention, width: int) -> str:
    said = _(
        "Each row: the customers of a month. Each square: the share that bought that many"
        " months later. Press it to see who they are."
    )
    return f"{said} {_cut(reading, found, width)}".strip()


def _cut(reading: Reading, found: cohorts.Retention, width: int) -> str:
    """What is not shown; nothing where all is."""
    rows, months = len(found.cohorts), max((len(row.cells) for row in found.cohorts), default=0)
    if reading.is_whole or (rows <= MOST_COHORTS and months <= width):
        return ""
    counts = {"rows": MOST_COHORTS, "of": rows, "width": width, "months": months}
    if rows <= MOST_COHORTS:
        cut = _("Shown: %(width)s of %(months)s months since the first purchase.")
    elif months <= width:
        cut = _("Shown: the last %(rows)s of %(of)s months of a first purchase.")
    else:
        cut = _(
            "Shown: the last %(rows)s of %(of)s months of a first purchase, %(width)s of %(months)s"
            " months since."
        )
    return f"{cut % counts} {reading.has_whole}".strip()


def _cell(cell: cohorts.Cell, most: float) -> Cell:
    if cell.retention is None:
        return Cell("")
    ratio = 1.0 if not cell.tenure else cell.retention / most if most else 0.0
    words = {"customers": customers_words(cell.active or 0), "month": formats.month(cell.month)}
    return Cell(
        formats.percent(cell.retention),
        ratio,
        list_url(cell.behind) if cell.active else "",
        title=_("%(customers)s, %(month)s") % words,
    )


def _curve(curve: tuple[cohorts.CurvePoint, ...]) -> Chart:
    labels = [str(point.tenure) for point in curve]
    links = [list_url(point.behind) for point in curve]
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
            links=links,
        ),
        (
            by_number(_("Month"), "month"),
            by_number(_("Customers counted")),
            Column("retention", _("Share that buys"), "percent"),
        ),
        tuple(
            Line((point.tenure, point.customers, point.retention), href)
            for point, href in zip(curve, links, strict=True)
        ),
        _(
            "Over all cohorts old enough. A line that stays level is a base that stays. Press a"
            " point to see of whom it tells."
        ),
        _(
            "Who bought on at least one day of that month, of all who first bought long enough ago"
            " for it to have ended. Month 0 is the one of the first purchase."
        ),
    )


def _earned(reading: Reading, curve: tuple[cohorts.CurvePoint, ...]) -> Chart:
    sums = _added_up(point.revenue for point in curve)
    profits = _added_up(point.margin for point in curve)
    drawn = [Series(_("Bought so far"), sums, "azafran")]
    has_margin = any(one is not None for one in profits)
    if has_margin:
        drawn.append(Series(_("Margin so far"), profits, "pino"))
    labels = [str(point.tenure) for point in curve]
    links = [list_url(point.behind) for point in curve]
    return Chart(
        "earned",
        _("How much has a customer brought, month after month?"),
        figures.lines(
            labels,
            drawn,
            format=figures.money_format(reading.currency),
            x_name=_("Months since the first purchase"),
            links=links,
        ),
        (
            by_number(_("Month"), "month"),
            reading.money_column("revenue", _("In this month")),
            reading.money_column("margin", _("Margin in this month")),
            reading.money_column("total", _("Bought so far")),
            reading.money_column("profit", _("Margin so far")),
        ),
        tuple(
            Line((point.tenure, point.revenue, point.margin, total, profit), href)
            for point, total, profit, href in zip(curve, sums, profits, links, strict=True)
        ),
        _(
            "Of one customer, on average. Compare the margin with what it costs to win one. Press a"
            " point to see of whom it tells."
        )
        if has_margin
        else _("Of one customer, on average. Press a point to see of whom it tells."),
        _(
            "For each month: what it brought, with taxes, less returns and discounts, divided by"
            " all customers who first bought long enough ago for it to have ended, those who bought"
            " nothing included. The lines add the months up. The margin is without taxes and of"
            " what has a known cost; it ends at a month without any."
        ),
    )


def _added_up(amounts: Iterable[float | None]) -> tuple[float | None, ...]:
    """So far; what is not known of a month is not known after it either."""
    sums: list[float | None] = []
    total: float | None = 0.0
    for amount in amounts:
        total = None if total is None or amount is None else total + amount
        sums.append(None if total is None else round(total, 2))
    return tuple(sums)


def _brought(reading: Reading, found: cohorts.Retention) -> Chart:
    """Revenue and margin by cohort and tenure; the file has a line for each square."""
    shown, width = _shown(reading, found)
    links = [list_url(row.behind) for row in shown]
    told = [
        (row, cell, href)
        for row, href in zip(shown, links, strict=True)
        for cell in row.cells[:width]
    ]
    most = max((cell.cumulative_revenue or 0 for _row, cell, _href in told), default=0)
    rows = tuple(
        HeatRow(
            formats.month(row.month),
            tuple(_worth(reading, href, cell, most) for cell in row.cells[:width])
            + tuple(Cell("") for _rest in range(width - len(row.cells[:width]))),
            href,
            hint=formats.number(row.customers),
        )
        for row, href in zip(shown, links, strict=True)
    )
    headings = tuple(str(tenure) for tenure in range(width))
    said = _(
        "Each square: what one customer of that month had bought by then, on average, and below it"
        " the margin of what has a known cost."
    )
    return Chart(
        "brought",
        _("Do those who begin now bring as much as those who began before?"),
        figures.Heat(
            _("First purchase"),
            headings,
            rows,
            _("Months since the first purchase"),
            tells_all=False,
        ),
        (
            Column("cohort", _("First purchase")),
            by_number(_("Month"), "month"),
            by_number(_("Customers")),
            reading.money_column("revenue", _("Bought by all in this month")),
            reading.money_column("margin", _("Margin of all in this month")),
            reading.money_column("total", _("Bought by one so far")),
            reading.money_column("profit", _("Margin of one so far")),
        ),
        tuple(
            Line(
                (
                    formats.month(row.month),
                    cell.tenure,
                    row.customers,
                    cell.revenue,
                    cell.margin,
                    cell.cumulative_revenue,
                    cell.cumulative_margin,
                ),
                href,
            )
            for row, cell, href in told
        ),
        f"{said} {_cut(reading, found, width)}".strip(),
        _(
            "What the customers who began in a month bought until the end of each month, with"
            " taxes, less returns and discounts, divided by all of them, those who did not come"
            " back included. Months that have not ended are left out; the margin is without taxes"
            " and stops where a month has no known cost."
        ),
        is_wide=True,
    )


def _worth(reading: Reading, href: str, cell: cohorts.Cell, most: float) -> Cell:
    total = cell.cumulative_revenue
    if total is None:
        return Cell("")
    ratio = max(total / most, 0.0) if most > 0 else 0.0
    profit = reading.money(cell.cumulative_margin)
    return Cell(reading.money(total), ratio, href, hint=profit)
