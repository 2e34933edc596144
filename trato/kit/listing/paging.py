"""Finding the rows of a page beside a row known by its sort value and id.

Rows without a sort value come last in both directions. They are asked for apart, so that each
question follows one index: ``(value, id)`` from a point on, and ``value IS NULL`` by id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value

from trato.kit.listing.bounds import TooSlow, within
from trato.kit.listing.narrowing import Narrow, narrowed
from trato.kit.listing.state import Cursor, Notice, Sort, State, default_sort
from trato.kit.listing.values import Row, rows_of

COUNT_MOST = 10_000
COUNT_TIME = 3_000
PAGE_TIME = 5_000
UNINDEXED_TIME = 1_500

type Place = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are; with ``or_more`` nobody has counted them to the end."""

    number: int
    or_more: bool = False

    @property
    def may_be_told(self) -> bool:
        """Whether `count` would know more."""
        return self.or_more and self.number < COUNT_MOST


@dataclass(frozen=True, slots=True)
class Page:
    """The rows, the query strings of the pages beside it, and what could not be obeyed."""

    rows: list[Row]
    count: Count
    sort: Sort
    newer: str = ""
    older: str = ""
    notices: tuple[Notice, ...] = ()


class _Beyond(Func):
    """``(a, id) > (value, id)``: one comparison of pairs, which an index on both can answer."""

    template = "%(expressions)s"
    output_field = BooleanField()
    arity = 2

    def __init__(self, own: Any, given: Any, sign: str) -> None:
        super().__init__(own, given, arg_joiner=f" {sign} ")


