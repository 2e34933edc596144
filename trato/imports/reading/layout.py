"""Where the table is in a file: its separator, its headings, the lines before them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trato.imports.problems import CannotRead
from trato.imports.reading.records import Records, split
from trato.kit import dates
from trato.kit.text import Unreadable, clean, is_blank

SEPARATORS = ("\t", ";", "|", ",")
_LOOKED_AT = 2000
_PREAMBLE = 60
_SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)
_DATA = re.compile(
    r"[-+(]?[$€£]?\s?[0-9][0-9., ]*\s?[€%)]?|[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+"
    r"|\+?[0-9][0-9 ()./-]{6,}"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A record of the sample with its first and its last line."""

    number: int
    last: int
    cells: list[str]

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if clean(cell))


@dataclass(frozen=True, slots=True)
class Shape:
    """``first_line``: how many lines come before the data; ``header_row`` is 0 without headings."""

    titles: list[str]
    header_row: int
    first_line: int
    shortest: int


@dataclass(frozen=True, slots=True)
class Delimiting:
    separator: str
    quote: str
    shape: Shape


def find_delimiting(
    lines: Sequence[str],
    *,
    separator: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
    tabs_likely: bool = False,
) -> Delimiting:
    """How the sample of a delimited text is made; what is told is not questioned."""
    told = _SEPARATOR_LINE.match(lines[0]) if lines else None
    start = 1 if told else 0
    mark = quote or '"'
    chosen = separator or (told[1] if told else None)
    chosen = chosen or _best_separator(lines[start:], mark, tabs_likely)
    records = sampled(lines[start:], chosen, mark, start)
    if not separator and records and _usual_width(records) == 1:
        chosen, records = _all_wrapped(records) or (chosen, records)
    return Delimiting(chosen, mark, find_shape(records, header_row, chosen))


def sampled(lines: Sequence[str], separator: str, quote: str, before: int = 0) -> list[Sampled]:
    records = Records(iter(lines), separator, quote, number=before)
    return [
        Sampled(number, records.number, cells)
        for number, cells, _problem in records
        if any(map(clean, cells))
    ]


def find_shape(
    records: Sequence[Sampled], header_row: int | None = None, separator: str = ""
) -> Shape:
    if not records:
        raise CannotRead("file_without_rows")
    usual = _usual_width(records)
    index = _told(records, header_row) if header_row else _header_index(records, usual)
    head = records[index]
    if header_row == 0 or (header_row is None and not _is_header(head.cells)):
        return Shape([""] * usual, 0, head.number - 1, usual)
    cells = _unwrapped(head.cells, usual, separator)
    data = records[index + 1 :]
    width = _width(cells, data)
    titles = cells[:width] + [""] * (width - len(cells))
    return Shape(titles, head.number, head.last, _shortest(data, width))


def _best_separator(lines: Sequence[str], quote: str, tabs_likely: bool) -> str:
    scores = {
        sign: _evenness([len(record.cells) for record in sampled(lines, sign, quote)])
        for sign in SEPARATORS
        if any(sign in line for line in lines)
    }
    if tabs_likely and scores.get("\t"):
        return "\t"
    best = max(scores, key=lambda sign: scores[sign], default=",")
    return best if scores.get(best) else ","


def _all_wrapped(records: list[Sampled]) -> tuple[str, list[Sampled]] | None:
    """A spreadsheet has quoted every row as one cell: the separator and the cells within."""
    for sign in SEPARATORS:
        inner = [split(record.cells[0], sign) or record.cells for record in records]
        widths = {len(cells) for cells in inner}
        if len(widths) == 1 and widths.pop() > 1:
            whole = zip(records, inner, strict=True)
            return sign, [Sampled(one.number, one.last, cells) for one, cells in whole]
    return None


def _evenness(widths: list[int]) -> float:
    """How much a separator looks like one: many rows of the same number of cells, and many."""
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, rows = max(several.items(), key=lambda item: (item[1], item[0]))
    return rows / len(widths) * (1 - 1 / width)


