from typing import Any

from django import forms
from django.db.models import Q
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

    def __init__(
        self, data: Any = None, *, user: User, task: Task | None = None, **given: Any
    ) -> None:
        start = {"assignee": user.pk}
        if task is not None:
            start = {name: getattr(task, name) for name in ("title", "kind", "due_on", "assignee")}
        super().__init__(data, initial=start, **given)
        if task is not None:
            self._keep(task.assignee_id)

    def _keep(self, assignee: int | None) -> None:
        """Whose task it is stays choosable, even if they no longer work here."""
        field = self.fields["assignee"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(Q(is_active=True) | Q(pk=assignee))
