"""What stands below a table without being part of it: notes and totals."""

import re
from collections import deque
from collections.abc import Iterator, Sequence

from trato.imports.problems import RowProblem
from trato.imports.reading.table import SourceRow, skip
from trato.kit.money import parse_money
from trato.kit.text import Unreadable, clean, fold

_HELD = 12
_NOTE = re.compile(
    r"copyright|©|\(c\) |confiden|all rights reserved|derechos|^total|^filter|^report"
)
_TOTAL = re.compile(
    r"(?:(?:grand |sub ?|gran )?totale?s?|suma|sum|gesamt(?:summe)?)(?: general)?:?"
)


def without_tail(rows: Iterator[SourceRow], skipped: list[SourceRow]) -> Iterator[SourceRow]:
    """The rows, some held back, because only the end of the file tells what belongs to it."""
    held: deque[SourceRow] = deque()
    for row in rows:
        held.append(row)
        if len(held) > _HELD:
            yield held.popleft()
    notes: list[SourceRow] = []
    while held and _is_note(held[-1]):
        notes.append(held.pop())
    if held and _is_totals(held[-1]):
        skip(skipped, held.pop(), "totals_row")
    yield from held
    for row in reversed(notes):
        skip(skipped, row, "footer")


def _is_note(row: SourceRow) -> bool:
    """One cell of words, where the table has several columns."""
    filled = [cell for cell in map(clean, row.raw) if cell]
    if len(row.headers) < 3 or len(filled) != 1 or not _may_be_note(row.problem):
        return False
    if _NOTE.search(fold(filled[0])):
        return True
    unfinished = row.problem is not None and row.problem.code == "truncated_last_line"
    return not unfinished and len(filled[0]) > 20 and " " in filled[0]


def _may_be_note(problem: RowProblem | None) -> bool:
    return problem is None or problem.code in {"too_few_cells", "truncated_last_line"}


def _is_totals(row: SourceRow) -> bool:
    """The word, at most one more, and for the rest numbers."""
    filled = [cell for cell in map(clean, row.raw) if cell]
    words = [cell for cell in filled if not _is_number(cell)]
    return (
        row.problem is None
        and len(words) < len(filled)
        and 1 <= len(words) <= 2
        and any(_TOTAL.fullmatch(fold(word)) for word in words)
        and _empty_cells(row.raw) > 0
    )


def _empty_cells(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if not clean(cell))


def _is_number(text: str) -> bool:
    try:
        parse_money(text)
    except Unreadable:
        return False
    return True
