"""Custom fields and the rules of the customer base."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.customers.models import BaseRules, CustomField

LISTED = {CustomField.Type.CHOICE.value, CustomField.Type.CHOICES.value}


class CustomFieldForm(forms.Form):
    about = forms.ChoiceField(label=_("Field of"), choices=CustomField.About, required=False)
    label = forms.CharField(label=_("Name"), max_length=100)
    type = forms.ChoiceField(
        label=_("Type"),
        choices=CustomField.Type,
        required=False,
        help_text=_("It cannot be changed later."),
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line; only for a choice or a multiple choice."),
    )

    def __init__(self, *given: Any, field: CustomField | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.field = field
        if field is not None:
            del self.fields["type"], self.fields["about"]
            if field.type not in LISTED:
                del self.fields["options"]

    @property
    def chosen_about(self) -> str:
        return self.cleaned_data.get("about") or CustomField.About.CUSTOMER

    @property
    def chosen_type(self) -> str:
        return self.field.type if self.field else self.cleaned_data.get("type", "")

    def clean_options(self) -> list[str]:
        lines = str(self.cleaned_data["options"]).splitlines()
        options = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
        if any(len(option) > 100 for option in options):
            raise ValidationError(gettext("An option can have up to 100 letters."))
        return options

    def clean(self) -> dict[str, Any]:
        if self.chosen_type not in LISTED:
            self.cleaned_data["options"] = []
        elif "options" in self.cleaned_data and not self.cleaned_data["options"]:
            self.add_error("options", gettext("Write at least one option."))
        return self.cleaned_data


class BaseRulesForm(forms.ModelForm[BaseRules]):
    """Only reads and checks: the action saves."""

    class Meta:
        model = BaseRules
        fields = [
            "lost_days",
            "active_days",
            "frequent_purchases",
            "regular_purchases",
            "high_volume_percent",
            "low_volume_percent",
        ]
