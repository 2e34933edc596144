from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.collaboration.models import Task
from trato.identity.models import User
from trato.ui.fields import DayField


class TaskForm(forms.Form):
    """What is to be done, by whom and when."""

    title = forms.CharField(
        label=_("What is to be done"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Task.Kind)
    due_on = DayField(label=_("For when"), required=False)
    assignee = forms.ModelChoiceField(
        label=_("Who does it"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        empty_label=_("Nobody yet"),
    )

    def __init__(self, data: Any = None, *, user: User, **given: Any) -> None:
        super().__init__(data, initial={"assignee": user.pk}, **given)
