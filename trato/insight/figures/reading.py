"""What a page of figures is made from, and what it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate

import duckdb
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trato.identity.models import User
from trato.identity.rules import Permission
from trato.insight.behind import list_url
from trato.insight.figures.keeping import Answers
from trato.insight.models import Run
from trato.insight.queries.filters import Filter
from trato.ui import formats
from trato.ui.figures import Chart
from trato.ui.table import Column

# Of fewer customers, nothing is said of a part of them.
FEW = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """The marts as this user sees them, and what is asked of them.

    ``is_whole`` is for files and programs, which take what would be too long for a page.
    """

    connection: duckdb.DuckDBPyConnection
    chosen: Filter
    user: User
    currency: str
    run: Run
    answers: Answers
    asked: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = False

    def ask[**More, Answer](
        self,
        query: Callable[Concatenate[duckdb.DuckDBPyConnection, Filter, More], Answer],
        *args: More.args,
        **named: More.kwargs,
    ) -> Answer:
        """What a query says of the customers who are meant."""
        name = f"{query.__module__}.{query.__qualname__}{args}{named}"
        return self.answers.ask(name, lambda: query(self.connection, self.chosen, *args, **named))

    @property
    def today(self) -> date:
        return self.run.as_of

    def is_running(self, month: date) -> bool:
        """Whether more may still be bought in it."""
        return month == self.today.replace(day=1)

    @property
    def may_export(self) -> bool:
        return self.user.may(Permission.EXPORT)

    @property
    def has_whole(self) -> str:
        """What a chart says that is cut; nothing to who may not have the file."""
        return _("The download has all of them.") if self.may_export else ""

    def money(self, amount: float | None) -> str:
        return formats.money(amount, self.currency, cents=False)

    def money_column(self, key: str, label: str) -> Column:
        return Column(key, label, "money", self.currency)


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str
    hint: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the charts; with ``href``, ``way`` says what it leads to."""

    said: str
    way: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something else that can be chosen on a page: ``options`` are (value, label)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Content:
    """``names`` can be changed by who may: each with the address of its form. ``ways`` lead to
    where figures of the page come from: label, address, icon. ``nothing`` is said by charts that
    have nothing to draw, where the page knows why."""

    charts: tuple[Chart, ...]
    tiles: tuple[Tile, ...] = ()
    choices: tuple[Choice, ...] = ()
    notices: tuple[Notice, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    ways: tuple[tuple[str, str, str], ...] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of figures. ``is_timed`` says whether a period changes anything."""

    name: str
    title: str | Promise
    lead: str | Promise
    icon: str
    read: Callable[[Reading], Content]
    is_timed: bool = True
    is_narrowed: bool = True


def notice_of(said: str, behind: Filter) -> Notice:
    """With the list of the customers of whom it tells."""
    return Notice(said, _("See who they are"), list_url(behind))


def customers_words(count: int) -> str:
    text = ngettext("%(count)s customer", "%(count)s customers", count)
    return text % {"count": formats.number(count)}


def by_number(label: Any, key: str = "customers") -> Column:
    return Column(key, str(label), "number")
