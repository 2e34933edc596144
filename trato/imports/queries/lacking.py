"""What a mapping lacks for its rows to be anything at all."""

from django.utils.translation import gettext_lazy as _

from trato.imports.mapping import EXTERNAL, Field, Mapping, field_of
from trato.imports.queries.shown import short_label

# Of each of these groups a row needs one; which one is up to the file.
ONE_OF: dict[str, tuple[tuple[str, ...], ...]] = {
    "customers": (
        ("name", "given_name", "family_name", "organisation", "email", "phone", "customer_id"),
    ),
    "products": (),
    "orders": (("product_id", "product_name"), ("unit_price", "line_total")),
    "interactions": (("customer_id", "customer_email", "customer_name", "customer_phone"),),
    "costs": (),
}


def lacking(mapping: Mapping) -> list[str]:
    """Fields that must come from some column and do not; «or» where one of several would do."""
    given = mapping.targets() | set(mapping.defaults or {})
    if any(target.startswith(EXTERNAL) for target in given):
        given.add("customer_id")
    names = [str(field.label) for field in mapping.missing()]
    for group in ONE_OF[mapping.kind]:
        found = [field_of(mapping.kind, key) for key in group]
        if not given & set(group):
            names.append(_or([field for field in found if field is not None]))
    return names


def _or(fields: list[Field]) -> str:
    labels = [short_label(field) for field in fields]
    return str(_("%(first)s or %(last)s")) % {
        "first": ", ".join(labels[:-1]),
        "last": labels[-1],
    }
