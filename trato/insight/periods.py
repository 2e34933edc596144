"""Which time a page of figures tells of: said in words, kept as a word in the address."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from trato.insight.queries.filters import Filter
from trato.ui import formats

USUAL = "12m"


def words() -> dict[str, str]:
    return {
        "3m": _("last 3 months"),
        "12m": _("last 12 months"),
        "24m": _("last 24 months"),
        "year": _("this year"),
        "last_year": _("last year"),
        "all": _("all the time"),
    }


def within(chosen: Filter, period: str, today: date) -> Filter:
    """The filter in this period; days of its own come first."""
    if chosen.start or chosen.end:
        return chosen
    start, end = ends(period if period in words() else USUAL, today)
    return replace(chosen, start=start, end=end)


def ends(period: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day; of all the time neither."""
    if period == "all":
        return None, None
    if period == "year":
        return today.replace(month=1, day=1), today
    if period == "last_year":
        end = today.replace(month=1, day=1) - timedelta(days=1)
        return end.replace(month=1, day=1), end
    return months_before(today, int(period.removesuffix("m"))), today


def months_before(today: date, months: int) -> date:
    """The first day of the month after the same day so many months ago: whole months."""
    place = today.year * 12 + today.month - months
    return date(place // 12, place % 12 + 1, 1)


def sentence(chosen: Filter, period: str) -> str:
    """As the filter on top of the page says it."""
    if not (chosen.start or chosen.end):
        return words().get(period) or words()[USUAL]
    if chosen.start and chosen.end:
        ends = {"start": formats.day(chosen.start), "end": formats.day(chosen.end)}
        return _("%(start)s to %(end)s") % ends
    if chosen.start:
        return _("since %(start)s") % {"start": formats.day(chosen.start)}
    return _("until %(end)s") % {"end": formats.day(chosen.end)}
