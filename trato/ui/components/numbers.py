"""Figures: tiles, small charts, progress."""

from collections.abc import Sequence

from django.template import Context, Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from trato.ui import charts, formats
from trato.ui.components.basics import icon as draw_icon
from trato.ui.components.markup import attributes, classes, element, filled, joined, render

register = Library()

TRENDS = {"up": "trending-up", "down": "trending-down", "flat": "move-right"}


@register.simple_block_tag
def stats(content: str) -> SafeString:
    """Tiles side by side."""
    return element("div", content, **{"class": "stats"})


@register.simple_tag(takes_context=True)
def stat(  # noqa: PLR0913 a tile's parts are its interface
    context: Context,
    label: str,
    value: str = "",
    delta: str = "",
    trend: str = "",
    good: bool | None = None,
    href: str = "",
    hint: str = "",
    spark: Sequence[float] = (),
) -> SafeString:
    """A number with its name; how it moved, and whether that is good."""
    return render(
        context,
        "stat",
        label=label,
        value=value,
        delta=delta,
        trend=TRENDS.get(trend, ""),
        mood={True: "good", False: "bad", None: "even"}[good],
        href=href,
        hint=hint,
        spark=spark,
    )


@register.simple_tag(takes_context=True)
def segments(
    context: Context, parts: Sequence[charts.Part], label: str = "", legend: bool = True
) -> SafeString:
    """One bar cut into the groups of a whole, each named with its number and share."""
    return render(
        context, "segments", slices=charts.slices(parts), parts=parts, label=label, legend=legend
    )


@register.simple_tag(takes_context=True)
def bars(context: Context, parts: Sequence[charts.Part], label: str = "") -> SafeString:
    """Horizontal bars from zero, each with its name and number."""
    return render(context, "bars", slices=charts.lengths(parts), label=label)


@register.simple_tag
def sparkline(values: Sequence[float], label: str = "", tone: str = "pino") -> SafeString:
    """How something went, without axes."""
    points = charts.line(values)
    if not points:
        return SafeString("")
    meaning = attributes({"role": "img", "aria_label": label} if label else {"aria_hidden": "true"})
    end = points.split()[-1].split(",")
    return filled(
        '<svg class="sparkline tone-{}" viewBox="-2 0 104 24" preserveAspectRatio="none"{}>'
        '<polyline points="{}"></polyline>'
        '<path class="sparkline-end" d="M{} {}h0.01"></path></svg>',
        tone,
        meaning,
        points,
        end[0],
        end[1],
    )


@register.simple_tag
def progress(
    value: float | None = None, max: float = 100, label: str = "", detail: str = ""
) -> SafeString:
    """How far it is; without a value, that it goes on."""
    given = attributes({"value": value, "max": max if value is not None else None})
    ratio = "" if value is None or not max else formats.percent(value / max)
    return filled(
        '<div class="progress"><p><span>{}</span><span class="num">{}</span></p>'
        '<progress{} aria-label="{}"></progress>{}</div>',
        label,
        ratio,
        given,
        label or gettext("Progress"),
        element("small", detail) if detail else "",
    )


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """The grey shape of what is coming."""
    rows = joined([SafeString("<i></i>")] * lines)
    return filled(
        '<div class="skeleton" role="status" aria-label="{}">{}</div>', gettext("Loading"), rows
    )


@register.simple_tag
def loading(label: str = "", id: str | None = None, always: bool = False) -> SafeString:
    """A turning ring, seen while htmx works (``hx-indicator``) or ``always``."""
    body = filled("{}<span>{}</span>", draw_icon("loader-circle"), label or gettext("Loading"))
    look = classes("loading", not always and "htmx-indicator")
    return element("span", body, id=id, role="status", **{"class": look})
