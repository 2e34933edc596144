"""Figures: charts with their table, their file and how they are worked out."""

from urllib.parse import urlencode

from django.template import Context, Library
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trato.ui import formats
from trato.ui.components.markup import filled, joined, render
from trato.ui.figures import Chart
from trato.ui.rhythm import Rhythm

register = Library()

_BOUGHT = '<circle class="rhythm-bought" cx="{}" cy="20" r="4"><title>{}</title></circle>'


@register.simple_tag(takes_context=True)
def chart(context: Context, chart: Chart, nothing: str = "", export: bool = True) -> SafeString:
    """A question with what answers it. ``nothing`` is said while there is too little to draw."""
    return render(
        context,
        "chart/chart",
        chart=chart,
        drawing=f"ui/chart/{chart.drawing.template}.html",
        spec_id=f"{chart.name}-spec",
        nothing=nothing or gettext("There is not enough for this yet."),
        export_url=_export_url(context, chart) if export else "",
    )


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