def _usual_width(records: Sequence[Sampled]) -> int:
    widths = Counter(len(record.cells) for record in records[:_LOOKED_AT])
    several = Counter({width: count for width, count in widths.items() if width > 1})
    # Lines of one cell are notes around the table, unless the table has one column.
    chosen = several if several and several.total() * 3 >= widths.total() else widths
    return max(chosen.items(), key=lambda item: (item[1], item[0]))[0]


def _header_index(records: Sequence[Sampled], usual: int) -> int:
    """The first row that is about as wide and as full as the table."""
    head = records[:_PREAMBLE]
    plain = next((place for place, one in enumerate(head) if _is_full(one, usual)), None)
    wrapped = next(
        (place for place, one in enumerate(head[:plain]) if _is_wrapped(one, usual)), None
    )
    if wrapped is not None and (plain is None or not _is_header(head[plain].cells)):
        return wrapped
    return plain or 0


def _is_full(record: Sampled, usual: int) -> bool:
    return len(record.cells) >= usual - 1 and record.filled >= max(1, (usual + 1) // 2)


def _is_wrapped(record: Sampled, usual: int) -> bool:
    return len(record.cells) == 1 and _wraps_row(record.cells[0], usual)


def _wraps_row(cell: str, usual: int) -> bool:
    return any(len(split(cell, sign) or []) == usual > 1 for sign in SEPARATORS)


def _told(records: Sequence[Sampled], header_row: int) -> int:
    for index, record in enumerate(records):
        if record.number <= header_row <= record.last:
            return index
    raise CannotRead("header_missing", row=header_row)


def _is_header(cells: Sequence[str]) -> bool:
    """Titles are words, all different: not amounts, dates, addresses or numbers."""
    filled = [clean(cell) for cell in cells if not is_blank(cell)]
    if not filled or len(set(map(str.casefold, filled))) * 2 < len(filled):
        return False
    years = sum(1 for cell in filled if _YEAR.fullmatch(cell))
    return not any(map(_is_data, filled)) or (0 < years < len(filled) and _words(filled))


def _words(cells: Sequence[str]) -> bool:
    return not any(_is_data(cell) for cell in cells if not _YEAR.fullmatch(cell))


def _is_data(cell: str) -> bool:
    if _DATA.fullmatch(cell):
        return True
    if not any(map(str.isdigit, cell)) or len(cell) > 40:
        return False
    try:
        dates.parse_datetime(cell)
    except Unreadable as error:
        return error.code != "not_a_date"
    return True


def _unwrapped(cells: list[str], usual: int, separator: str) -> list[str]:
    """Headings that a spreadsheet has quoted as one cell."""
    if len(cells) == 1 and usual > 1:
        inner = split(cells[0], separator) or []
        return inner if len(inner) == usual else cells
    return cells


def _width(titles: Sequence[str], data: Sequence[Sampled]) -> int:
    """Up to the last title, or the last column that a tenth of the rows write in."""
    titled = max((place for place, title in enumerate(titles, 1) if clean(title)), default=1)
    written = Counter(place for record in data[:_LOOKED_AT] for place in _written(record, titled))
    often = max(2, len(data[:_LOOKED_AT]) // 10)
    return max([titled, *(place for place, rows in written.items() if rows >= often)])


def _shortest(data: Sequence[Sampled], width: int) -> int:
    """Fewer cells than titles are no damage where most rows leave out the empty ones at the end."""
    short = [len(record.cells) for record in data[:_LOOKED_AT] if 1 < len(record.cells) < width]
    return min(short) if len(short) * 2 > len(data[:_LOOKED_AT]) else width


def _written(record: Sampled, beyond: int) -> Iterator[int]:
    cells = record.cells
    return (place for place in range(beyond + 1, len(cells) + 1) if clean(cells[place - 1]))
