"""The mapping of a file: what each of its columns becomes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from trato.imports.mapping.fields import FIELDS, KINDS, Field, Words, field_of

SKIP = ""
CUSTOM = "custom:"
EXTERNAL = "external_id:"
# So begin headings of what we say of the rows: a mended file that comes back has them, too.
OURS = "Trato: "
# What custom fields are of and their types, as customers.CustomField has them.
ABOUT = {
    "customers": "customer",
    "products": "product",
    "orders": "order",
    "interactions": "contact",
}
CUSTOM_TYPES = ("text", "number", "money", "date", "choice", "choices", "flag")


class MappingInvalid(ValueError):
    """Somebody handed in a mapping that cannot be."""


class Reason(StrEnum):
    """Why a target was proposed for a column."""

    CANONICAL = "canonical"
    PRESET = "preset"
    SYNONYM = "synonym"
    WORDS = "words"
    CONTENT = "content"
    CUSTOM_FIELD = "custom_field"
    EXTRA = "extra"
    UNKNOWN = "unknown"
    TOLD = "told"


REASONS: dict[Reason, Words] = {
    Reason.CANONICAL: _("It has the name of the field."),
    Reason.PRESET: _("So does the program that the file comes from."),
    Reason.SYNONYM: _("Its heading means this."),
    Reason.WORDS: _("Words of its heading point to this."),
    Reason.CONTENT: _("Its cells look like this."),
    Reason.CUSTOM_FIELD: _("There is a field of yours with this name."),
    Reason.EXTRA: _("It will be a field of yours."),
    Reason.UNKNOWN: _("Nothing points to a field."),
    Reason.TOLD: _("You chose it."),
}


@dataclass(frozen=True, slots=True)
class Column:
    """``target``: a field's key, ``custom:<key>``, ``external_id:<system>`` or SKIP.

    ``type`` and ``options`` are those of a custom field. ``percent``: its numbers are percentages.
    """

    header: str
    target: str = SKIP
    confidence: float = 0.0
    reason: str = Reason.UNKNOWN
    type: str = ""
    options: tuple[str, ...] = ()
    percent: bool = False

    @property
    def custom_key(self) -> str:
        return self.target.removeprefix(CUSTOM) if self.target.startswith(CUSTOM) else ""

    @property
    def why(self) -> str:
        return str(REASONS[Reason(self.reason)])


@dataclass(frozen=True, slots=True)
class Mapping:
    """``defaults`` hold for every row that says nothing else, such as ``kind: organisation``.

    ``fill_down``: rows without an order number belong to the order above.
    """

    kind: str
    columns: tuple[Column, ...]
    preset: str = ""
    canonical: bool = False
    defaults: AnyMapping[str, str] | None = None
    fill_down: bool = False

    @property
    def custom_columns(self) -> list[Column]:
        return [column for column in self.columns if column.custom_key]

    def targets(self) -> set[str]:
        return {column.target for column in self.columns if column.target}

    def missing(self) -> list[Field]:
        """Required fields that no column gives."""
        given = self.targets() | set(self.defaults or {})
        return [field for field in FIELDS[self.kind] if field.required and field.key not in given]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "preset": self.preset,
            "canonical": self.canonical,
            "defaults": dict(self.defaults or {}),
            "fill_down": self.fill_down,
            "columns": [_column_json(column) for column in self.columns],
        }

    @classmethod
    def from_json(cls, data: AnyMapping[str, Any]) -> Self:
        """Raises MappingInvalid."""
        try:
            mapping = cls(
                kind=str(data["kind"]),
                columns=tuple(_column(column) for column in data["columns"]),
                preset=str(data.get("preset", "")),
                canonical=bool(data.get("canonical", False)),
                defaults={str(key): str(value) for key, value in data.get("defaults", {}).items()},
                fill_down=bool(data.get("fill_down", False)),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise MappingInvalid(str(error)) from None
        faults = list(_faults(mapping))
        if faults:
            raise MappingInvalid("; ".join(faults))
        return mapping


def is_target(kind: str, target: str) -> bool:
    if target == SKIP or field_of(kind, target) is not None:
        return True
    starts = [CUSTOM] if kind in ABOUT else []
    starts += [EXTERNAL] if kind == "customers" else []
    return any(target.startswith(start) and len(target) > len(start) for start in starts)


def _column_json(column: Column) -> dict[str, Any]:
    whole = {**asdict(column), "options": list(column.options), "reason": str(column.reason)}
    return {key: value for key, value in whole.items() if value or key in ("header", "target")}


def _column(data: AnyMapping[str, Any]) -> Column:
    return Column(
        header=str(data["header"]),
        target=str(data.get("target", SKIP)),
        confidence=float(data.get("confidence", 0)),
        reason=Reason(data.get("reason", Reason.TOLD)),
        type=str(data.get("type", "")),
        options=tuple(map(str, data.get("options", ()))),
        percent=bool(data.get("percent", False)),
    )


def _faults(mapping: Mapping) -> Iterator[str]:
    if mapping.kind not in KINDS:
        yield f"kind: {mapping.kind}"
        return
    yield from _repeated("header", [column.header for column in mapping.columns])
    for column in mapping.columns:
        if not is_target(mapping.kind, column.target):
            yield f"target: {column.target}"
        if column.type and column.type not in CUSTOM_TYPES:
            yield f"type: {column.type}"
    for key in mapping.defaults or {}:
        if field_of(mapping.kind, key) is None:
            yield f"default: {key}"


def _repeated(what: str, names: Sequence[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} twice: {name}"
