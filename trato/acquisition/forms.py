from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.acquisition.drafts import CostDraft
from trato.acquisition.models import Cost
from trato.acquisition.queries import campaigns, sources
from trato.catalog.words import plain
from trato.identity.models import validate_currency
from trato.ui.fields import MonthField, NumberField

MOST_MONTHS = 120


class CostForm(forms.Form):
    """A cost as people write it; a new one may be that of every month up to another."""

    month = MonthField(label=_("Month"))
    until = MonthField(
        label=_("Every month until"),
        required=False,
        help_text=_("The same amount in each of them. Leave it empty for one month."),
    )
    purpose = forms.ChoiceField(
        label=pgettext_lazy("of a cost", "For"), choices=Cost.Purpose.choices
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=100,
        required=False,
        help_text=_("Where those customers came from, as their origin says. Empty: all."),
    )
    campaign = forms.CharField(
        label=_("Campaign"), max_length=200, required=False, help_text=_("Empty: all.")
    )
    amount = NumberField(label=_("Amount"), max_digits=18, decimal_places=4, min_value=0)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, validators=[validate_currency]
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *given: Any, cost: Cost | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        if cost is not None:
            del self.fields["until"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("month"), values.get("until")
        if first and last and not 0 <= _months(first, last) < MOST_MONTHS:
            text = _("Choose a month after the first one, at most %(years)s years later.")
            self.add_error("until", ValidationError(text, params={"years": MOST_MONTHS // 12}))
        return values

    def drafts(self) -> list[CostDraft]:
        """One for each month."""
        values = dict(self.cleaned_data)
        first, last = values.pop("month"), values.pop("until", None)
        return [
            CostDraft(month=_later(first, number), **values)
            for number in range(_months(first, last or first) + 1)
        ]

    def known(self) -> dict[str, list[str]]:
        """What customers have, to be offered while one types."""
        return {"source": sources(), "campaign": campaigns()}

    @staticmethod
    def initial_of(cost: Cost) -> Mapping[str, Any]:
        names = [name for name in CostForm.base_fields if name not in {"until", "amount"}]
        return {name: getattr(cost, name) for name in names} | {"amount": plain(cost.amount)}


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _later(month: date, number: int) -> date:
    years, place = divmod(month.month - 1 + number, 12)
    return month.replace(year=month.year + years, month=place + 1)
