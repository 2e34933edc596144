"""What a query string asks of a list, and the query strings that ask for a little else."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from django.db.models import Q

from trato.kit.listing.fields import Field, Kind, Listing, Order
from trato.kit.listing.narrowing import Narrow
from trato.kit.listing.operators import Malformed, Moment, Operator, Shape, operator_of, parsed

LONGEST_SEARCH = 200
MOST_FILTERS = 30
MOST_PARTS = 400
GREATEST = Decimal(10) ** 30
SEVERAL = frozenset({"in", "out", "between"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A part that could not be obeyed: its code and what was written."""

    code: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    field: Field
    operator: Operator
    values: tuple[str, ...]
    condition: Q
    narrow: Narrow | None = None

    @property
    def name(self) -> str:
        return f"{self.field.key}.{self.operator.key}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(self.name, value) for value in self.values or ("",)]

    @property
    def query(self) -> str:
        """Tells this filter apart from the others of the list."""
        return urlencode(self.pairs)

    @property
    def quoted(self) -> str:
        """The same as the value of a parameter."""
        return quote(self.query, safe="")


@dataclass(frozen=True, slots=True)
class Sort:
    field: Field
    order: Order
    descending: bool

    @property
    def key(self) -> str:
        return f"-{self.field.key}" if self.descending else self.field.key


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row that a page starts beside: what it is sorted by, its id, and on which side."""

    value: Any
    pk: int
    newer: bool = False

    def __str__(self) -> str:
        text = json.dumps([None if self.value is None else str(self.value), self.pk])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class State:
    """What is asked, as far as it makes sense. ``columns`` is empty when none were asked for."""

    listing: Listing
    sort: Sort
    search: str = ""
    filters: tuple[Filter, ...] = ()
    columns: tuple[str, ...] = ()
    view: int | None = None
    cursor: Cursor | None = None
    is_sorted: bool = False
    notices: tuple[Notice, ...] = field(default=(), compare=False)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.filters)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Everything but the place in the list."""
        found = [("view", str(self.view))] if self.view else []
        found += [("q", self.search)] if self.search else []
        found += [pair for one in self.filters for pair in one.pairs]
        found += [("sort", self.sort.key)] if self.is_sorted else []
        return found + ([("columns", ",".join(self.columns))] if self.columns else [])

    @property
    def query(self) -> str:
        return urlencode(self.pairs, safe=",")

    def at(self, cursor: Cursor) -> str:
        """The query string of the page beside a row."""
        side = "before" if cursor.newer else "after"
        return urlencode([*self.pairs, (side, str(cursor))], safe=",")

    def without(self, removed: Filter) -> "State":
        kept = tuple(one for one in self.filters if one.query != removed.query)
        return replace(self, filters=kept, cursor=None)

    def cleared(self) -> "State":
        return replace(self, filters=(), search="", cursor=None, view=None)

    def with_filter(self, added: Filter, instead_of: str = "") -> "State":
        """With one filter more, in the place of the one that ``instead_of`` is the query of."""
        kept = [added if one.query == instead_of else one for one in self.filters]
        kept = kept if added in kept else [*kept, added]
        unique = {one.query: one for one in kept}
        return replace(self, filters=tuple(unique.values()), cursor=None)


def read(listing: Listing, query: str, *, moment: Moment) -> State:
    """The state that a query string asks for; what is unknown or malformed becomes a notice."""
    pairs, notices = _split(query)
    filters = _filters(listing, pairs, moment, notices)
    single = {name: value for name, value in pairs if name in _SINGLE}
    notices += [Notice("unknown", name) for name, _value in pairs if not _is_known(name)]
    asked = _sort(listing, single.get("sort", ""))
    if single.get("sort") and asked is None:
        notices.append(Notice("sort", single["sort"]))
    sort = asked or default_sort(listing)
    return State(
        listing=listing,
        sort=sort,
        search=_search(single.get("q", ""), notices),
        filters=tuple(filters),
        columns=_columns(listing, single.get("columns", ""), notices),
        view=int(single["view"]) if _is_id(single.get("view", "")) else None,
        cursor=_cursor(single, sort, notices),
        is_sorted=asked is not None,
        notices=tuple(dict.fromkeys(notices)),
    )


_SINGLE = frozenset({"q", "sort", "columns", "view", "after", "before"})


def _is_known(name: str) -> bool:
    return name in _SINGLE or "." in name


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) <= 18


