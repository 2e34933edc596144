"""Columns that nobody foresaw become fields of the company."""

from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField
from trato.imports.mapping import CUSTOM, Column, Mapping
from trato.imports.models import Import


def create_custom_fields(run: Import) -> None:
    """Define the custom fields that the mapping names and that do not exist yet.

    The mapping is rewritten with the keys under which they were made.
    """
    mapping = Mapping.from_json(run.mapping)
    known = set(CustomField.objects.values_list("key", flat=True))
    for column in mapping.custom_columns:
        if column.custom_key not in known:
            key = _define(column).key
            mapping = mapping.with_target(column.header, CUSTOM + key, column.type)
    run.mapping = mapping.to_json()
    run.save(update_fields=["mapping"])


def _define(column: Column) -> CustomField:
    label = column.header.strip()[:100]
    known = CustomField.objects.filter(label__iexact=label).first()
    if known is not None:
        return known
    type_, options = column.type or CustomField.Type.TEXT, list(column.options)
    if type_ in {CustomField.Type.CHOICE, CustomField.Type.CHOICES} and not options:
        type_ = CustomField.Type.TEXT
    return save_custom_field(None, label=label, type_=type_, options=options)
