from trato.imports.queries.changes import changes
from trato.imports.queries.rows import (
    each_refused,
    recent_imports,
    refused,
    refused_reasons,
    refused_rows,
    refused_sample,
    understood,
    warned,
    warned_reasons,
)
from trato.imports.queries.tables import list_table, mapping_table, sample_table
from trato.imports.queries.told import steps, told, undone
from trato.imports.queries.twins import twins

__all__ = [
    "changes",
    "each_refused",
    "list_table",
    "mapping_table",
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
]
