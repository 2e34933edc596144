"""Files made on the spot, and what was read of them."""

import io
from typing import Any

from trato.imports.reading import ReadingHints, SourceRow, Table, open_table


def table(data: bytes | str, name: str = "", **hints: Any) -> Table:
    content = data.encode() if isinstance(data, str) else data
    return open_table(io.BytesIO(content), name=name, hints=ReadingHints(**hints))


def good(found: Table) -> list[list[str]]:
    return [row.raw for row in found.rows() if row.problem is None]


def bad(found: Table) -> list[tuple[int, str]]:
    return [(row.number, row.problem.code) for row in found.rows() if row.problem is not None]


def skipped(found: Table) -> list[tuple[int, str]]:
    rows: list[SourceRow] = list(found.rows())
    assert rows is not None
    return [(row.number, row.problem.code) for row in found.skipped if row.problem is not None]
