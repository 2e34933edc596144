"""What reading a file gives: a table with headings, whose rows come one by one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from itertools import islice
from typing import Any, Self

from trato.imports.problems import CannotRead, RowProblem
from trato.kit.text import clean

MOST_COLUMNS = 500
MOST_SKIPPED = 1000


class FileKind(StrEnum):
    DELIMITED = "delimited"
    SHEET = "sheet"
    JSON = "json"
    VCARD = "vcard"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingHints:
    """What the user knows better than we can find out; None leaves it to us.

    ``header_row`` is the line of the headings as an editor counts it, 0 when there are none.
    """

    kind: FileKind | None = None
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        known = {name.name: data.get(name.name) for name in fields(cls)}
        kind = known.pop("kind")
        return cls(kind=FileKind(kind) if kind else None, **known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the file is made, as found out or told."""

    kind: FileKind
    encoding: str = ""
    separator: str = ""
    quote: str = '"'
    header_row: int = 0
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    packing: str = ""

    def hints(self) -> ReadingHints:
        """What to open the file with, to read it the same way again."""
        delimited = self.kind == FileKind.DELIMITED
        return ReadingHints(
            kind=self.kind,
            encoding=self.encoding or None,
            separator=self.separator or None,
            quote=self.quote if delimited else None,
            header_row=self.header_row if self.kind in _WITH_HEADER else None,
            sheet=self.sheet or None,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


_WITH_HEADER = (FileKind.DELIMITED, FileKind.SHEET)


@dataclass(slots=True)
class SourceRow:
    """A row with the number of its first line: its values, or what is wrong with it."""

    number: int
    raw: list[str]
    headers: tuple[str, ...]
    problem: RowProblem | None = None

    @property
    def values(self) -> dict[str, str] | None:
        if self.problem is not None:
            return None
        return dict(zip(self.headers, self.raw, strict=False))


type Reader = Callable[[list[SourceRow]], Iterator[SourceRow]]


@dataclass(slots=True)
class Table:
    """``skipped`` holds the rows that are no data (notes, totals) once ``rows`` has been read."""

    name: str
    layout: Layout
    headers: tuple[str, ...]
    read: Reader = field(repr=False)
    skipped: list[SourceRow] = field(default_factory=list, repr=False)

    def rows(self) -> Iterator[SourceRow]:
        """All rows from the start, as often as asked, without holding them."""
        self.skipped = []
        return self.read(self.skipped)

    def sample(self, count: int = 200) -> list[SourceRow]:
        return list(islice(self.rows(), count))


def skip(skipped: list[SourceRow], row: SourceRow, code: str) -> None:
    if len(skipped) < MOST_SKIPPED:
        skipped.append(SourceRow(row.number, row.raw, row.headers, RowProblem(code)))


def unique_headers(titles: list[str]) -> tuple[str, ...]:
    """Each title once: a nameless third is ``column_3``, a second ``Email`` ``Email (2)``."""
    if len(titles) > MOST_COLUMNS:
        raise CannotRead("too_many_columns", count=len(titles), limit=MOST_COLUMNS)
    seen: set[str] = set()
    for position, title in enumerate(titles, 1):
        base = clean(" ".join(title.split())).strip("\ufeff") or f"column_{position}"
        name, copies = base, 1
        while name in seen:
            copies += 1
            name = f"{base} ({copies})"
        seen.add(name)
        titles[position - 1] = name
    return tuple(titles)
