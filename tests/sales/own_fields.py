"""Fields of the company's own for orders, one of each type."""

from typing import Any

from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField

OPTIONS = ["Regalo", "Urgente", "Frágil"]
# By type: the label, what people write in the form, what is kept, how it is told in English.
TYPES: dict[str, tuple[str, Any, Any, str]] = {
    "text": ("Reference", "=A-7", "=A-7", "=A-7"),
    "number": ("Boxes", "1,200.5", 1200.5, "1,200.5"),
    "money": ("Deposit", "49.90", 49.9, "€49.90"),
    "date": ("Deliver on", "2031-05-04", "2031-05-04", "May 4, 2031"),
    "choice": ("Packing", "Urgente", "Urgente", "Urgente"),
    "choices": ("Marks", ["Regalo", "Frágil"], ["Regalo", "Frágil"], "Regalo, Frágil"),
    "flag": ("Assembly", "yes", True, "Yes"),
}
KEYS = {
    "text": "reference",
    "number": "boxes",
    "money": "deposit",
    "date": "deliver_on",
    "choice": "packing",
    "choices": "marks",
    "flag": "assembly",
}
WRITTEN = {f"custom_{KEYS[kind]}": written for kind, (_label, written, *_) in TYPES.items()}
KEPT = {KEYS[kind]: kept for kind, (_label, _written, kept, _told) in TYPES.items()}


def own_field(label: str, type_: str = "text", about: str = "order") -> CustomField:
    options = OPTIONS if type_ in {"choice", "choices"} else []
    return save_custom_field(None, label=label, type_=type_, options=options, about=about)


def own_fields() -> dict[str, CustomField]:
    """By type."""
    return {kind: own_field(label, kind) for kind, (label, *_rest) in TYPES.items()}


def changed(field: CustomField, **more: Any) -> CustomField:
    kept = {"label": field.label, "options": field.options, "is_active": field.is_active}
    given: dict[str, Any] = kept | more
    return save_custom_field(field, type_=field.type, **given)
