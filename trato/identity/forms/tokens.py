from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.identity.models import ApiToken
from trato.ui.fields import DayField


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program will use it.")
    )
    scope = forms.ChoiceField(
        label=_("Can"),
        choices=ApiToken.Scope,
        initial=ApiToken.Scope.READ,
        widget=forms.RadioSelect,
    )
    expires_on = DayField(
        label=_("Until"), required=False, help_text=_("Empty: until somebody revokes it.")
    )

    def clean_expires_on(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
        if ends <= timezone.now():
            raise ValidationError(gettext("Choose a date in the future."))
        return ends
