"""XLSX as a stream: a sheet's rows one after the other, however large the file is.

Only the texts that cells share are held in memory. Rows as programs write them are read with one
expression; whatever else the format allows goes through an XML parser, a row at a time.
"""

import re
import zipfile
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from html import unescape
from typing import IO
from xml.etree import ElementTree

from trato.imports.problems import CannotRead
from trato.imports.reading.styles import Style, styles_of

MOST_SHARED = 256 * 1024**2
LONGEST_ROW = 8 * 1024**2
_CHUNK = 1 << 18
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, KeyError)
_BROKEN_XML = (ElementTree.ParseError, UnicodeDecodeError, ValueError, IndexError)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["'](?!utf-8["'])""", re.IGNORECASE)
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    r"(?:/>|>(?:<f[^<>]*(?:/>|>[^<]*</f>))?(?:<v>([^<]*)</v>|<v/>)?</c>)"
)
_ROW = re.compile(r'<row [^<>]*?\br="([0-9]+)"')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FOREIGN = re.compile(r' (?!xml:)[A-Za-z0-9]+:[A-Za-z]+="[^"]*"')
_THREE = re.compile(r"-?[0-9]+\.[0-9]{3}")
# A spreadsheet keeps 15 digits: what was longer ends in zeros that nobody typed.
_KEPT_DIGITS = 10**15
_DAY = 86_400_000
_FIRST, _LEAP = 1899, 60


class NotPlain(Exception):
    """A workbook of another kind, which is not read as a stream."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet and where it is in the archive."""

    name: str
    path: str
    is_seen: bool


class Workbook:
    """Raises NotPlain for what is no XLSX, CannotRead for a damaged one."""

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(stream)
            self._read_parts()
        except _BROKEN:
            raise NotPlain from None
        except _BROKEN_XML:
            raise CannotRead("workbook_damaged") from None

    def _read_parts(self) -> None:
        book, start = self._tree("xl/workbook.xml"), datetime(1899, 12, 30)  # noqa: DTZ001
        links = {
            link.get("Id", ""): (link.get("Type", "").rpartition("/")[2], link.get("Target", ""))
            for link in self._tree("xl/_rels/workbook.xml.rels")
        }
        self.sheets = [
            Part(sheet.get("name", ""), _path(target), sheet.get("state", "visible") == "visible")
            for sheet in book.iterfind(".//{*}sheet")
            for kind, target in [links.get(_link(sheet), ("", ""))]
            if kind == "worksheet"
        ]
        for settings in book.iterfind("{*}workbookPr"):
            if settings.get("date1904") in {"1", "true"}:
                start = datetime(1904, 1, 1)  # noqa: DTZ001
        self._start = start
        by_kind = {kind: _path(target) for kind, target in links.values()}
        self._shared = by_kind.get("sharedStrings", "")
        self._styles = styles_of(self._tree(by_kind["styles"])) if "styles" in by_kind else []

    def _tree(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._archive.read(path))  # noqa: S314 (expat refuses bombs)

    def rows(self, part: Part) -> Iterator[tuple[int, list[str]]]:
        """The number and the texts of each row. Raises CannotRead."""
        try:
            texts = _Texts(self._strings(), self._styles, self._start)
            with self._archive.open(part.path) as stream:
                number = 0
                for row in _row_texts(stream):
                    told, cells = texts.row(row)
                    number = told or number + 1
                    yield number, cells
        except (*_BROKEN, *_BROKEN_XML):
            raise CannotRead("workbook_damaged") from None

    def _strings(self) -> list[str]:
        if not self._shared:
            return []
        if self._archive.getinfo(self._shared).file_size > MOST_SHARED:
            raise CannotRead("workbook_too_large")
        found: list[str] = []
        with self._archive.open(self._shared) as stream:
            for _event, item in ElementTree.iterparse(stream):  # noqa: S314 (expat refuses bombs)
                if _name(item) == "si":
                    found.append(_rich(item))
                    item.clear()
        return found


def _link(sheet: ElementTree.Element) -> str:
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _rich(item: ElementTree.Element) -> str:
    """The text of all its runs, without how it is pronounced."""
    parts = [item, *(run for run in item if _name(run) == "r")]
    texts = (text.text or "" for part in parts for text in part if _name(text) == "t")
    return _unescaped("".join(texts))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _unescaped(text: str) -> str:
    """Control characters are written ``_x000D_``."""
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign >= " " or sign in "\t\n\r" else ""


