from django import forms
from django.utils.translation import gettext_lazy as _

from trato.identity import choices


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=choices.countries,
        help_text=_("Telephone numbers without a prefix belong to it."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=choices.LANGUAGES,
        help_text=_("For messages to people who have not chosen their own."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=choices.time_zones,
        help_text=_("When a day begins and ends for everybody."),
    )
