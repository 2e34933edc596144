"""Columns that nobody foresaw become fields of the company."""

from dataclasses import replace

from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField
from trato.imports.actions.staging import file_of
from trato.imports.mapping import ABOUT, CUSTOM, Column, Mapping
from trato.imports.models import Import
from trato.imports.parsing.words import words
from trato.imports.queries.own import own_fields
from trato.imports.reading import ReadingHints, open_table
from trato.kit.text import clean

MOST_OPTIONS = 100
CHOOSING = frozenset({CustomField.Type.CHOICE, CustomField.Type.CHOICES})


def create_custom_fields(run: Import) -> None:
    """Define the custom fields that the mapping names and that do not exist yet.

    The mapping is rewritten with the keys under which they were made.
    """
    mapping = Mapping.from_json(run.mapping)
    if run.kind not in ABOUT:
        return
    known = {field.key for field in own_fields(run, switched_off=True)}
    columns = [
        _of(_define(run, column), column)
        if column.custom_key and column.custom_key not in known
        else column
        for column in mapping.columns
    ]
    run.mapping = replace(mapping, columns=tuple(columns)).to_json()
    run.save(update_fields=["mapping"])


def _of(field: CustomField, column: Column) -> Column:
    """The column, read as its field wants it."""
    options = tuple(field.options)
    return replace(column, target=CUSTOM + field.key, type=field.type, options=options)


def _define(run: Import, column: Column) -> CustomField:
    label = column.header.strip()[:100]
    every = own_fields(run, switched_off=True)
    known = [field for field in every if field.label.casefold() == label.casefold()]
    if known:
        return known[0]
    type_, options = column.type or CustomField.Type.TEXT, list(column.options)
    if type_ in CHOOSING:
        options = options or _words_of(run, column)
        type_ = type_ if options else CustomField.Type.TEXT
    about = ABOUT[run.kind]
    return save_custom_field(None, about=about, label=label, type_=type_, options=options)


def _words_of(run: Import, column: Column) -> list[str]:
    """The different words of a column; none when they are too many to choose from."""
    table = open_table(file_of(run), name=run.file_name, hints=ReadingHints.from_json(run.reading))
    found: dict[str, None] = {}
    for row in table.rows():
        text = (row.values or {}).get(column.header, "")
        plain = " ".join(clean(text).split())
        several = column.type == CustomField.Type.CHOICES
        found |= dict.fromkeys(words(text) if several else filter(None, [plain]))
        if len(found) > MOST_OPTIONS:
            return []
    return sorted(found)
