"""The time line: days, and what happened on each."""

from datetime import date, datetime

from django.template import Library
from django.utils.safestring import SafeString

from trato.ui.components.basics import icon as draw_icon
from trato.ui.components.markup import element, filled, joined, trimmed
from trato.ui.components.values import clock_tag, day_tag

register = Library()


@register.simple_block_tag
def timeline(content: str, **given: object) -> SafeString:
    return element("div", content, **{"class": "timeline"} | given)


@register.simple_tag
def timeline_day(value: date) -> SafeString:
    """The heading over the things of one day."""
    return filled('<h2 class="timeline-day">{}</h2>', day_tag(value))


@register.simple_block_tag
def timeline_item(  # noqa: PLR0913 an entry's parts are its interface
    content: str,
    title: str,
    icon: str = "circle",
    tone: str = "neutral",
    at: datetime | str | None = None,
    who: str = "",
    href: str = "",
    amount: str = "",
    detail: str = "",
) -> SafeString:
    """One line: icon, what, who, when, amount; below it what was said. ``at`` may be drawn."""
    named = element("a", title, href=href) if href else element("b", title)
    said = trimmed(content)
    when = [
        element("b", amount, **{"class": "num"}) if amount else "",
        element("span", who) if who else "",
        at if isinstance(at, str) else clock_tag(at),
    ]
    return filled(
        '<article class="timeline-item"><span class="timeline-icon tone-{}">{}</span>'
        '<div class="timeline-what"><p>{}{}</p>{}</div><p class="timeline-when">{}</p></article>',
        tone,
        draw_icon(icon),
        named,
        filled(" <span>{}</span>", detail) if detail else "",
        element("div", said, **{"class": "timeline-body"}) if said else "",
        joined(when),
    )