def _split(query: str) -> tuple[list[tuple[str, str]], list[Notice]]:
    try:
        pairs = parse_qsl(
            query.lstrip("?"), keep_blank_values=True, max_num_fields=MOST_PARTS, errors="replace"
        )
    except ValueError:
        return [], [Notice("too_long")]
    return pairs, []


def _search(text: str, notices: list[Notice]) -> str:
    words = " ".join(text.replace("\x00", " ").split())
    if len(words) > LONGEST_SEARCH:
        notices.append(Notice("search"))
    return words[:LONGEST_SEARCH]


def _columns(listing: Listing, text: str, notices: list[Notice]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(filter(None, text.split(","))))
    notices += [Notice("column", key) for key in asked if listing.field(key) is None]
    return with_fixed(listing, asked) if asked else ()


def with_fixed(listing: Listing, keys: Iterable[str]) -> tuple[str, ...]:
    """The known ones of these columns, after those that are always there."""
    fixed = [known.key for known in listing.fields if known.fixed]
    found = {key: listing.field(key) for key in keys}
    known_keys = [key for key, known in found.items() if known and known.is_column]
    return tuple(dict.fromkeys([*fixed, *known_keys]))


def default_sort(listing: Listing) -> Sort:
    sort = _sort(listing, listing.sort)
    if sort is None:
        raise ValueError(listing.sort)
    return sort


def _sort(listing: Listing, text: str) -> Sort | None:
    found = listing.field(text.removeprefix("-"))
    if found is None or found.order is None:
        return None
    return Sort(found, found.order, text.startswith("-"))


def _filters(
    listing: Listing, pairs: Sequence[tuple[str, str]], moment: Moment, notices: list[Notice]
) -> list[Filter]:
    found: dict[str, Filter] = {}
    for name, values in _grouped(pairs):
        try:
            made = make_filter(listing, name, values, moment=moment)
        except Malformed:
            notices.append(Notice("filter", name))
            continue
        found[made.query] = made
    if len(found) > MOST_FILTERS:
        notices.append(Notice("too_many"))
    return list(found.values())[:MOST_FILTERS]


def _grouped(
    pairs: Sequence[tuple[str, str]],
) -> Iterable[tuple[str, list[str]]]:
    """Lists of options and pairs of limits belong together; other values are filters each."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, value in pairs:
        operator = name.rpartition(".")[2] if "." in name else ""
        if operator in SEVERAL:
            found.setdefault((name, ""), []).append(value)
        elif operator:
            found[name, value] = [value]
    return [(name, values) for (name, _value), values in found.items()]


def make_filter(listing: Listing, name: str, values: Sequence[str], *, moment: Moment) -> Filter:
    """``status.in`` with its values as a filter. Raises Malformed."""
    key, _dot, word = name.rpartition(".")
    found = listing.field(key)
    operator = operator_of(found, word) if found else None
    if found is None or operator is None:
        raise Malformed
    value = parsed(found, operator, values, moment)
    kept = () if operator.shape == Shape.NOTHING else tuple(value.strip() for value in values)
    condition = operator.build(found, value, moment)
    narrow = None
    if found.aside and operator.shape != Shape.NOTHING:
        there = replace(found, source=found.aside.source)
        narrow = found.aside.narrow(operator.build(there, value, moment), condition)
    return Filter(found, operator, kept, condition, narrow)


def _cursor(single: dict[str, str], sort: Sort, notices: list[Notice]) -> Cursor | None:
    side = next((name for name in ("after", "before") if single.get(name)), "")
    if not side:
        return None
    try:
        value, pk = _unpacked(single[side])
        return Cursor(_typed(sort, value), pk, newer=side == "before")
    except (ValueError, TypeError, ArithmeticError):
        notices.append(Notice("place"))
        return None


def _unpacked(text: str) -> tuple[str | None, int]:
    value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 <= pk < 2**63:
        raise ValueError(pk)
    if value is not None and (not isinstance(value, str) or "\x00" in value):
        raise ValueError(value)
    return value, pk


def _typed(sort: Sort, text: str | None) -> Any:
    kind = sort.order.kind or sort.field.kind
    if text is None and not sort.order.nullable:
        raise ValueError(text)
    return None if text is None else _TYPES.get(kind, str)(text)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite() or abs(found) > GREATEST:
        raise ValueError(text)
    return found


_TYPES: dict[Kind, Callable[[str], Any]] = {
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: _moment,
}
