"""Mapping: what each column of a file becomes.

Field: a thing that we know of customers, products, orders or contacts. Target: a field's key,
``custom:<key>``, ``external_id:<system>`` or nothing. Column: a heading with its target and why.
Preset: the export of a well-known program.
"""

from trato.imports.mapping.columns import (
    ABOUT,
    CUSTOM,
    CUSTOM_TYPES,
    EXTERNAL,
    OURS,
    SKIP,
    Column,
    Mapping,
    MappingInvalid,
    Reason,
)
from trato.imports.mapping.deals import is_deals
from trato.imports.mapping.fields import DATES, FIELDS, KINDS, NUMBERS, Field, ValueKind, field_of
from trato.imports.mapping.presets import preset_name, system_name
from trato.imports.mapping.proposing import guess_kind, heading_row, is_canonical, propose
from trato.imports.mapping.systems import NAMES as SYSTEMS

__all__ = [
    "ABOUT",
    "CUSTOM",
    "CUSTOM_TYPES",
    "DATES",
    "EXTERNAL",
    "FIELDS",
    "KINDS",
    "NUMBERS",
    "OURS",
    "SKIP",
    "SYSTEMS",
    "Column",
    "Field",
    "Mapping",
    "MappingInvalid",
    "Reason",
    "ValueKind",
    "field_of",
    "guess_kind",
    "heading_row",
    "is_canonical",
    "is_deals",
    "preset_name",
    "propose",
    "system_name",
]
