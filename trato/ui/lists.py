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

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from trato.kit.listing import Count, Field, Filter, Kind, Listing, Notice, Row, Shape, State
from trato.ui import formats
from trato.ui.components.basics import person
from trato.ui.components.data import cell, written
from trato.ui.table import Column

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
    return formats.money(number, field.unit) if field.unit else formats.number(number)


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
        unit=field.unit,
        sortable=field.order is not None,
        shown=shown,
        fixed=field.fixed,
    )


# What stands in a frame for the value and for the row's id: no text of ours has these.
_VALUE, _PK = SafeString("\x01"), "\x02"


class Cells:
    """The cells of rows. ``own`` writes a field in the page's own way; ``edit_url`` is an address
    with ``{pk}`` and ``{key}`` where the fields in ``editable`` are changed.

    A page has hundreds of cells: what is the same in all of a column is written once.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        *,
        own: Mapping[str, Writer] | None = None,
        editable: Iterable[str] = (),
        edit_url: str = "",
    ) -> None:
        fields = list(fields)
        self.columns = {field.key: column_of(field) for field in fields}
        own = own or {}
        self.writers = {field.key: own.get(field.key) or _writer(field) for field in fields}
        urls = {key: edit_url.format(pk=_PK, key=key) for key in editable if edit_url}
        self.frames = [
            (key, *cell(column, _VALUE, edit_url=urls.get(key, "")).split(_VALUE))
            for key, column in self.columns.items()
        ]

    def written(self, row: Row, key: str) -> SafeString:
        """The value alone, as its cell shows it."""
        return conditional_escape(written(self.columns[key], self.writers[key](row)))

    def of(self, row: Row) -> SafeString:
        parts = [
            part for key, start, end in self.frames for part in (start, self.written(row, key), end)
        ]
        # The frames are components and each value is escaped above.
        return mark_safe("".join(parts).replace(_PK, str(row["pk"])))  # noqa: S308


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
