"""From lines to records of cells, finding the way again after every damage."""

import csv
from collections import deque
from collections.abc import Iterator

from trato.imports.reading.encoding import LONGEST_LINE, damage, shown

type Record = tuple[int, list[str], str]

LONGEST_CELL = csv.field_size_limit()
_MOST_LINES_MENDED = 20
_ENDS = ("\n", "\r")


class Records:
    """Iterates over (number of the first line, cells, code of the problem or "").

    ``width`` is how many cells a record must have, None to take all; records down to ``shortest``
    cells are filled up. ``number`` is the last line read; ``unfinished`` whether it had no end.
    """

    def __init__(
        self,
        lines: Iterator[str],
        separator: str,
        quote: str = '"',
        *,
        width: int | None = None,
        shortest: int | None = None,
        number: int = 0,
    ) -> None:
        self.number = number
        self.unfinished = False
        self._lines = lines
        self._separator, self._quote = separator, quote
        self._width, self._shortest = width, shortest or width
        self._pulled: list[str] = []
        self._pending: deque[str] = deque()
        self._harm = ""
        self._lost: tuple[int, list[str]] | None = None
        self._alert = False

    def __iter__(self) -> Iterator[Record]:
        finished = False
        while not finished:
            reader = csv.reader(
                self._feed(), delimiter=self._separator, quotechar=self._quote, strict=True
            )
            try:
                yield from self._read(reader)
                finished = True
            except csv.Error:
                yield from self._recover()
        yield from self._lost_record()

    def _read(self, reader: Iterator[list[str]]) -> Iterator[Record]:
        pulled, width = self._pulled, self._width
        for cells in reader:
            if len(cells) == width and not self._alert:
                first = self.number - len(pulled) + 1
                pulled.clear()
                yield first, cells, ""
            else:
                yield from self._unusual(cells)

    def _feed(self) -> Iterator[str]:
        pulled, limit, line = self._pulled, LONGEST_LINE, ""
        for lines in (self._again(), self._lines):
            for line in lines:
                self.number += 1
                pulled.append(line)
                if not line.isascii() or "\0" in line or len(line) >= limit:
                    self._look_at(line)
                yield line
        if line:
            self.unfinished = not line.endswith(_ENDS)

    def _again(self) -> Iterator[str]:
        while self._pending:
            yield self._pending.popleft()

    def _look_at(self, line: str) -> None:
        harm = damage(line)
        if len(line) >= LONGEST_LINE and not line.endswith(_ENDS):
            harm = "line_too_long"
            for piece in self._lines:
                if piece.endswith(_ENDS):
                    break
        if harm:
            self._harm, self._alert = harm, True

    def _unusual(self, cells: list[str]) -> Iterator[Record]:
        """A record that is damaged, has another number of cells, or follows a damaged one."""
        fitted = self._fitted(cells)
        if fitted is None and len(self._pulled) > 1:
            raise csv.Error("several lines, and not as many cells as there should be")
        lines, first = self._taken()
        harm, self._harm = self._harm, ""
        if fitted is None and self._lost:
            self._lost[1].extend(lines)
            return
        yield from self._lost_record()
        if harm:
            yield first, [shown(cell) for cell in cells], harm
        elif fitted is None:
            yield first, cells, self._count_problem(cells, lines)
        else:
            yield first, fitted, ""

    def _taken(self) -> tuple[list[str], int]:
        lines = self._pulled.copy()
        self._pulled.clear()
        return lines, self.number - len(lines) + 1

    def _count_problem(self, cells: list[str], lines: list[str]) -> str:
        if len(cells) > (self._width or 0):
            return "too_many_cells"
        return "too_few_cells" if lines[-1].endswith(_ENDS) else "truncated_last_line"

    def _fitted(self, cells: list[str]) -> list[str] | None:
        """The cells as many as they should be, when nothing but empty ones has to come or go."""
        width = self._width
        if width is None or len(cells) == width or not any(map(str.strip, cells)):
            return cells
        if len(cells) > width:
            return None if any(map(str.strip, cells[width:])) else cells[:width]
        if len(cells) >= (self._shortest or width):
            return cells + [""] * (width - len(cells))
        return self._unwrapped(cells[0]) if len(cells) == 1 else None

    def _unwrapped(self, cell: str) -> list[str] | None:
        """Spreadsheets sometimes quote a whole row as if it were one cell."""
        if self._separator not in cell or self._width == 1:
            return None
        inner = split(cell, self._separator, self._quote)
        return inner if inner and len(inner) == self._width else None

    def _recover(self) -> Iterator[Record]:
        """The reader stumbled over quotation marks: mend the record or give up its first line."""
        lines, first = self._taken()
        self._harm, self._alert = "", self._lost is not None
        count, cells = self._mended(lines)
        self.number = first + max(count, 1) - 1
        self._pending.extendleft(reversed(lines[max(count, 1) :]))
        harm = next(filter(None, map(damage, lines[: max(count, 1)])), "")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            harm = "cell_too_long"
        if count:
            yield from self._lost_record()
            yield first, [shown(cell) for cell in cells] if harm else cells, harm
        elif self._width is None:
            yield first, [lines[0]], "unclosed_quote"
        elif self._lost is None:
            self._lost, self._alert = (first, [lines[0]]), True
        else:
            self._lost[1].append(lines[0])

    def _mended(self, lines: list[str]) -> tuple[int, list[str]]:
        """How many lines are one record once stray marks are taken literally, and its cells."""
        for count in range(1, min(len(lines), _MOST_LINES_MENDED) + 1):
            if count > 1 and self._stands_alone(lines[count - 1]):
                break
            cells = split("".join(lines[:count]), self._separator, self._quote)
            fitted = self._fitted(cells) if cells else None
            if fitted and (self._width is not None or count == 1):
                return count, fitted
        return 0, []

    def _stands_alone(self, line: str) -> bool:
        cells = split(line, self._separator, self._quote)
        return cells is not None and len(cells) == self._width

    def _lost_record(self) -> Iterator[Record]:
        """What was given up since a mark was not closed, told as one record."""
        lost, self._lost, self._alert = self._lost, None, False
        if lost is not None:
            text = shown("".join(lost[1])).rstrip("\r\n")
            yield lost[0], text.split(self._separator), "unclosed_quote"


def split(text: str, separator: str, quote: str = '"') -> list[str] | None:
    """Cells of one record, taking marks within a cell literally; None if one is never closed."""
    rest = text.rstrip("\r\n")
    cells = []
    position = 0
    while position <= len(rest):
        if rest.startswith(quote, position):
            mark, end = _closing(rest, position + 1, separator, quote)
            if mark < 0:
                return None
            cells.append(_literal(rest[position + 1 : mark], quote))
        else:
            end = rest.find(separator, position)
            end = len(rest) if end < 0 else end
            cells.append(rest[position:end])
        position = end + 1
    return cells


def _closing(text: str, position: int, separator: str, quote: str) -> tuple[int, int]:
    """Where the mark is that ends a cell, because a separator or nothing follows, and its cell."""
    while (mark := text.find(quote, position)) >= 0:
        if text.startswith(quote, mark + 1):
            position = mark + 2
            continue
        end = mark + 1
        while text.startswith(" ", end):
            end += 1
        if end == len(text) or text.startswith(separator, end):
            return mark, end
        position = mark + 1
    return -1, -1


def _literal(text: str, quote: str) -> str:
    return text.replace("\\" + quote, quote).replace(quote * 2, quote)
