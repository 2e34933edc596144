"""Filters: values as people write them. What is missing stays empty."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.template import Library
from django.utils.safestring import SafeString

from trato.ui import formats
from trato.ui.components.markup import filled
from trato.ui.responses import UNDO

register = Library()


def _decimal(value: object) -> formats.Number | None:
    """A number, also when it comes as text; anything else is nothing."""
    if value is None or isinstance(value, Decimal | int | float):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@register.filter
def money(amount: object, currency: str) -> str:
    return formats.money(_decimal(amount), currency)


@register.filter
def whole_money(amount: object, currency: str) -> str:
    """Without cents, for tiles."""
    return formats.money(_decimal(amount), currency, cents=False)


@register.filter
def number(value: object, digits: int | None = None) -> str:
    return formats.number(_decimal(value), digits)


@register.filter
def compact(value: object) -> str:
    return formats.compact(_decimal(value))


@register.filter
def percent(ratio: object, digits: int = 0) -> str:
    return formats.percent(_decimal(ratio), digits)


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail that a narrow place breaks before its @, not in a word."""
    name, at, host = address.rpartition("@")
    return filled("{}<wbr>{}{}", name, at, host)


def _time(value: date, full: str, shown: str) -> SafeString:
    stamp = formats.local(value) if isinstance(value, datetime) else value
    return filled('<time datetime="{}" title="{}">{}</time>', stamp.isoformat(), full, shown)


@register.filter("day")
def day_tag(value: date | None) -> SafeString:
    """``ayer`` with the whole date on hover."""
    if not value:
        return SafeString("")
    full = formats.full_moment(value) if isinstance(value, datetime) else formats.full_day(value)
    return _time(value, full, formats.day(value))


@register.filter("moment")
def moment_tag(value: datetime | None) -> SafeString:
    """``ayer, 14:05``."""
    if not value:
        return SafeString("")
    return _time(value, formats.full_moment(value), formats.moment(value))


@register.filter("ago")
def ago_tag(value: datetime | None) -> SafeString:
    """``hace 3 horas``."""
    if not value:
        return SafeString("")
    return _time(value, formats.full_moment(value), formats.ago(value))


@register.filter("clock")
def clock_tag(value: datetime | None) -> SafeString:
    """``14:05``."""
    if not value:
        return SafeString("")
    return _time(value, formats.full_moment(value), formats.clock(value))


@register.filter
def full_day(value: date | None) -> str:
    return formats.full_day(value) if value else ""


@register.filter
def undo_url(tags: str | None) -> str:
    """Where a toast's undo goes, if there is one."""
    return next(
        (tag.removeprefix(UNDO) for tag in (tags or "").split() if tag.startswith(UNDO)), ""
    )


@register.filter
def toast_tone(level: str) -> str:
    """Django's level of a message as the tone of a toast."""
    return {"success": "done", "warning": "warn", "error": "bad"}.get(level, "info")
