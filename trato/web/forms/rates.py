from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.identity.choices import currencies
from trato.ui.fields import DayField, NumberField


class RateForm(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    date = DayField(label=_("From"))
    rate = NumberField(label=_("Is worth"), max_digits=18, decimal_places=8)

    def __init__(self, *given: Any, company_currency: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["rate"].help_text = gettext("One unit of it, in %(currency)s.") % {
            "currency": company_currency
        }

    def clean_rate(self) -> Any:
        rate = self.cleaned_data["rate"]
        if rate <= 0:
            raise ValidationError(gettext("Write a number greater than zero."))
        return rate


class CurrencyForm(forms.Form):
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
