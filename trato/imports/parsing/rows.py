"""From a row of cells to typed values, with all that is wrong with it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from trato.customers.custom.numbers import own_number
from trato.imports.mapping import EXTERNAL, Column, Field, Mapping, ValueKind, field_of
from trato.imports.parsing.cells import PERCENT, Parse, parser
from trato.imports.parsing.settings import ParseSettings, value_kind
from trato.imports.problems import RowProblem
from trato.imports.reading import SourceRow
from trato.kit.email import parse_email, split_emails
from trato.kit.telephone import split_telephones
from trato.kit.text import Unreadable


@dataclass(slots=True)
class ParsedRow:
    """``values`` by field key, safe for JSON. ``problems`` refuse the row, ``warnings`` do not.

    Money and numbers are decimal digits, dates and moments ISO 8601, telephones E.164 and e-mails
    lower case. Custom fields are in ``custom``, ids of other systems in ``external_ids``.
    """

    values: dict[str, Any]
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A row on its way: what was read so far."""

    values: dict[str, Any]
    problems: list[RowProblem]
    warnings: list[RowProblem]
    telephones: list[tuple[str, str, str]]
    currencies: dict[str, str]


type Finish = Callable[[Draft], None]
type Put = Callable[[Draft, str], None]
type Step = tuple[int, str, str, Parse]


@dataclass(frozen=True, slots=True)
class Plan:
    """``steps`` set one value from one cell; ``puts`` do whatever else a cell asks for."""

    steps: tuple[Step, ...]
    puts: tuple[tuple[int, str, Put], ...]


def plan(kind: str, mapping: Mapping, settings: ParseSettings, headers: tuple[str, ...]) -> Plan:
    """What to do with which cell of rows with these headings."""
    places = {header: place for place, header in enumerate(headers)}
    steps: list[Step] = []
    puts: list[tuple[int, str, Put]] = []
    taken: set[str] = set()
    times = Counter(column.target for column in mapping.columns)
    for column in mapping.columns:
        place = places.get(column.header)
        if not column.target or place is None:
            continue
        field = field_of(kind, column.target)
        read = _reader(kind, column, field, settings)
        if _is_simple(field, times[column.target], column.target in taken):
            steps.append((place, column.target, column.header, read))
        else:
            puts.append((place, column.header, _put(column, field, read, settings)))
        taken.add(column.target)
    return Plan(tuple(steps), tuple(puts))


def read_cells(raw: list[str], todo: Plan) -> Draft:
    """The cells of a row as values, problems collected on the way."""
    values: dict[str, Any] = {}
    draft = Draft(values, [], [], [], {})
    size = len(raw)
    for place, key, header, read in todo.steps:
        text = raw[place] if place < size else ""
        if text:
            try:
                value = read(text)
            except Unreadable as error:
                draft.problems.append(RowProblem.of(error, header, text))
                continue
            if type(value) is tuple:
                value = _amount(draft, key, value)
            if value is not None:
                values[key] = value
    for place, header, put in todo.puts:
        text = raw[place] if place < size else ""
        if text:
            try:
                put(draft, text)
            except Unreadable as error:
                draft.problems.append(RowProblem.of(error, header, text))
    return draft


def _amount(draft: Draft, key: str, value: tuple[str, str]) -> str | None:
    """An amount that names its currency, or a percentage kept until its base is known."""
    amount, mark = value
    if mark == PERCENT:
        draft.values[f"{key}_percent"] = amount
        return None
    draft.currencies[key] = mark
    return amount


def _is_simple(field: Field | None, times: int, taken: bool) -> bool:
    if field is None or field.repeatable or taken:
        return False
    return times == 1 or not field.join


def _reader(kind: str, column: Column, field: Field | None, settings: ParseSettings) -> Parse:
    what = value_kind(kind, column)
    if what in (ValueKind.EMAIL, ValueKind.PHONE):
        return str.strip
    return parser(column, field, what, settings)


def _put(column: Column, field: Field | None, read: Parse, settings: ParseSettings) -> Put:
    if column.custom_key:
        return _into_custom(column, read, settings.currency)
    if column.target.startswith(EXTERNAL):
        return _into_ids(column.target.removeprefix(EXTERNAL), read)
    if field is None:
        raise ValueError(column.target)
    if field.kind == ValueKind.EMAIL:
        return _into_emails(field.key, column.header)
    if field.kind == ValueKind.PHONE:
        return _into_telephones(field.key, column.header)
    if field.repeatable:
        return _into_list(field.key, read)
    return _joined(field.key, field.join, read) if field.join else _unless_there(field.key, read)


def _into_custom(column: Column, read: Parse, ours: str) -> Put:
    """Amounts there have no currency of their own: they are in the company's."""
    key, is_number = column.custom_key, column.type in ("number", "money")

    def put(draft: Draft, text: str) -> None:
        value = read(text)
        amount, mark = value if type(value) is tuple else (value, ours)
        if mark != ours:
            raise Unreadable("currency_of_others", currency=mark, ours=ours)
        if amount is not None:
            kept = own_number(Decimal(amount), column.type) if is_number else amount
            draft.values.setdefault("custom", {}).setdefault(key, kept)

    return put


def _into_ids(system: str, read: Parse) -> Put:
    def put(draft: Draft, text: str) -> None:
        value = read(text)
        if value:
            draft.values.setdefault("external_ids", []).append([system, value])

    return put


def _into_emails(key: str, header: str) -> Put:
    def put(draft: Draft, text: str) -> None:
        for part in split_emails(text):
            try:
                address = parse_email(part)
            except Unreadable as error:
                draft.warnings.append(RowProblem.of(error, header, part))
                continue
            known = draft.values.setdefault(key, [])
            if address not in known:
                known.append(address)

    return put


def _into_telephones(key: str, header: str) -> Put:
    """Kept until the country of the row is known."""

    def put(draft: Draft, text: str) -> None:
        draft.telephones.extend((key, header, part) for part in split_telephones(text))

    return put


def _into_list(key: str, read: Parse) -> Put:
    def put(draft: Draft, text: str) -> None:
        found = read(text)
        if found:
            known = draft.values.setdefault(key, [])
            known.extend(value for value in found if value not in known)

    return put


def _joined(key: str, join: str, read: Parse) -> Put:
    def put(draft: Draft, text: str) -> None:
        value = read(text)
        if value:
            before = draft.values.get(key)
            draft.values[key] = f"{before}{join}{value}" if before else value

    return put


def _unless_there(key: str, read: Parse) -> Put:
    """A second column of the same: it counts where the first was empty."""

    def put(draft: Draft, text: str) -> None:
        if key not in draft.values:
            value = read(text)
            if type(value) is tuple:
                value = _amount(draft, key, value)
            if value is not None:
                draft.values[key] = value

    return put


def compile_rows(
    kind: str, mapping: Mapping, settings: ParseSettings, finish: Finish
) -> Callable[[SourceRow], ParsedRow]:
    """The parser of a file's rows; made once, used for each row in the order of the file."""
    headers: tuple[str, ...] = tuple(column.header for column in mapping.columns)
    todo = plan(kind, mapping, settings, headers)

    def parse(row: SourceRow) -> ParsedRow:
        nonlocal headers, todo
        if row.problem is not None:
            return ParsedRow({}, [row.problem])
        if row.headers != headers:
            headers = row.headers
            todo = plan(kind, mapping, settings, headers)
        draft = read_cells(row.raw, todo)
        finish(draft)
        return ParsedRow(draft.values, draft.problems, draft.warnings)

    return parse
