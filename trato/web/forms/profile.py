"""The small forms of the customer page, one for each thing that is added to it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.collaboration.models import Task
from trato.customers.custom.inputs import WithCustomFields
from trato.customers.drafts import AddressDraft, Contact
from trato.customers.models import Channel, Customer, EventKind, Fact
from trato.identity.models import User
from trato.ui.fields import DayField, MomentField
from trato.web.forms.reading import EmailsField, TelephonesField, country_choices

SUBJECT = 160
TASK = "task"
KINDS = (
    (EventKind.NOTE.value, EventKind.NOTE.label),
    (EventKind.CALL.value, EventKind.CALL.label),
    (EventKind.VISIT.value, EventKind.VISIT.label),
    (EventKind.MEETING.value, EventKind.MEETING.label),
    (EventKind.EMAIL.value, EventKind.EMAIL.label),
    (EventKind.MESSAGE.value, EventKind.MESSAGE.label),
)
CHANNEL_OF = {
    EventKind.CALL.value: Channel.TELEPHONE.value,
    EventKind.VISIT.value: Channel.IN_PERSON.value,
    EventKind.MEETING.value: Channel.IN_PERSON.value,
    EventKind.EMAIL.value: Channel.EMAIL.value,
}


def title_and_body(text: str) -> tuple[str, str]:
    """The first line is what it is about; one too long for that is cut, and kept whole below."""
    first, _line, rest = text.strip().partition("\n")
    first = first.strip()
    if len(first) <= SUBJECT:
        return first, rest.strip()
    return first[:SUBJECT].rsplit(" ", 1)[0] + "…", text.strip()


# Id and name of who can be given a task.
type People = tuple[tuple[int, str], ...]


class ContactForm(WithCustomFields):
    """Something said or done with a customer, or a task to do for one of ``people``."""

    kind = forms.ChoiceField(
        label=_("Kind"), widget=forms.RadioSelect(attrs={"class": "hidden-text"})
    )
    text = forms.CharField(
        label=_("What was said or done"), max_length=20000, widget=forms.Textarea(attrs={"rows": 2})
    )
    at = MomentField(label=pgettext_lazy("moment", "When"), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Channel")), *Channel.choices]
    )
    due_on = DayField(label=_("For when"), required=False)
    assignee = forms.TypedChoiceField(
        label=_("Who does it"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, data: Any = None, *, user_id: int, now: datetime, people: People | None, **given: Any
    ) -> None:
        self.now = now
        first = {"kind": EventKind.NOTE.value, "assignee": user_id}
        super().__init__(data, initial=first | given.pop("initial", {}), **given)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101
        kind.choices = KINDS if people is None else [*KINDS, (TASK, _("Task"))]
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.ChoiceField)  # noqa: S101
        assignee.choices = [("", _("Nobody yet")), *(people or ())]

    def clean_at(self) -> datetime:
        at: datetime | None = self.cleaned_data["at"]
        if at and at > self.now + timedelta(minutes=5):
            raise ValidationError(_("This is still to come: plan it as a task."))
        return at or self.now

    @property
    def is_task(self) -> bool:
        return bool(self.cleaned_data["kind"] == TASK)

    def contact(self) -> Contact:
        data = self.cleaned_data
        subject, body = title_and_body(data["text"])
        return Contact(
            kind=data["kind"],
            subject=subject,
            body=body,
            channel=data["channel"] or CHANNEL_OF.get(data["kind"], ""),
            at=data["at"],
            custom=self.custom_values(),
        )

    def task(self) -> dict[str, Any]:
        """As ``create_task`` takes it."""
        data = self.cleaned_data
        return {
            "title": " ".join(data["text"].split())[:200],
            "kind": Task.Kind.TASK,
            "assignee": User.objects.filter(pk=data["assignee"]).first(),
            "due_on": data["due_on"],
        }


class LabelledForm(forms.Form):
    label = forms.CharField(
        label=_("Label"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Work, home…"), "autocomplete": "off"}),
    )


class EmailForm(LabelledForm):
    emails = EmailsField(label=_("E-mail"))
    field_order = ("emails", "label")


class PhoneForm(LabelledForm):
    def __init__(self, *args: Any, country: str, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["phones"] = TelephonesField(label=_("Telephone"), country=country)
        self.order_fields(["phones", "label"])


class AddressForm(LabelledForm):
    street = forms.CharField(label=_("Street and number"), max_length=300, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=150, required=False)
    region = forms.CharField(label=_("Province or region"), max_length=150, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    field_order = ("street", "postal_code", "city", "region", "country", "label")

    def __init__(self, data: Any = None, *, country: str, **given: Any) -> None:
        super().__init__(data, initial={"country": country}, **given)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = country_choices()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(name) for name in ("street", "postal_code", "city", "region")):
            raise ValidationError(_("Write at least the street or the town."))
        return data

    def draft(self) -> AddressDraft:
        return AddressDraft(**self.cleaned_data)


class ExternalIdForm(forms.Form):
    system = forms.CharField(
        label=_("System"), max_length=60, required=False, help_text=_("Where it has this id.")
    )
    value = forms.CharField(label=_("Id"), max_length=200)


class RoleForm(forms.Form):
    """``other`` is chosen among those that the user may see."""

    other = forms.ModelChoiceField(
        label=_("Who"),
        queryset=Customer.objects.none(),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("Position"), max_length=150, required=False)

    def __init__(self, *args: Any, others: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)  # noqa: S101
        other.queryset = others


class FactForm(forms.Form):
    origin = forms.ChoiceField(
        label=_("How we know"),
        choices=[
            (Fact.Origin.DECLARED.value, _("They said it")),
            (Fact.Origin.OBSERVED.value, _("We observed it")),
        ],
        initial=Fact.Origin.DECLARED.value,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Fact.Kind)
    text = forms.CharField(label=pgettext_lazy("fact", "What"), max_length=300)
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("Where it comes from: a call, a survey, the shop…"),
    )


class ConsentForm(forms.Form):
    """A yes or a no. Without evidence it is worth nothing, so it asks for it."""

    granted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Yes, we may")), ("no", _("No, we may not"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    how = forms.CharField(
        label=_("How it was given"),
        max_length=200,
        help_text=_("The evidence: signed form, box ticked on the web, call recorded…"),
    )
    text_version = forms.CharField(
        label=_("Version of the text"),
        max_length=60,
        required=False,
        help_text=_("Which wording they were shown."),
    )
    at = MomentField(
        label=pgettext_lazy("moment", "When"), required=False, help_text=_("Empty: now.")
    )

    def __init__(self, *args: Any, now: datetime, **given: Any) -> None:
        self.now = now
        super().__init__(*args, **given)

    def clean_at(self) -> datetime:
        at: datetime | None = self.cleaned_data["at"]
        if at and at > self.now + timedelta(minutes=5):
            raise ValidationError(_("Consent cannot be given in the future."))
        return at or self.now
