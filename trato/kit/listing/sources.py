"""Where the values of a field live, and how they are compared there."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import (
    Case,
    Exists,
    Func,
    Index,
    Model,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models import DecimalField as Numeric
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from trato.kit.database import SortKey
from trato.kit.money import as_paid

NUMBER_PATTERN = r"^-?[0-9]{1,24}(\.[0-9]{1,12})?$"


class Source(Protocol):
    def matches(self, lookup: str, value: Any) -> Q:
        """The rows whose value stands in this relation to ``value``."""

    def differs(self, lookup: str, value: Any) -> Q:
        """All the other rows, also those without a value."""

    def empty(self) -> Q:
        """The rows without a value."""

    def read(self, value: Any) -> Any:
        """The value as the database gives it, in the form in which it is shown."""


@dataclass(frozen=True, slots=True)
class Column:
    """A path of the model. ``shown`` is another path when people read something else than is
    compared (the owner's name); ``folded`` says that the column is a SortKey; ``blank`` is the
    value besides NULL that means nothing.
    """

    path: str
    shown: str = ""
    folded: bool = False
    blank: Any = None

    def matches(self, lookup: str, value: Any) -> Q:
        if self.folded:
            return Q(**{f"{self.path}__{lookup}": SortKey(Value(value))})
        name = _INSENSITIVE.get(lookup, lookup) if isinstance(value, str) else lookup
        return Q(**{f"{self.path}__{name}": value})

    def differs(self, lookup: str, value: Any) -> Q:
        return ~self.matches(lookup, value)

    def read(self, value: Any) -> Any:
        return value

    def empty(self) -> Q:
        nothing = Q(**{f"{self.path}__isnull": True})
        return nothing if self.blank is None else nothing | Q(**{self.path: self.blank})


@dataclass(frozen=True, slots=True)
class Worked(Column):
    """Money that was added up or worked out. What somebody wrote keeps all its digits."""

    currency: str = ""

    def read(self, value: Any) -> Any:
        return None if value is None else as_paid(value, self.currency)


_INSENSITIVE = {"contains": "icontains", "startswith": "istartswith", "exact": "iexact"}


@dataclass(frozen=True, slots=True)
class Related:
    """Values in another table, of which a row may have several; ``only`` are those shown.

    ``normal`` brings what people type to the form in which the values are kept. Where a value
    ``repeats``, files have all of them in one cell.
    """

    model: type[Model]
    link: str
    path: str
    only: Q = field(default_factory=Q)
    normal: Callable[[str], str] = str
    insensitive: bool = False
    repeats: bool = False

    def matches(self, lookup: str, value: Any) -> Q:
        compared = self.normal(value) if isinstance(value, str) else value
        name = _INSENSITIVE.get(lookup, lookup) if self.insensitive else lookup
        return self._has(Q(**{f"{self.path}__{name}": compared}))

    def differs(self, lookup: str, value: Any) -> Q:
        return ~self.matches(lookup, value)

    def read(self, value: Any) -> Any:
        return value

    def empty(self) -> Q:
        return ~self._has(~Q(**{self.path: ""}))

    @property
    def first(self) -> Subquery:
        """The value that is shown, beside the row."""
        rows = self.model._default_manager.filter(self.only, **{self.link: OuterRef("pk")})
        return Subquery(rows.order_by("pk").values(self.path)[:1])

    def _has(self, condition: Q) -> Q:
        rows = self.model._default_manager.filter(condition, **{self.link: OuterRef("pk")})
        return Q(Exists(rows))


@dataclass(frozen=True, slots=True)
class JsonKey:
    """A value in a JSON object. Equality uses the index of the object; the rest is worked out.

    ``kind`` is how it is kept there: text, number, date (as ISO text), flag, choice, choices.
    ``sparse`` objects are empty in most rows: indexes leave those out.
    """

    column: str
    key: str
    kind: str
    sparse: bool = False

    def index(self, name: str) -> Index:
        """Of what comparisons go by; of texts their parts."""
        condition = self._filled if self.sparse else None
        if self.kind == "text":
            parts = OpClass(self.compared, "gin_trgm_ops")
            return GinIndex(parts, name=name, condition=condition, fastupdate=False)
        return Index(self.compared, name=name, condition=condition)

    @property
    def _filled(self) -> Q:
        return ~Q(**{self.column: {}})

    @property
    def value(self) -> KeyTransform:
        return KeyTransform(self.key, self.column)

    @property
    def text(self) -> KeyTextTransform:
        return KeyTextTransform(self.key, self.column)

    @property
    def compared(self) -> Combinable:
        """What order and comparisons go by."""
        if self.kind == "number":
            return safe_number(self.value, self.text)
        if self.kind == "text":
            return SortKey(self.text)
        return ByteOrder(self.text)

    def matches(self, lookup: str, value: Any) -> Q:
        found = self._matches(lookup, value)
        return self._filled & found if self.sparse else found

    def differs(self, lookup: str, value: Any) -> Q:
        # What is missing is unknown to SQL, not other than the value.
        missing = Q(_compared(self.text, "isnull", True))
        return missing | ~self.matches(lookup, value)

    def _matches(self, lookup: str, value: Any) -> Q:
        if lookup in {"overlap", "in"}:
            return self._any_of(value)
        if lookup == "exact" and isinstance(value, bool):
            return Q(**{f"{self.column}__contains": {self.key: value}})
        if isinstance(value, date):
            value = value.isoformat()
        if self.kind == "text":
            value = SortKey(Value(value))
        return Q(_compared(self.compared, lookup, value))

    def _any_of(self, values: list[Any]) -> Q:
        found = Q(pk__in=[])
        for value in values:
            held = [value] if self.kind == "choices" else value
            found |= Q(**{f"{self.column}__contains": {self.key: held}})
        return found

    def read(self, value: Any) -> Any:
        """The typed value; what does not fit the type any more is shown as it is."""
        if self.kind == "date" and isinstance(value, str):
            with suppress(ValueError):
                return date.fromisoformat(value)
        if self.kind == "number" and isinstance(value, str | int | float):
            with suppress(InvalidOperation):
                return Decimal(str(value))
        return value

    def empty(self) -> Q:
        if self.sparse:
            return ~(self._filled & Q(**{f"{self.column}__has_key": self.key}))
        return Q(_compared(self.text, "isnull", True)) | Q(_compared(self.text, "in", ["", "[]"]))


def _compared(expression: Any, lookup: str, value: Any) -> Any:
    return expression.output_field.get_lookup(lookup)(expression, value)


class ByteOrder(Func):
    """The text in the order of its bytes, whatever the database's collation."""

    template = '(%(expressions)s) COLLATE "C"'
    output_field = TextField()
    arity = 1


class _AsNumeric(Func):
    template = "(%(expressions)s)::numeric"
    output_field = Numeric(max_digits=36, decimal_places=12)
    arity = 1


def safe_number(value: Any, text: Any) -> Case:
    """The number that is kept as a number or as a text; NULL for what is neither."""
    number = Numeric(max_digits=36, decimal_places=12)
    kind = Func(value, function="jsonb_typeof", output_field=TextField())
    return Case(
        When(_compared(kind, "exact", "number"), then=_AsNumeric(text)),
        When(_compared(text, "regex", NUMBER_PATTERN), then=_AsNumeric(text)),
        default=Value(None),
        output_field=number,
    )