class _Pair(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()
    arity = 2


def matching(state: State, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of ``rows`` that the search and the filters leave, in no order."""
    return _every(state, rows, _searched(state, rows))


def _every(state: State, rows: QuerySet[Any], found: QuerySet[Any] | Narrow) -> QuerySet[Any]:
    rows = rows.filter(found.condition) if isinstance(found, Narrow) else found
    for one in state.filters:
        rows = rows.filter(one.condition)
    return rows.order_by()


def _searched(state: State, rows: QuerySet[Any]) -> QuerySet[Any] | Narrow:
    search = state.listing.search
    return search(rows, state.search) if state.search and search else rows


def _nearest(state: State, rows: QuerySet[Any], found: QuerySet[Any] | Narrow) -> QuerySet[Any]:
    """Those that match, in such a way that the index of the order soon finds a page of them."""
    narrows = [one.narrow for one in state.filters if one.narrow]
    if isinstance(found, Narrow):
        narrows.append(found)
    else:
        rows = found
    for one in state.filters:
        rows = rows if one.narrow else rows.filter(one.condition)
    if narrows:
        rows = narrowed(rows, reduce(and_, narrows), state.sort.order.tie)
    return rows.order_by()


def in_order(state: State, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those that match, all of them, in the order that was asked for."""
    found, sort = _keyed(matching(state, rows), state.sort), state.sort
    by = F("_key").desc(nulls_last=True) if sort.descending else F("_key").asc(nulls_last=True)
    return found.order_by(by, "-_tie" if sort.descending else "_tie")


def find(state: State, rows: QuerySet[Any], columns: tuple[str, ...]) -> Page:
    """A page of the rows that match. ``rows`` are those that the user may see."""
    found = _searched(state, rows)
    if not isinstance(found, Narrow) and found.query.is_empty():
        return _similar(state, rows, columns)
    is_indexed = state.sort.order.indexed
    try:
        with within(PAGE_TIME if is_indexed else UNINDEXED_TIME):
            some = _nearest(state, rows, found) if is_indexed else _every(state, rows, found)
            page = _page(state, some, columns)
            # To count them all takes nothing; those that filters leave are counted by `count`.
            if page.count.or_more and not state.is_narrowed:
                page = replace(page, count=_count(some))
    except TooSlow:
        return _too_slow(state, rows, columns)
    return page if page.rows else _similar(state, rows, columns)


def _too_slow(state: State, rows: QuerySet[Any], columns: tuple[str, ...]) -> Page:
    if not state.sort.order.indexed:
        return find(_in_default_order(state), rows, columns)
    notices = (*state.notices, Notice("too_slow"))
    return Page([], Count(0, or_more=True), state.sort, notices=notices)


def _similar(state: State, rows: QuerySet[Any], columns: tuple[str, ...]) -> Page:
    """Nothing has these words: rows that have almost the same, all on one page."""
    words, plain = state.search, replace(state, search="", cursor=None)
    near = rows.none()
    if words and state.listing.similar:
        near = state.listing.similar(matching(plain, rows), words)
    pks = list(in_order(plain, near).values_list("pk", flat=True)[: state.listing.page_size])
    return Page(
        rows=rows_of(state.listing, pks, columns) if pks else [],
        count=Count(len(pks)),
        sort=state.sort,
        notices=(*state.notices, Notice("similar", words)) if pks else state.notices,
    )


def _in_default_order(state: State) -> State:
    notices = (*state.notices, Notice("sort_too_slow", state.sort.field.key))
    sort = default_sort(state.listing)
    return replace(state, sort=sort, is_sorted=False, cursor=None, notices=notices)


def _page(state: State, found: QuerySet[Any], columns: tuple[str, ...]) -> Page:
    size, cursor = state.listing.page_size, state.cursor
    places = list(_places(found, state.sort, cursor, size + 1))
    is_newer = cursor is not None and cursor.newer
    is_more = len(places) > size
    if cursor is not None and not (is_more if is_newer else places):
        # The place is gone, or so near the start that the first page is what is meant.
        return _page(replace(state, cursor=None), found, columns)
    places = places[:size][::-1] if is_newer else places[:size]
    first, last = [Cursor(*places[0], newer=True), Cursor(*places[-1])] if places else [None, None]
    has_newer = is_more if is_newer else cursor is not None
    return Page(
        rows=rows_of(state.listing, [pk for _value, pk in places], columns),
        count=Count(len(places), or_more=has_newer or is_newer or is_more),
        sort=state.sort,
        newer=state.at(first) if first and has_newer else "",
        older=state.at(last) if last and (is_newer or is_more) else "",
        notices=state.notices,
    )


def count(state: State, rows: QuerySet[Any]) -> Count | None:
    """How many match, up to a bound; None where that takes too long."""
    try:
        with within(COUNT_TIME):
            return _count(matching(state, rows))
    except TooSlow:
        return None


def _count(found: QuerySet[Any]) -> Count:
    number = found.values("pk")[: COUNT_MOST + 1].count()
    return Count(min(number, COUNT_MOST), or_more=number > COUNT_MOST)


def _places(found: QuerySet[Any], sort: Sort, cursor: Cursor | None, limit: int) -> Iterator[Place]:
    """Up to ``limit`` places beyond the cursor, nearest first."""
    is_newer = cursor is not None and cursor.newer
    parts = [False, True] if sort.order.nullable else [False]
    for is_null in reversed(parts) if is_newer else parts:
        if cursor is not None and (cursor.value is None) != is_null:
            if is_null == is_newer:
                continue
            start = None
        else:
            start = cursor
        part = list(_part(found, sort, start, is_null, sort.descending != is_newer)[:limit])
        yield from part
        limit -= len(part)
        if limit <= 0:
            return


def _part(
    found: QuerySet[Any], sort: Sort, start: Cursor | None, is_null: bool, downwards: bool
) -> QuerySet[Any, Place]:
    """The rows with a value, or those without, from a place on."""
    rows = _keyed(found, sort)
    if sort.order.nullable:
        rows = rows.filter(_key__isnull=is_null)
    if start is not None and is_null:
        rows = rows.filter(**{"_tie__lt" if downwards else "_tie__gt": start.pk})
    elif start is not None:
        place = _Pair(Value(start.value), Value(start.pk))
        rows = rows.filter(_Beyond(_Pair(F("_key"), F("_tie")), place, "<" if downwards else ">"))
    direction = "-" if downwards else ""
    return rows.order_by(f"{direction}_key", f"{direction}_tie").values_list("_key", "_tie")


def _keyed(rows: QuerySet[Any], sort: Sort) -> QuerySet[Any]:
    joined = sort.order.tie.rpartition("__")[0]
    if joined:
        rows = rows.filter(**{f"{joined}__isnull": False})
    keyed: QuerySet[Any] = rows.annotate(_key=sort.order.expression, _tie=F(sort.order.tie))
    return keyed
