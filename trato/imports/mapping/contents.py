"""What the cells of a column look like."""

import re
from collections.abc import Callable, Sequence
from datetime import time

from trato.customers.custom.numbers import own_number
from trato.kit.dates import parse_datetime
from trato.kit.email import parse_email, split_emails
from trato.kit.money import is_percentage, parse_money
from trato.kit.telephone import parse_telephone, split_telephones
from trato.kit.text import Unreadable, is_blank, parse_bool

_MOST = 0.7
# Digits that are a name rather than an amount: they would lose their zeros or their end.
_CODE = re.compile(r"0[0-9]+|[0-9]{12,}")


def looks_like(cells: Sequence[str], region: str | None = None) -> str:
    """``email``, ``phone``, ``date``, ``number``, ``flag`` or ``text``; empty for blank cells."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return ""
    tests = {
        "email": _is_email,
        "date": _is_date,
        "phone": lambda cell: _is_phone(cell, region),
        "number": _is_number,
        "flag": _is_flag,
    }
    return next((name for name, test in tests.items() if _share(filled, test) >= _MOST), "text")


def type_of(cells: Sequence[str]) -> str:
    """The type that a custom field of such cells should have."""
    kind = looks_like(cells)
    if kind not in _TESTS:
        return "text"
    keeps = keeper(kind)
    return kind if all(map(keeps, cells)) else "text"


def keeper(type_: str) -> Callable[[str], bool]:
    """Tells of one cell after the other whether a field of this type would keep all that it says.

    A number keeps no unit: of cells in euros and cells in dollars it would make one sum.
    """
    test = _TESTS.get(type_)
    units: set[str] = set()

    def keeps(cell: str) -> bool:
        if test is None or is_blank(cell):
            return True
        plain = cell.strip()
        if _CODE.fullmatch(plain) or not test(plain):
            return False
        if type_ == "number":
            units.add(_unit(plain))
        return len(units) <= 1

    return keeps


def _unit(cell: str) -> str:
    return "%" if is_percentage(cell) else parse_money(cell)[1] or ""


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if test(cell)) / len(cells)


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except Unreadable:
        return False
    return True


def _is_email(cell: str) -> bool:
    return "@" in cell and all(_reads(parse_email, part) for part in split_emails(cell))


def _is_phone(cell: str, region: str | None) -> bool:
    parts = split_telephones(cell)
    digits = sum(map(str.isdigit, cell))
    if digits < 7 or (cell.strip().isdigit() and region is None):
        return False
    return all(_reads(lambda part: parse_telephone(part, region or "ES"), part) for part in parts)


def _is_date(cell: str) -> bool:
    return not cell.strip().isdigit() and _reads(parse_datetime, cell)


def _is_day(cell: str) -> bool:
    """A date of which no hour is lost."""
    if not _is_date(cell):
        return False
    found = parse_datetime(cell)
    return found is None or found.time() == time()


def _is_number(cell: str) -> bool:
    return _reads(parse_money, cell)


def _is_kept_whole(cell: str) -> bool:
    """A number that a custom field holds with all its digits."""
    return _reads(lambda text: own_number(parse_money(text)[0], "number"), cell)


def _is_flag(cell: str) -> bool:
    return _reads(parse_bool, cell)


_TESTS: dict[str, Callable[[str], bool]] = {
    "date": _is_day,
    "number": _is_kept_whole,
    "flag": _is_flag,
}
