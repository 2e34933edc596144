"""vCard 2.1, 3.0 and 4.0: one person or organisation a card."""

import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vobject.base import ParseError, parseLine

from trato.imports.problems import RowProblem
from trato.imports.reading.encoding import damage, find_encoding, lines_of, shown
from trato.imports.reading.sources import Source
from trato.imports.reading.table import FileKind, Layout, ReadingHints, SourceRow, Table

HEADERS = (
    "uid",
    "kind",
    "name",
    "given_name",
    "middle_name",
    "family_name",
    "organisation",
    "job_title",
    "email",
    "phone",
    "birth_date",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "language",
    "tags",
    "notes",
    "website",
    "other_addresses",
)
_SOFT_BREAK = re.compile(
    r"^[^:]*ENCODING=QUOTED-PRINTABLE[^:]*:.*=\s*$|^[^:]*;QUOTED-PRINTABLE[^:]*:.*=\s*$",
    re.I | re.S,
)
_PARTS = re.compile(r"(?<!\\);")
_ESCAPED = re.compile(r"\\([nN,;:\\])")
_COMMAS = re.compile(r"(?<!\\),")
_SEVERAL = "\n"
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    params: dict[str, str]
    value: str


def open_vcards(source: Source, name: str, hints: ReadingHints) -> Table:
    encoding = find_encoding(source, hints.encoding)
    layout = Layout(kind=FileKind.VCARD, encoding=encoding.name, packing=source.packing)

    def read(_skipped: list[SourceRow]) -> Iterator[SourceRow]:
        number = 0
        for number, lines, closed in _cards(lines_of(source, encoding)):
            yield _row(number, lines, closed)
        if source.truncated:
            yield SourceRow(number + 1, [], HEADERS, RowProblem("file_truncated"))

    return Table(name, layout, HEADERS, read)


def _cards(lines: Iterator[str]) -> Iterator[tuple[int, list[str], bool]]:
    """The lines of each card, with the number of its first and whether it has an end."""
    first = 0
    card: list[str] = []
    for number, line in enumerate(lines, 1):
        mark = line.strip().upper()
        if mark == "BEGIN:VCARD":
            if card:
                yield first, card, False
            first, card = number, [line]
        elif card:
            card.append(line)
            if mark == "END:VCARD" or len(card) > _MOST_LINES:
                yield first, card, mark == "END:VCARD"
                card = []
    if card:
        yield first, card, False


def _row(number: int, lines: list[str], closed: bool) -> SourceRow:
    text = "".join(lines)
    code = damage(text) or ("" if closed else "card_unclosed")
    if not code:
        try:
            return SourceRow(number, _cells(_properties(lines[1:-1])), HEADERS)
        except (ParseError, ValueError, LookupError):
            code = "card_invalid"
    return SourceRow(number, [shown(text)], HEADERS, RowProblem(code))


def _properties(lines: Sequence[str]) -> list[_Property]:
    return [_property(line) for line in _unfolded(lines) if line.strip()]


def _unfolded(lines: Sequence[str]) -> list[str]:
    """Logical lines: folded ones joined, and soft breaks of quoted-printable kept for decoding.

    Real exports put a literal line after a soft break, indented or not; it belongs to the value.
    """
    whole: list[str] = []
    for line in lines:
        bare = line.rstrip("\r\n")
        if whole and _SOFT_BREAK.match(whole[-1]):
            whole[-1] = whole[-1].rstrip()[:-1] + bare
        elif whole and line[:1] in " \t":
            whole[-1] += bare[1:]
        else:
            whole.append(bare)
    return whole


def _property(line: str) -> _Property:
    name, raw_params, value, _group = parseLine(line)
    params: dict[str, str] = {}
    for first, *rest in raw_params:
        key, told = (first.upper(), ",".join(rest)) if rest else _bare(first)
        params[key] = ",".join(filter(None, [params.get(key, ""), told]))
    if params.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = _printed(value, params.get("CHARSET", "utf-8"))
    return _Property(name.upper(), params, value)


