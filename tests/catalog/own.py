"""Products with fields of the company's own, one of each type."""

from typing import Any

from tests import make
from trato.catalog.actions import create_product
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Product
from trato.customers.actions import save_custom_field
from trato.customers.models import CustomField

ABOUT = CustomField.About.PRODUCT
# Type, what is kept, what a form sends, what people read in English and in Spanish.
TYPES: dict[str, tuple[Any, Any, str, str]] = {
    "text": ("Tía María", "Tía María", "Tía María", "Tía María"),
    "number": (1250.5, "1250.5", "1,250.5", "1.250,5"),
    "money": (-1234.5, "-1234.5", "-€1,234.50", "-1.234,50 €"),
    "date": ("2024-03-01", "2024-03-01", "Mar 1, 2024", "1 mar 2024"),
    "choice": ("summer", "summer", "summer", "summer"),
    "choices": (["summer", "winter"], ["summer", "winter"], "summer, winter", "summer, winter"),
    "flag": (False, "no", "No", "No"),
}
KEPT = {kind: kept for kind, (kept, *_rest) in TYPES.items()}
SENT = {f"custom_{kind}": sent for kind, (_kept, sent, *_rest) in TYPES.items()}
FORM = {"code": "T1", "name": "Sencha", "currency": "EUR", "is_active": "on"}


def field(label: str, type_: str = "text", *options: str) -> CustomField:
    return save_custom_field(None, about=ABOUT, label=label, type_=type_, options=list(options))


def fields() -> dict[str, CustomField]:
    """One of each type, called by it."""
    options = dict.fromkeys(("choice", "choices"), ("summer", "winter"))
    return {kind: field(kind.capitalize(), kind, *options.get(kind, ())) for kind in TYPES}


def switch_off(one: CustomField) -> None:
    save_custom_field(one, label=one.label, type_=one.type, options=one.options, is_active=False)


def product(code: str = "T1", **more: Any) -> Product:
    draft = ProductDraft(code=code, **({"name": f"Product {code}"} | more))
    return create_product(draft, currency="EUR", at=make.NOW, user=None)


def kept(code: str = "T1") -> dict[str, Any]:
    return Product.objects.get(code=code).custom
