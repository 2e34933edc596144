"""What people tell analysis."""

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.customers.models import MicroSegment, Stage


class StageForm(forms.Form):
    """A stage with the reason why it is not the one that behaviour tells."""

    stage = forms.TypedChoiceField(
        label=_("Stage"),
        choices=Stage.choices,
        coerce=lambda value: Stage(int(value)),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("It is kept with your name, and holds until they do something new."),
    )


class SegmentForm(forms.ModelForm[MicroSegment]):
    class Meta:
        model = MicroSegment
        fields = ("name",)
        help_texts = {"name": _("Empty: the name made of what sets the group apart.")}