def _bare(word: str) -> tuple[str, str]:
    """vCard 2.1 writes ``TEL;CELL;QUOTED-PRINTABLE`` without the names of the parameters."""
    return ("ENCODING", word) if word.upper() == "QUOTED-PRINTABLE" else ("TYPE", word)


def _printed(value: str, charset: str) -> str:
    # The decoder works on bytes; letters that were not encoded pass through it unharmed.
    data = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _cells(properties: list[_Property]) -> list[str]:
    by_name: dict[str, list[_Property]] = {}
    for found in properties:
        by_name.setdefault(found.name, []).append(found)
    cells = {
        "uid": _first(by_name, "UID"),
        "kind": _kind(by_name),
        "name": _first(by_name, "FN"),
        "job_title": _first(by_name, "TITLE") or _first(by_name, "ROLE"),
        "organisation": _organisation(by_name),
        "email": _several(by_name.get("EMAIL", []), "mailto:"),
        "phone": _several(by_name.get("TEL", []), "tel:"),
        "birth_date": _birthday(_first(by_name, "BDAY")),
        "language": _first(by_name, "LANG"),
        "tags": _tags(by_name.get("CATEGORIES", [])),
        "notes": _SEVERAL.join(_text(found.value) for found in by_name.get("NOTE", [])),
        "website": _first(by_name, "URL"),
    }
    cells |= _name(by_name) | _addresses(by_name.get("ADR", []))
    return [cells.get(header, "") for header in HEADERS]


def _text(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _first(by_name: dict[str, list[_Property]], name: str) -> str:
    return _text(by_name[name][0].value) if name in by_name else ""


def _kind(by_name: dict[str, list[_Property]]) -> str:
    told = _first(by_name, "KIND") or _first(by_name, "X-ABSHOWAS")
    return "organisation" if told.lower() in {"org", "company", "organization"} else ""


def _birthday(text: str) -> str:
    """Apple writes the year 1604 when it does not know it."""
    return f"-{text[4:]}" if text.startswith("1604-") else text


def _name(by_name: dict[str, list[_Property]]) -> dict[str, str]:
    parts = [_text(part) for part in _PARTS.split(by_name["N"][0].value)] if "N" in by_name else []
    family, given, middle = (parts + [""] * 3)[:3]
    return {"family_name": family, "given_name": given, "middle_name": middle}


def _organisation(by_name: dict[str, list[_Property]]) -> str:
    found = by_name.get("ORG")
    return _text(_PARTS.split(found[0].value)[0]) if found else ""


def _several(found: Sequence[_Property], scheme: str) -> str:
    """All values, the preferred first."""
    ordered = sorted(found, key=lambda one: not _preferred(one))
    values = [_text(one.value) for one in ordered]
    return _SEVERAL.join(
        value[len(scheme) :].split(";")[0] if value.lower().startswith(scheme) else value
        for value in values
    )


def _preferred(found: _Property) -> bool:
    return found.params.get("PREF") == "1" or "PREF" in found.params.get("TYPE", "").upper()


def _tags(found: Sequence[_Property]) -> str:
    words = [_text(word) for one in found for word in _COMMAS.split(one.value)]
    return _SEVERAL.join(filter(None, words))


def _addresses(found: Sequence[_Property]) -> dict[str, str]:
    ordered = sorted(found, key=lambda one: not _preferred(one))
    if not ordered:
        return {}
    box, extended, street, city, region, code, country = _address(ordered[0])
    others = [", ".join(filter(None, _address(one))) for one in ordered[1:]]
    return {
        "street": ", ".join(filter(None, [street, extended, box])),
        "city": city,
        "region": region,
        "postal_code": code,
        "country": country,
        "other_addresses": _SEVERAL.join(filter(None, others)),
    }


def _address(found: _Property) -> list[str]:
    parts = [_text(part) for part in _PARTS.split(found.value)]
    return (parts + [""] * 7)[:7]
