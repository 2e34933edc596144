"""Rows made on the spot, and what was understood of them."""

from dataclasses import replace
from typing import Any

from trato.imports.mapping import propose
from trato.imports.parsing import ParsedRow, ParseSettings, compile_parser, sniff
from trato.imports.reading import SourceRow

SPAIN = ParseSettings(time_zone="Europe/Madrid", region="ES", currency="EUR")


def parsed(
    kind: str, headers: str, *rows: str, settings: ParseSettings = SPAIN, **changes: Any
) -> list[ParsedRow]:
    """Headings and cells set apart by bars, mapped and sniffed as an import does."""
    titles = tuple(headers.split("|"))
    source = [SourceRow(number, row.split("|"), titles) for number, row in enumerate(rows, 2)]
    mapping = replace(propose(kind, titles, source), **changes)
    parse = compile_parser(kind, mapping, sniff(kind, mapping, source, settings))
    return [parse(row) for row in source]


def values(kind: str, headers: str, row: str, **changes: Any) -> dict[str, Any]:
    found = parsed(kind, headers, row, **changes)[0]
    assert not found.problems, found.problems
    return found.values


def codes(found: ParsedRow) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in found.problems]


def warned(found: ParsedRow) -> list[tuple[str, str]]:
    return [(problem.code, problem.value) for problem in found.warnings]
