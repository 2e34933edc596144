"""What a list's filters, notices and cells say, for every page with a list.

The words of ``trato.kit.listing``, which knows no language, and its values as the table's cells.
``trato.identity.lists`` puts a whole list page together; its templates are ``ui/list/*.html``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from trato.kit.listing import (
    Count,
    Field,
    Filter,
    JsonKey,
    Kind,
    Listing,
    Notice,
    Row,
    Shape,
    State,
)
from trato.ui import formats
from trato.ui.components.basics import person
from trato.ui.components.data import cell, name_cell, pick, written
from trato.ui.components.markup import Frame, element, escaped, joined
from trato.ui.table import Column, Table

MOST_NAMED = 3
OPERATORS = {
    "contains": pgettext_lazy("filter", "contains"),
    "lacks": pgettext_lazy("filter", "does not contain"),
    "is": pgettext_lazy("filter", "is"),
    "isnt": pgettext_lazy("filter", "is not"),
    "starts": pgettext_lazy("filter", "starts with"),
    "more": pgettext_lazy("filter", "more than"),
    "less": pgettext_lazy("filter", "less than"),
    "between": pgettext_lazy("filter", "between"),
    "within": pgettext_lazy("filter", "in the last"),
    "older": pgettext_lazy("filter", "longer ago than"),
    "on": pgettext_lazy("filter", "on"),
    "before": pgettext_lazy("filter", "before"),
    "after": pgettext_lazy("filter", "after"),
    "in": pgettext_lazy("filter", "is one of"),
    "out": pgettext_lazy("filter", "is none of"),
    "empty": pgettext_lazy("filter", "is empty"),
    "filled": pgettext_lazy("filter", "is not empty"),
    "yes": pgettext_lazy("filter", "yes"),
    "no": pgettext_lazy("filter", "no"),
}
ONE_OPTION = {"in": pgettext_lazy("filter", "is"), "out": pgettext_lazy("filter", "is not")}
COLUMN_KINDS = {
    Kind.NUMBER: "number",
    Kind.MONEY: "money",
    Kind.DATE: "day",
    Kind.DATETIME: "day",
    Kind.CHOICES: "tags",
    Kind.FLAG: "yes_no",
}

type Writer = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as a sentence, with where it is changed and where it is taken off."""

    field: str
    operator: str
    value: str
    change: str
    remove: str


def operator_words(one: Filter) -> str:
    if len(one.values) == 1 and one.operator.key in ONE_OPTION:
        return str(ONE_OPTION[one.operator.key])
    return str(OPERATORS[one.operator.key])


def value_words(one: Filter) -> str:
    """The values of a filter as people write them."""
    shape, values = one.operator.shape, one.values
    if shape == Shape.OPTIONS:
        return _option_words(one.field, values)
    if shape in {Shape.NUMBERS, Shape.PERIOD}:
        return _pair_words(one.field, values)
    return " ".join(_word(one.field, shape, value) for value in values)


def _option_words(field: Field, values: Iterable[str]) -> str:
    if field.told:
        return ", ".join(field.told(value) for value in values)
    labels = {} if field.is_open else field.choices()
    words = [gettext("me") if value == "me" else labels.get(value, value) for value in values]
    shown, rest = words[:MOST_NAMED], len(words) - MOST_NAMED
    return ", ".join([*shown, f"+{rest}"] if rest > 0 else shown)


def _pair_words(field: Field, values: tuple[str, ...]) -> str:
    least, most = (_word(field, Shape.NUMBERS, value) for value in values)
    if not least:
        return pgettext("filter", "at most %(value)s") % {"value": most}
    if not most:
        return pgettext("filter", "at least %(value)s") % {"value": least}
    return pgettext("filter", "%(least)s and %(most)s") % {"least": least, "most": most}


def _word(field: Field, shape: Shape, value: str) -> str:
    if not value or shape == Shape.TEXT:
        return value
    if shape == Shape.SPAN:
        return ngettext("%(count)s day", "%(count)s days", int(value)) % {"count": value}
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        return formats.day(date.fromisoformat(value))
    number = Decimal(value)
    return formats.exact_money(number, field.unit) if field.unit else formats.exact(number)


def chips(state: State) -> list[Chip]:
    return [
        Chip(
            field=str(one.field.label),
            operator=operator_words(one),
            value=value_words(one),
            change=f"?{state.query}&do=filter&field={one.field.key}&instead={one.quoted}",
            remove=f"?{state.without(one).query}",
        )
        for one in state.filters
    ]


