"""Which columns a file has, and how values are written in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from trato.kit.listing import Field, Kind, Listing


@dataclass(frozen=True, slots=True)
class Layout:
    """``separator`` and ``decimal`` are those that spreadsheets of the reader's language expect."""

    separator: str = ","
    decimal: str = "."
    zone: tzinfo = UTC
    yes: str = "yes"
    no: str = "no"
    is_canonical: bool = False


CANONICAL = Layout(is_canonical=True)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: the field it shows, its title, and the words for the values it is kept by."""

    key: str
    title: str
    kind: Kind
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def headings(listing: Listing, keys: Iterable[str], layout: Layout) -> list[Heading]:
    """The columns of these fields; of a canonical file those that it has, whatever is shown."""
    if layout.is_canonical:
        fields = [field for field in listing.fields if field.canonical]
        return [Heading(field.key, field.canonical, field.kind, field.unit) for field in fields]
    found = [field for key in keys if (field := listing.field(key)) is not None]
    titles: list[str] = []
    for field in found:
        titles.append(_unlike(titles, _title(field)))
    return [
        Heading(field.key, title, field.kind, field.unit, _words(field))
        for field, title in zip(found, titles, strict=True)
    ]


def _unlike(titles: list[str], title: str) -> str:
    """No two columns of a file are called the same."""
    tries = (title, *(f"{title} {number}" for number in range(2, len(titles) + 3)))
    return next(name for name in tries if name not in titles)


def _title(field: Field) -> str:
    return f"{field.label} ({field.unit})" if field.unit else str(field.label)


def _words(field: Field) -> Mapping[str, str]:
    return field.choices() if field.kind == Kind.CHOICE else {}