def _row_texts(stream: IO[bytes]) -> Iterator[str]:
    """The XML of each row. Raises CannotRead, NotPlain."""
    decode = getincrementaldecoder("utf-8")().decode
    head, end, rest = stream.read(_CHUNK), "</row>", ""
    if _ENCODING.search(head[:200]) or b"<sheetData" not in head:
        raise NotPlain
    chunk = head
    while chunk:
        *rows, rest = (rest + decode(chunk)).split(end)
        yield from rows
        if len(rest) > LONGEST_ROW:
            raise CannotRead("workbook_damaged")
        chunk = stream.read(_CHUNK)
    if "</sheetData>" not in rest and "<sheetData/>" not in rest:
        raise CannotRead("workbook_damaged")


class _Texts:
    """Writes cells as text that can be read in one way only."""

    def __init__(self, shared: list[str], styles: list[Style], start: datetime) -> None:
        self._shared, self._styles, self._start = shared, styles, start
        self._places: dict[str, int] = {}
        self._number = lru_cache(1 << 16)(self._written)

    def row(self, xml: str) -> tuple[int, list[str]]:
        """Its number, 0 if it has none, and its cells."""
        begin = xml.rfind("<row")
        if begin < 0:
            raise ValueError(xml[:80])
        found = _CELL.findall(xml, begin)
        if len(found) != xml.count("<c", begin):
            found = list(_parsed(xml[begin:]))
        return _number(xml, begin), self._cells(found)

    def _cells(self, found: list[tuple[str, str, str, str]]) -> list[str]:
        cells: list[str] = []
        places, shared = self._places, self._shared
        for column, style, kind, value in found:
            place = places.get(column)
            if place is None:
                place = places[column] = _place(column) if column else len(cells)
            if place > len(cells):
                cells.extend([""] * (place - len(cells)))
            if kind == "s":
                cells.append(shared[int(value)])
            elif kind in {"", "n"}:
                cells.append(self._number(value, style) if value else "")
            else:
                cells.append(_word(kind, value))
        return cells

    def _written(self, value: str, style: str) -> str:
        what = self._styles[int(style)] if style else Style.NUMBER
        number = float(value)
        if what == Style.NUMBER:
            return digits(number)
        if what == Style.DURATION:
            return str(timedelta(milliseconds=round(number * _DAY)))
        return _moment(self._start, number)


def _number(xml: str, begin: int) -> int:
    first = begin + len('<row r="')
    if xml.startswith('<row r="', begin):
        return int(xml[first : xml.index('"', first)])
    told = _ROW.match(xml, begin)
    return int(told[1]) if told else 0


def _place(column: str) -> int:
    """A is 0, Z 25, AA 26."""
    place = 0
    for letter in column:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _moment(start: datetime, days: float) -> str:
    """A day, with its hour if it has one; an hour alone is of no day."""
    since = timedelta(milliseconds=round(days * _DAY))
    if timedelta(0) <= since < timedelta(days=1):
        return (start + since).time().isoformat()
    # The format takes 1900 for a leap year: its days before that February's end are one short.
    at = start + since + timedelta(days=start.year == _FIRST and since.days < _LEAP)
    return at.isoformat(" ") if at.time() != time() else at.date().isoformat()


def _word(kind: str, value: str) -> str:
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind == "e":
        return ""
    if kind == "d":
        return value.replace("T", " ").removesuffix(" 00:00:00")
    return _unescaped(unescape(value))


def _parsed(row: str) -> Iterator[tuple[str, str, str, str]]:
    """The cells of a row that is not written as usual: column, style, kind, value."""
    inner = _FOREIGN.sub("", row[row.index(">") + 1 :])
    for cell in ElementTree.fromstring(f"<row>{inner}</row>"):  # noqa: S314 (expat refuses bombs)
        if cell.tag == "c":
            kind = cell.get("t", "")
            value = cell.findtext("v") or ""
            for inline in cell.iterfind("is"):
                kind, value = "text", _rich(inline)
            column = cell.get("r", "").rstrip("0123456789")
            yield column, cell.get("s", ""), kind, value if kind == "text" else value.strip()


def digits(number: float) -> str:
    """All digits; in ``1.2340`` the zero keeps the point from being taken for a thousands sign."""
    if number == int(number):
        whole = int(number)
        return str(whole) if abs(whole) < _KEPT_DIGITS else f"{number:.2E}"
    text = f"{number:.15g}"
    if "e" in text:
        text = f"{number:.20f}".rstrip("0")
    return f"{text}0" if _THREE.fullmatch(text) else text