def count_words(count: Count) -> str:
    """``1.314``; ``10.000+`` for more than anybody counts."""
    return formats.number(count.number) + ("+" if count.or_more else "")


def notice_words(listing: Listing, notice: Notice) -> str:
    field = listing.field(notice.part.rpartition(".")[0]) or listing.field(notice.part.lstrip("-"))
    name = str(field.label) if field else notice.part
    return _NOTICES[notice.code]() % {"name": name}


_NOTICES: dict[str, Callable[[], str]] = {
    "unknown": lambda: gettext("“%(name)s” in the address means nothing here and was left out."),
    "filter": lambda: gettext("The filter “%(name)s” makes no sense and was left out."),
    "sort": lambda: gettext("The list cannot be sorted by “%(name)s”."),
    "sort_too_slow": lambda: gettext(
        "There are too many rows to sort them by “%(name)s”. Filter the list first."
    ),
    "column": lambda: gettext("There is no column “%(name)s”; it was left out."),
    "place": lambda: gettext("That page does not exist any more. This is the first one."),
    "search": lambda: gettext("Only the first 200 letters of the search were used."),
    "too_many": lambda: gettext("Only the first 30 filters were used."),
    "too_long": lambda: gettext("The address is too long. Nothing of it was used."),
    "too_slow": lambda: gettext("Finding these rows takes too long. Add a filter."),
    "similar": lambda: gettext("Nothing has exactly “%(name)s”. These names are similar."),
}


def column_of(field: Field, *, shown: bool = True) -> Column:
    return Column(
        key=field.key,
        label=str(field.heading),
        kind=COLUMN_KINDS.get(field.kind, "text"),
        exact=isinstance(field.source, JsonKey),
        unit=field.unit,
        sortable=field.order is not None,
        shown=shown,
        fixed=field.fixed,
    )


class Cells:
    """The values of rows as their cells show them. ``own`` writes a field in the page's own way."""

    def __init__(self, fields: Iterable[Field], own: Mapping[str, Writer] | None = None) -> None:
        fields, own = list(fields), own or {}
        self.columns = {field.key: column_of(field) for field in fields}
        self.writers = {field.key: own.get(field.key) or _writer(field) for field in fields}

    def written(self, row: Row, key: str) -> str:
        return escaped(written(self.columns[key], self.writers[key](row)))


# Where the frame of the rows has what differs; the marks of the cells follow.
PK, _NAME, _BEFORE, _FIRST_CELL = map(chr, range(0xE000, 0xE004))


def row_url(name: str, *more: str) -> str:
    """The address of this name with `PK` where that of each row has its id."""
    return reverse(name, args=[0, *more]).replace("/0/", f"/{PK}/")


class Rows:
    """The rows of a page, written out: the box that picks one, the name that leads to ``url``, the
    cells, and ``end``. ``before`` is drawn before a name, ``edit_urls`` say by key of field where
    a row's value is changed; addresses have `PK` in place of the row's id."""

    def __init__(
        self,
        table: Table,
        cells: Cells,
        *,
        url: str,
        before: Writer | None = None,
        edit_urls: Mapping[str, str] | None = None,
        end: str = "",
    ) -> None:
        self.cells, self.before, urls = cells, before or (lambda row: ""), edit_urls or {}
        self.marks = {key: chr(ord(_FIRST_CELL) + at) for at, key in enumerate(cells.columns)}
        name = name_cell(_NAME, url, before=_BEFORE, edit_url=urls.get("name", ""))
        shown = [
            cell(cells.columns[key], SafeString(mark), edit_url=urls.get(key, ""))
            for key, mark in self.marks.items()
        ]
        row = [pick(table, PK, _NAME), name, *shown, SafeString(end)]
        self.frame = Frame(element("tr", joined(row)))

    def of(self, rows: Iterable[Row]) -> SafeString:
        return SafeString("".join(map(self._row, rows)))

    def _row(self, row: Row) -> SafeString:
        values = {mark: self.cells.written(row, key) for key, mark in self.marks.items()}
        values[PK], values[_NAME] = str(row["pk"]), escaped(row["name"])
        values[_BEFORE] = escaped(self.before(row))
        return self.frame.filled(values)


def _writer(field: Field) -> Writer:
    key = field.key
    # Open choices are written as they came; their options would be one more question.
    if field.kind == Kind.CHOICE and not field.is_open:
        labels = field.choices()
        return lambda row: labels.get(str(row.get(key) or ""), row.get(key))
    if field.kind == Kind.LINK:
        shown = cache(person)
        return lambda row: shown(row.get(key) or "")
    return lambda row: row.get(key)
