"""CSV that opens in a spreadsheet without becoming a program.

A text that begins like a formula gets an apostrophe before it, as OWASP advises. A telephone
number (+34600123456) and a plain number (-3,5) begin so too, but can do no harm: they stay as
they are, or they could not be dialled and added up.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from trato.kit.exporting.layout import Heading, Layout
from trato.kit.listing import Kind, Row

# The wide signs of Asian keyboards are the same to a spreadsheet of there.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_HARMLESS = re.compile(r"[+-][0-9][0-9 ]*([.,][0-9]+)?")
# So people make a spreadsheet keep all digits of a number.
MARKED = re.compile(r"'+[0-9]+")
_SEVERAL = re.compile(r':::|[;,|"\n\r]')
_BOM = "\ufeff"


def guarded(text: str) -> str:
    """The text, unable to be a formula; also when spaces stand before the sign.

    What looks guarded by itself gets another mark, so that none of its own is taken off.
    """
    bare = text.lstrip("'")
    begins_so = bare.startswith(_DANGEROUS) or bare.lstrip().startswith(_DANGEROUS)
    is_danger = begins_so and not _HARMLESS.fullmatch(bare)
    return f"'{text}" if is_danger or MARKED.fullmatch(text) else text


def looks_guarded(text: str) -> bool:
    """Whether who reads a file would take a mark off, though nobody has put one on."""
    return unguarded(text) != text or bool(MARKED.fullmatch(text))


def unguarded(text: str) -> str:
    """The text that was guarded."""
    bare = text.removeprefix("'")
    return bare if guarded(bare) == text else text


def together(values: Iterable[Any], layout: Layout) -> str:
    """Several values in one cell; what programs would take for several is put in quotes."""
    parts = [str(value) for value in values]
    return ", ".join(map(_quoted, parts) if layout.is_canonical else parts)


def _quoted(part: str) -> str:
    return '"{}"'.format(part.replace('"', '""')) if _SEVERAL.search(part) else part


def csv_parts(
    columns: list[Heading], batches: Iterable[list[Row]], layout: Layout
) -> Iterator[bytes]:
    """The file in parts, as the rows come."""
    writers = [(column.key, _writer(column, layout)) for column in columns]
    # Spreadsheets need the mark to read accents; programs that read canonical files do not.
    start = "" if layout.is_canonical else _BOM
    yield (start + _lines([[guarded(column.title) for column in columns]], layout)).encode()
    for batch in batches:
        cells = [[write(row.get(key)) for key, write in writers] for row in batch]
        yield _lines(cells, layout).encode()


def _lines(cells: Iterable[list[str]], layout: Layout) -> str:
    held = io.StringIO()
    end = "\n" if layout.is_canonical else "\r\n"
    csv.writer(held, delimiter=layout.separator, lineterminator=end).writerows(cells)
    return held.getvalue()


def _writer(column: Heading, layout: Layout) -> Callable[[Any], str]:
    words = column.words
    by_type: dict[type, Callable[[Any], str]] = {
        bool: lambda value: layout.yes if value else layout.no,
        Decimal: lambda value: number(value, column.kind).replace(".", layout.decimal),
        int: str,
        float: lambda value: number(plain(value), column.kind).replace(".", layout.decimal),
        datetime: lambda value: moment(value, layout),
        date: date.isoformat,
        list: lambda value: guarded(together(value, layout)),
    }

    def write(value: Any) -> str:
        if value is None:
            return ""
        if words and str(value) in words:
            return guarded(words[str(value)])
        known = by_type.get(type(value))
        return known(value) if known else guarded(str(value))

    return write


def plain(value: float) -> Decimal:
    """Its digits as people know them; without an exponent once they are written."""
    return Decimal(str(value))


def number(value: Decimal, kind: Kind) -> str:
    """Without zeros that say nothing; money keeps its cents."""
    if kind == Kind.MONEY and value == round(value, 2):
        return f"{value:.2f}"
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def moment(value: datetime, layout: Layout) -> str:
    local = value.astimezone(layout.zone)
    return local.isoformat() if layout.is_canonical else f"{local:%Y-%m-%d %H:%M}"
