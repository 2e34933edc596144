"""JSON lines, or one JSON array: objects one after the other, however they are laid out."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from trato.imports.problems import CannotRead, RowProblem
from trato.imports.reading.encoding import Encoding, damage, find_encoding, shown, text_of
from trato.imports.reading.sources import Source
from trato.imports.reading.table import (
    FileKind,
    Layout,
    ReadingHints,
    SourceRow,
    Table,
    unique_headers,
)

_CHUNK = 1 << 18
_LONGEST = 4 << 20
_LOOKED_AT = 100_000
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
_NEXT = re.compile(r"\n[ \t\[,]*(?=\{)|(?<=\})\s*,\s*(?=\{)")
_DEEPEST = 3


def _decimal(digits: str) -> str:
    """Digits as written; three decimals get a zero, so that nobody takes them for thousands."""
    return f"{digits}0" if re.fullmatch(r"-?[0-9]+\.[0-9]{3}", digits) else digits


_DECODER = json.JSONDecoder(parse_int=str, parse_float=_decimal, parse_constant=lambda _word: None)


def open_json(source: Source, name: str, hints: ReadingHints) -> Table:
    encoding = find_encoding(source, hints.encoding)
    keys = _all_keys(source, encoding)
    headers = unique_headers(list(map(shown, keys)))
    layout = Layout(kind=FileKind.JSON, encoding=encoding.name, packing=source.packing)

    def read(_skipped: list[SourceRow]) -> Iterator[SourceRow]:
        number = 0
        for found in _objects(source, encoding):
            number = max(number + 1, found.line)
            yield _row(number, found, keys, headers)
        if source.truncated:
            yield SourceRow(number + 1, [], headers, RowProblem("file_truncated"))

    return Table(name, layout, headers, read)


@dataclass(frozen=True, slots=True)
class _Found:
    """An object, or the text where one should be."""

    line: int
    text: str = ""
    value: Mapping[str, object] = field(default_factory=dict)


def _all_keys(source: Source, encoding: Encoding) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for found in islice(_objects(source, encoding), _LOOKED_AT):
        if not found.text:
            keys |= dict.fromkeys(flat(found.value))
    if not keys:
        raise CannotRead("file_without_rows")
    return tuple(keys)


def _row(number: int, found: _Found, keys: tuple[str, ...], headers: tuple[str, ...]) -> SourceRow:
    """``number`` is the line, or counts on where several objects stand in one."""
    if found.text:
        code = damage(found.text) or "json_invalid"
        return SourceRow(number, [shown(found.text)], headers, RowProblem(code))
    cells = flat(found.value)
    raw = [cells.pop(key, "") for key in keys]
    if any(cells.values()):
        unknown = ", ".join(key for key, cell in cells.items() if cell)
        text = [shown(json.dumps(found.value, ensure_ascii=False, default=str))]
        problem = RowProblem("keys_unknown", params={"keys": shown(unknown[:200])})
        return SourceRow(number, text, headers, problem)
    harm = next(filter(None, map(damage, raw)), "")
    if harm:
        return SourceRow(number, list(map(shown, raw)), headers, RowProblem(harm))
    return SourceRow(number, raw, headers)


def flat(value: Mapping[str, object], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """``{"address": {"city": "Vigo"}}`` has the cell ``address.city``."""
    cells: dict[str, str] = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping) and depth < _DEEPEST:
            cells |= flat(inner, f"{prefix}{key}.", depth + 1)
        else:
            cells[f"{prefix}{key}"] = _cell(inner)
    return cells


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return "\n".join(map(_cell, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _objects(source: Source, encoding: Encoding) -> Iterator[_Found]:
    with text_of(source, encoding) as stream:
        yield from _Scanner(stream).objects()


class _Scanner:
    """Decodes as much as it holds and reads on when an object goes beyond."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._text = ""
        self._ended = False
        self._line = 1

    def objects(self) -> Iterator[_Found]:
        while self._between() or self._more():
            found = self._next() if self._between() else None
            if found is not None:
                yield found

    def _next(self) -> _Found | None:
        """The object here, the broken text here, or None when more has to be read first."""
        try:
            value, end = _DECODER.raw_decode(self._text)
        except json.JSONDecodeError as error:
            if self._may_go_on(error) and self._more():
                return None
            return _Found(self._line, self._take(self._broken(error)).strip() or "?")
        line = self._line
        text = self._take(end)
        return _Found(line, "", value) if isinstance(value, dict) else _Found(line, text)

    def _between(self) -> bool:
        found = _BETWEEN.match(self._text)
        if found:
            self._take(found.end())
        return bool(self._text)

    def _take(self, end: int) -> str:
        text, self._text = self._text[:end], self._text[end:]
        self._line += text.count("\n")
        return text

    def _more(self) -> bool:
        chunk = "" if self._ended else self._stream.read(_CHUNK)
        self._ended = not chunk
        self._text += chunk
        return bool(chunk)

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """An object cut by the end of what was read, not one that is broken."""
        if len(self._text) > _LONGEST:
            return False
        return error.pos >= len(self._text) - 8 or error.msg.startswith("Unterminated")

    def _broken(self, error: json.JSONDecodeError) -> int:
        """Where the next object begins after a broken one."""
        following = _NEXT.search(self._text, 1)
        while following is None and self._more():
            following = _NEXT.search(self._text, max(1, error.pos - 1))
        return following.end() if following else len(self._text)
