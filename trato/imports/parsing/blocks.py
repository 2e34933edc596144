"""Plain rows of orders by the block: each different cell of a column is read once.

A row is plain when each of its cells can be read by itself and nothing has to be worked out of
another cell or row. Any other is left to the careful parser, which finds what is wrong with it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from trato.imports.mapping import Mapping
from trato.imports.parsing.cells import Parse
from trato.imports.parsing.rows import plan
from trato.imports.parsing.settings import ParseSettings
from trato.kit.text import Unreadable

_REMEMBERED = 100_000
_EXPECTED = frozenset({"order_id", "ordered_at", "product_id", "quantity", "unit_price"})
# What is less, quantity by price is never too large: the careful parser looks at the rest.
_MODEST = {"quantity": 100_000, "unit_price": 10_000_000}
# Nobody looks at the total of a line that has a price.
_IGNORED = frozenset({"line_total"})

type Block = Callable[[Sequence[list[str]]], Iterator[tuple[str, str] | None]]


class _Cells(dict[str, str | None]):
    """What the cells of a column are in JSON, by their text: a part of an object, or "".

    None for what is not plain; where ``read`` is None, any cell that is not empty.
    """

    def __init__(self, key: str = "", read: Parse | None = None) -> None:
        self._key, self._read = key, read

    def __missing__(self, text: str) -> str | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        part = self[text] = self._part(text) if self._read else _none_but_empty(text)
        return part

    def _part(self, text: str) -> str | None:
        try:
            value = self._read(text) if self._read and text else None
        except Unreadable:
            return None
        if value is None:
            return None if self._key in _EXPECTED else ""
        if not isinstance(value, str | int) or not self._is_modest(value):
            return None
        return "" if self._key in _IGNORED else f'"{self._key}": {json.dumps(value)}'

    def _is_modest(self, value: str | int) -> bool:
        return self._key not in _MODEST or abs(Decimal(value)) < _MODEST[self._key]


def _none_but_empty(text: str) -> str | None:
    return None if text else ""


def plain_orders(
    mapping: Mapping, settings: ParseSettings, headers: tuple[str, ...]
) -> Block | None:
    """Reads blocks of rows with these headings: for each the number of its order and its values as
    JSON, or None if it is not plain. There is no such reader where no row can be plain.
    """
    todo = plan("orders", mapping, settings, headers)
    if not {key for _place, key, _header, _read in todo.steps} >= _EXPECTED:
        return None
    steps = sorted(todo.steps, key=lambda step: step[1] != "order_id")
    columns = [(place, _Cells(key, read)) for place, key, _header, read in steps]
    columns += [(place, _Cells()) for place, _header, _put in todo.puts]
    start = len('"order_id": "')

    def read(rows: Sequence[list[str]]) -> Iterator[tuple[str, str] | None]:
        texts = list(zip(*rows, strict=True))
        parts = [map(cells.__getitem__, texts[place]) for place, cells in columns]
        for found in zip(*parts, strict=True):
            if None in found or "\\" in (order := found[0]):
                yield None
            else:
                yield order[start:-1], f"{{{', '.join(filter(None, found))}}}"

    return read
