from trato.imports.queries.changes import Changed, changes
from trato.imports.queries.kept import Kept, kept
from trato.imports.queries.lacking import lacking
from trato.imports.queries.rows import (
    each_refused,
    good_rows,
    left_out,
    not_imported,
    recent_imports,
    refused,
    refused_reasons,
    refused_rows,
    refused_sample,
    understood,
    warned,
    warned_reasons,
    warned_rows,
)
from trato.imports.queries.tables import list_table, mapping_table, sample_table
from trato.imports.queries.told import steps, told, undone
from trato.imports.queries.twins import Twin, twins

__all__ = [
    "Changed",
    "Kept",
    "Twin",
    "changes",
    "each_refused",
    "good_rows",
    "kept",
    "lacking",
    "left_out",
    "list_table",
    "mapping_table",
    "not_imported",
    "recent_imports",
    "refused",
    "refused_reasons",
    "refused_rows",
    "refused_sample",
    "sample_table",
    "steps",
    "told",
    "twins",
    "understood",
    "undone",
    "warned",
    "warned_reasons",
    "warned_rows",
]
