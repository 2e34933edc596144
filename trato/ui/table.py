"""What a table is: its columns, its order, and the addresses that change them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

RIGHT = frozenset({"number", "money", "percent"})
# Where one stands in a list means nothing once its order or its columns change.
CURSORS = frozenset({"after", "before", "page"})


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` decides how ``{% cell %}`` writes a value, an ``exact`` one with every digit; a
    ``fixed`` column is always shown.
    """

    key: str
    label: str
    kind: str = "text"
    unit: str = ""
    sortable: bool = False
    shown: bool = True
    fixed: bool = False
    exact: bool = False

    @property
    def is_right(self) -> bool:
        return self.kind in RIGHT


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the head of the table shows it."""

    column: Column
    sort_url: str
    direction: str


@dataclass(frozen=True, slots=True)
class Table:
    """``sort`` is a column's key, ``-`` before it means descending; ``params`` is request.GET."""

    name: str
    columns: tuple[Column, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    selectable: bool = False
    compact: bool = False
    has_actions: bool = False

    @property
    def shown(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.shown or column.fixed)

    @property
    def form_id(self) -> str:
        """The form of the bar that appears when rows are picked."""
        return f"{self.name}-bulk"

    @property
    def headings(self) -> list[Heading]:
        return [
            Heading(column, self._sort_url(column), self._direction(column))
            for column in self.shown
        ]

    @property
    def sortable(self) -> list[Heading]:
        return [heading for heading in self.headings if heading.sort_url]

    @property
    def query(self) -> str:
        """The filters in force, so that an action on «everything» means the same rows."""
        return self._query({})

    def _query(self, change: dict[str, str]) -> str:
        lists = getattr(self.params, "lists", None)
        pairs = list(lists()) if lists else [(key, [value]) for key, value in self.params.items()]
        kept = [(key, value) for key, value in pairs if key not in CURSORS | change.keys()]
        return urlencode([*kept, *change.items()], doseq=True)

    def _sort_url(self, column: Column) -> str:
        if not column.sortable:
            return ""
        return "?" + self._query({"sort": self._next(column)})

    def _next(self, column: Column) -> str:
        """Numbers and dates are first wanted from the top, words from A."""
        first = f"-{column.key}" if column.kind not in {"text", "tags"} else column.key
        other = column.key if first.startswith("-") else f"-{column.key}"
        return other if self.sort == first else first

    def _direction(self, column: Column) -> str:
        known = {column.key: "ascending", f"-{column.key}": "descending"}
        return known.get(self.sort, "")
