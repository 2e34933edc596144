"""The company's own fields of what an import holds."""

from trato.customers.models import CustomField
from trato.customers.queries.profile import all_custom_fields, custom_fields
from trato.imports.mapping import ABOUT
from trato.imports.models import Import


def own_fields(run: Import, *, switched_off: bool = False) -> list[CustomField]:
    """Those that are shown; with ``switched_off`` also those that are no longer."""
    about = ABOUT.get(run.kind)
    if about is None:
        return []
    return all_custom_fields(about) if switched_off else custom_fields(about)
