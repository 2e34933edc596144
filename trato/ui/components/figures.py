"""Figures: charts with their table, their file and how they are worked out."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.template import Context, Library
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trato.ui import formats
from trato.ui.components.markup import filled, joined, render
from trato.ui.figures import Chart, Heat, HeatRow
from trato.ui.rhythm import Rhythm
from trato.ui.table import Column

register = Library()

_FIRST_CELL = '<th scope="row"{}>{}</th>'
_CELL = "<td{}>{}</td>"
# Nobody reads further, and a map of years would be the half of its page.
MOST_ROWS = 100
_BOUGHT = '<circle class="rhythm-bought" cx="{}" cy="20" r="4"><title>{}</title></circle>'


@register.simple_tag(takes_context=True)
def chart(context: Context, chart: Chart, nothing: str = "", export: bool = True) -> SafeString:
    """A question with what answers it. ``nothing`` is said while there is too little to draw."""
    return render(
        context,
        "chart/chart",
        chart=chart,
        rows=_rows(chart),
        squares=_squares(chart.drawing) if isinstance(chart.drawing, Heat) else "",
        rows_shown=min(len(chart.lines), MOST_ROWS),
        drawing=f"ui/chart/{chart.drawing.template}.html",
        spec_id=f"{chart.name}-spec",
        nothing=nothing or gettext("There is not enough for this yet."),
        export_url=_export_url(context, chart) if export else "",
    )


def _rows(chart: Chart) -> SafeString:
    """A chart of products has a thousand cells."""
    if chart.is_table:
        return SafeString("")
    return joined(filled("<tr>{}</tr>", joined(_cells(cells))) for cells in chart.table(MOST_ROWS))


def _squares(heat: Heat) -> SafeString:
    """A map of years has as many."""
    return joined(filled("<tr>{}{}</tr>", _heading(row), _of_row(row)) for row in heat.rows)


def _heading(row: HeatRow) -> SafeString:
    return filled('<th scope="row">{}{}</th>', _linked(row.label, row.href), _small(row.hint))


def _of_row(row: HeatRow) -> SafeString:
    return joined(
        filled(
            "<td{}{}>{}</td>",
            "" if cell.level is None else SafeString(f' class="heat-{cell.level}"'),
            filled(' title="{}"', cell.title) if cell.title else "",
            _linked(filled("{}{}", cell.shown, _small(cell.hint)), cell.href if cell.shown else ""),
        )
        for cell in row.cells
    )


def _linked(shown: object, href: str) -> object:
    return filled('<a href="{}">{}</a>', href, shown) if href else shown


def _small(hint: str) -> SafeString:
    return filled("<small>{}</small>", hint) if hint else SafeString("")


def _cells(cells: Iterable[tuple[Column, str, str]]) -> Iterator[SafeString]:
    for place, (column, shown, href) in enumerate(cells):
        told = filled('<a class="link" href="{}">{}</a>', href, shown) if href else shown
        pattern = _CELL if place else _FIRST_CELL
        yield filled(pattern, SafeString(' class="num"' if column.is_right else ""), told)


def _export_url(context: Context, of: Chart) -> str:
    """The page's own address, asking for the file of this chart with the filters in force."""
    request = context.get("request")
    kept = [(name, value) for name, value in request.GET.items()] if request else []
    return "?" + urlencode([*kept, ("export", of.name)])


@register.simple_tag
def chart_script() -> SafeString:
    """What draws the charts; for the block ``head`` of a page that has one."""
    return filled('<script src="{}" defer></script>', static("ui/dist/charts.js"))


@register.simple_tag(takes_context=True)
def rhythm(context: Context, rhythm: Rhythm, label: str) -> SafeString:
    """Purchases on a time line; ``label`` says the same in words."""
    bought = [filled(_BOUGHT, x, formats.full_day(day)) for x, day in rhythm.bought_at]
    return render(context, "chart/rhythm", rhythm=rhythm, label=label, bought=joined(bought))
