from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Category, Product
from trato.catalog.queries import brands, categories, units
from trato.catalog.words import plain, tier_choices
from trato.customers.custom.inputs import PREFIX, WithCustomFields
from trato.customers.models import CustomField
from trato.identity.models import validate_currency
from trato.ui.fields import NumberField

PRICE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4, "min_value": 0, "required": False}


class ProductForm(WithCustomFields):
    """A product as people write it; the code stays once the product exists."""

    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        help_text=_("How files and other programs name it. It stays."),
    )
    name = forms.CharField(label=_("Name"), max_length=300)
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Category"), required=False, empty_label="—"
    )
    brand = forms.CharField(label=_("Brand"), max_length=150, required=False)
    price = NumberField(label=_("Price without tax"), **PRICE)
    cost = NumberField(label=_("Cost"), **PRICE)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, validators=[validate_currency]
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    quality_tier = forms.TypedChoiceField(
        label=_("Quality"),
        choices=tier_choices,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("With it Trato knows which product is the better version of another."),
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_active = forms.BooleanField(label=_("On sale"), required=False)

    def __init__(
        self,
        *given: Any,
        custom_fields: Sequence[CustomField],
        company_currency: str,
        product: Product | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        category = self.fields["category"]
        assert isinstance(category, forms.ModelChoiceField)  # noqa: S101 - told to the type checker
        category.queryset = categories()
        if product is not None:
            del self.fields["code"]
        own = product.custom if product else None
        self.ask(custom_fields, currency=company_currency, kept=own)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip()

    def draft(self) -> ProductDraft:
        category = self.cleaned_data["category"]
        own = {"category": category.path if category else "", "custom": self.custom_values()}
        return ProductDraft(**self._given(self.fields) | own)

    def changes(self, product: Product) -> dict[str, Any]:
        """What was touched, as ``update_product`` takes it; ``product`` as it is now."""
        changed = self._given(self.changed_data)
        if len(changed) < len(self.changed_data):
            changed["custom"] = self.custom_values(product.custom)
        return changed

    def _given(self, names: Iterable[str]) -> dict[str, Any]:
        """Of these fields those that every product has."""
        return {name: self.cleaned_data[name] for name in names if not name.startswith(PREFIX)}

    def known(self) -> dict[str, list[str]]:
        """What others of its kind have, to be offered while one types."""
        return {"brand": brands(), "unit": units()}

    @staticmethod
    def initial_of(product: Product) -> dict[str, Any]:
        names = [name for name in ProductForm.base_fields if name not in {"code", "category"}]
        values = {name: getattr(product, name) for name in names}
        values |= {name: plain(values[name]) for name in ("price", "cost")}
        return values | {"category": product.category_id}


class CategoryForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    parent = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Below"),
        required=False,
        empty_label=_("Nothing: at the top"),
    )

    def __init__(self, *given: Any, category: Category | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = categories()
        if category is not None:
            rows = rows.exclude(path__startswith=category.path + Category.SEPARATOR)
            rows = rows.exclude(pk=category.pk)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 - told to the type checker
        parent.queryset = rows
