"""Columns that nobody foresaw become fields of the company."""

from dataclasses import replace

from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField
from trato.imports.actions.staging import file_of
from trato.imports.mapping import ABOUT, CUSTOM, Column, Mapping, Reason
from trato.imports.mapping.contents import keeper
from trato.imports.models import Import
from trato.imports.parsing.words import words
from trato.imports.queries.own import own_fields
from trato.imports.reading import ReadingHints, Table, open_table
from trato.kit.text import clean

MOST_OPTIONS = 100
LONGEST_LABEL = 100
CHOOSING = frozenset({CustomField.Type.CHOICE, CustomField.Type.CHOICES})


def settle_custom_fields(run: Import) -> None:
    """Say in the mapping which custom fields its columns will be and how their cells are read.

    Nothing is defined yet: somebody may only want to see what would happen.
    """
    mapping = Mapping.from_json(run.mapping)
    every = own_fields(run, switched_off=True)
    found = {column.header: _known(column, every) for column in mapping.custom_columns}
    new = [column for column in mapping.custom_columns if found[column.header] is None]
    spoilt = _spoilt(run, [column for column in new if column.reason == Reason.EXTRA])
    columns = []
    for column in mapping.columns:
        if known := found.get(column.header):
            column = _of(known, column)
        elif column.header in spoilt:
            column = replace(column, type=CustomField.Type.TEXT)
        elif column in new:
            column = _with_options(run, column)
        columns.append(column)
    run.mapping = replace(mapping, columns=tuple(columns)).to_json()
    run.options = run.options | {"new_fields": [_label(column) for column in new]}
    run.save(update_fields=["mapping", "options"])


def create_custom_fields(run: Import) -> bool:
    """Define the custom fields that the mapping names and that do not exist yet.

    Returns whether rows are to be read again: a field has another key or type than was foreseen.
    """
    mapping = Mapping.from_json(run.mapping)
    if not mapping.custom_columns or run.kind not in ABOUT:
        return False
    every = own_fields(run, switched_off=True)
    found = {column.header: _known(column, every) for column in mapping.custom_columns}
    columns = tuple(
        _of(found[column.header] or _defined(run, column), column) if column.custom_key else column
        for column in mapping.columns
    )
    run.mapping = replace(mapping, columns=columns).to_json()
    pairs = zip(columns, mapping.columns, strict=True)
    return any((new.target, new.type) != (old.target, old.type) for new, old in pairs)


def _of(field: CustomField, column: Column) -> Column:
    """The column, read as its field wants it."""
    options = tuple(field.options)
    return replace(column, target=CUSTOM + field.key, type=field.type, options=options)


def _known(column: Column, every: list[CustomField]) -> CustomField | None:
    by_key = (field for field in every if field.key == column.custom_key)
    return next(by_key, None) or _labelled(column, every)


def _labelled(column: Column, every: list[CustomField]) -> CustomField | None:
    label = _label(column).casefold()
    return next((field for field in every if field.label.casefold() == label), None)


def _label(column: Column) -> str:
    return column.header.strip()[:LONGEST_LABEL]


def _defined(run: Import, column: Column) -> CustomField:
    """A new field; of headings that are one label the second has that of the first."""
    return _labelled(column, own_fields(run, switched_off=True)) or save_custom_field(
        None,
        about=ABOUT[run.kind],
        label=_label(column),
        type_=column.type or CustomField.Type.TEXT,
        options=list(column.options),
    )


def _with_options(run: Import, column: Column) -> Column:
    type_, options = column.type or CustomField.Type.TEXT, column.options
    if type_ in CHOOSING:
        options = options or tuple(_words_of(run, column))
        type_ = type_ if options else CustomField.Type.TEXT
    return replace(column, type=type_, options=options)


def _spoilt(run: Import, columns: list[Column]) -> set[str]:
    """The headings of those whose type the first rows spoke for and a later cell speaks against:
    as texts none of their cells is lost.
    """
    keeps = {one.header: keeper(one.type) for one in columns if one.type not in ("", "text")}
    spoilt: set[str] = set()
    for row in _table(run).rows() if keeps else ():
        for header, cell in (row.values or {}).items():
            if header in keeps and not keeps[header](cell):
                del keeps[header]
                spoilt.add(header)
        if not keeps:
            break
    return spoilt


def _table(run: Import) -> Table:
    return open_table(file_of(run), name=run.file_name, hints=ReadingHints.from_json(run.reading))


def _words_of(run: Import, column: Column) -> list[str]:
    """The different words of a column; none when they are too many to choose from."""
    found: dict[str, None] = {}
    for row in _table(run).rows():
        text = (row.values or {}).get(column.header, "")
        plain = " ".join(clean(text).split())
        several = column.type == CustomField.Type.CHOICES
        found |= dict.fromkeys(words(text) if several else filter(None, [plain]))
        if len(found) > MOST_OPTIONS:
            return []
    return sorted(found)
