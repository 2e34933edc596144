"""Parsing: from rows of text to typed values, as a mapping and a file's customs say."""

from collections.abc import Callable

from trato.imports.mapping import Mapping
from trato.imports.parsing.blocks import plain_orders
from trato.imports.parsing.finishing import finisher
from trato.imports.parsing.rows import ParsedRow, compile_rows
from trato.imports.parsing.settings import ParseSettings, sniff
from trato.imports.reading import SourceRow

__all__ = ["ParseSettings", "ParsedRow", "compile_parser", "parse_row", "plain_orders", "sniff"]


def compile_parser(
    kind: str, mapping: Mapping, settings: ParseSettings
) -> Callable[[SourceRow], ParsedRow]:
    """The parser of a file's rows. It wants them in the order of the file: a line of an order may
    leave out what the line above said.
    """
    return compile_rows(kind, mapping, settings, finisher(kind, mapping, settings))


def parse_row(kind: str, mapping: Mapping, row: SourceRow, settings: ParseSettings) -> ParsedRow:
    """One row by itself."""
    return compile_parser(kind, mapping, settings)(row)
