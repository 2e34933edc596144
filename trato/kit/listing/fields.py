"""What a list can show, filter and sort by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from trato.kit.listing.narrowing import Narrow
from trato.kit.listing.sources import Source


class Kind(StrEnum):
    """How a value is compared and written. A LINK is a row of another table, by its id."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"
    LINK = "link"


type Options = Iterable[tuple[Any, Any]]
type Search = Callable[[QuerySet[Any], str], QuerySet[Any] | Narrow]
type Similar = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Order:
    """What rows are sorted by: a path or expression, then ``tie``, the id beside it in its index.

    ``kind`` is that of the values in it, when not the field's own. Without an index it is tried,
    and given up when the table is too large for it.
    """

    by: Any
    kind: Kind | None = None
    tie: str = "pk"
    nullable: bool = False
    indexed: bool = True

    @property
    def expression(self) -> Any:
        return F(self.by) if isinstance(self.by, str) else self.by


@dataclass(frozen=True, slots=True)
class Aside:
    """The same values in a narrow table: ``ids`` are its rows for this field, compared by
    ``source``, ``link`` is the id of the row that has the value.
    """

    ids: QuerySet[Any]
    link: str
    source: Source

    def narrow(self, matching: Q, condition: Q) -> Narrow:
        return Narrow(self.ids.filter(matching), self.link, condition)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing known of a row. ``canonical`` is its heading in files that are imported again;
    ``short`` heads the column when the label is long; ``fixed`` columns are always shown; one
    that ``is_open`` may hold other values than its options, ``told`` says them in words; one that
    ``is_person`` may be “me”. What is not ``is_column`` can be filtered by, but not shown.
    """

    key: str
    label: Any
    kind: Kind
    source: Source
    order: Order | None = None
    options: Callable[[], Options] | None = None
    is_open: bool = False
    is_person: bool = False
    unit: str = ""
    short: Any = ""
    shown: bool = False
    fixed: bool = False
    filterable: bool = True
    optional: bool = True
    canonical: str = ""
    told: Callable[[str], str] | None = None
    is_column: bool = True
    aside: Aside | None = None

    @property
    def heading(self) -> Any:
        return self.short or self.label

    def choices(self) -> dict[str, str]:
        """What may be chosen, by the word that stands in the query string."""
        found = self.options() if self.options else ()
        return {str(value): str(label) for value, label in found}


@dataclass(frozen=True, slots=True)
class Listing:
    """A kind of list. ``sort`` is the order nobody has to ask for: a field with an index.

    ``similar`` is what is tried when a search finds nothing.
    """

    name: str
    model: type[Model]
    fields: tuple[Field, ...]
    sort: str
    search: Search | None = None
    similar: Similar | None = None
    page_size: int = 50

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    @property
    def default_columns(self) -> tuple[str, ...]:
        return tuple(field.key for field in self.fields if field.shown or field.fixed)
