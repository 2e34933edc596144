"""The time line of the customer page: its days, its chips, where it goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from trato.customers.models import Category
from trato.customers.queries.profile import Entry, time_line
from trato.sales.queries.customer import orders_of
from trato.ui.addresses import address
from trato.ui.components.markup import joined
from trato.ui.components.values import clock_tag
from trato.ui.frames import framed
from trato.web import words
from trato.web.queries import customer as queries
from trato.web.telling import Known, Line, names_in, tell, tell_of_own_fields
from trato.web.views.customer.shown import Shown

EVENTS = 30
CATEGORY_ICONS = {
    Category.TRANSACTION: "shopping-bag",
    Category.CONTACT: "message-circle",
    Category.PROFILE: "pencil",
    Category.RESPONSE: "megaphone",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter of the time line: one category, or all."""

    label: str
    icon: str
    url: str
    part_url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day. It has its heading unless the page before began it."""

    day: date
    lines: list[Line]
    has_heading: bool

    @property
    def drawn(self) -> SafeString:
        return joined(map(_drawn, self.lines))


def _drawn(line: Line) -> SafeString:
    return framed(
        "web/customer/timeline.html#line",
        title=line.title,
        icon=line.icon,
        tone=line.tone,
        at=clock_tag(line.at),
        who=line.who,
        href=line.href,
        amount=line.amount,
        detail=line.detail,
        body=line.body,
        start=line.start,
    )


class TimeLine:
    """A page of the time line: one category or all, after a place."""

    def __init__(self, shown: Shown, *, category: str, place: str | None) -> None:
        self.shown = shown
        self.category = category if category in Category.values else ""
        self.before = queries.parse_place(place)

    @cached_property
    def _events(self) -> list[Entry]:
        wanted = [Category(self.category)] if self.category else []
        customer = self.shown.customer
        return time_line(customer, categories=wanted, before=self.before, limit=EVENTS + 1)

    @property
    def is_empty(self) -> bool:
        return not self._events

    @cached_property
    def days(self) -> list[Day]:
        lines = self._told(self._events[:EVENTS])
        begun = timezone.localtime(self.before[0]).date() if self.before else None
        return [
            Day(day, list(of_day), has_heading=day != begun)
            for day, of_day in groupby(lines, key=lambda line: timezone.localtime(line.at).date())
        ]

    def _told(self, events: Sequence[Entry]) -> Iterator[Line]:
        known = Known(
            names=names_in(events, user=self.shown.user),
            orders=orders_of(events, user=self.shown.user),
            currency=self.shown.company.currency,
            own=self.shown.own_fields if tell_of_own_fields(events) else (),
        )
        return (tell(event, known) for event in events)

    @property
    def more_url(self) -> str:
        if len(self._events) <= EVENTS:
            return ""
        last = self._events[EVENTS - 1]
        place = queries.place_after(last.at, last.pk)
        return f"{self._url('customer-timeline', self.category)}&after={place}"

    @property
    def url(self) -> str:
        return self._url("customer-timeline", self.category)

    @property
    def chips(self) -> list[Chip]:
        known = [("", pgettext("events", "All"), "list")] + [
            (one.value, words.category_label(one), CATEGORY_ICONS[one]) for one in Category
        ]
        return [
            Chip(
                label=label,
                icon=icon,
                url=self._url("customer", category),
                part_url=self._url("customer-timeline", category),
                active=category == self.category,
            )
            for category, label, icon in known
        ]

    def _url(self, name: str, category: str) -> str:
        return f"{address(f'web:{name}', self.shown.customer.pk)}?show={category}"
