"""The time line: days, and what happened on each."""

from datetime import date, datetime

from django.template import Context, Library
from django.utils.safestring import SafeString

from trato.ui.components.markup import element, filled, render
from trato.ui.components.values import day_tag

register = Library()


@register.simple_block_tag
def timeline(content: str, **given: object) -> SafeString:
    return element("div", content, **{"class": "timeline"} | given)


@register.simple_tag
def timeline_day(value: date) -> SafeString:
    """The heading over the things of one day."""
    return filled('<h2 class="timeline-day">{}</h2>', day_tag(value))


@register.simple_block_tag(takes_context=True)
def timeline_item(  # noqa: PLR0913 an entry's parts are its interface
    context: Context,
    content: str,
    title: str,
    icon: str = "circle",
    tone: str = "neutral",
    at: datetime | None = None,
    who: str = "",
    href: str = "",
    amount: str = "",
    detail: str = "",
) -> SafeString:
    """One line: icon, what, who, when, amount; below it what was said."""
    return render(
        context,
        "timeline_item",
        content=content,
        title=title,
        icon=icon,
        tone=tone,
        at=at,
        who=who,
        href=href,
        amount=amount,
        detail=detail,
    )
