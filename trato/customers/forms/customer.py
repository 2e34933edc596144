"""What a customer is, in one form: to create, to change, and of one field to edit in place."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.custom.inputs import PREFIX, WithCustomFields
from trato.customers.forms.words import WordsField
from trato.customers.languages import language_choices
from trato.customers.models import Customer, CustomField
from trato.customers.queries.profile import known_tags
from trato.identity.models import Company, Team, User
from trato.ui.fields import DayField
from trato.ui.widgets import ChipSelect, WordsInput

NOBODY = _("Nobody")
FREE = {"autocomplete": "off"}
WIDE = (ChipSelect, WordsInput, forms.Textarea)
PLAIN: tuple[str, ...] = (
    "kind",
    "name",
    "given_name",
    "family_name",
    "status",
    "tax_id",
    "birth_date",
)
PLAIN += ("languages", "origin", "tags")


class CustomerForm(WithCustomFields):
    """What a customer is; its e-mails and telephones only when it is new."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Customer.Kind,
        widget=forms.RadioSelect(attrs={"class": "hidden-text"}),
        initial="person",
    )
    name = forms.CharField(
        label=_("Name"), max_length=300, widget=forms.TextInput(attrs=FREE | {"autofocus": True})
    )
    given_name = forms.CharField(label=_("Given name"), max_length=150, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=150, required=False)
    status = forms.ChoiceField(label=_("Relationship"), choices=Customer.Status)
    tax_id = forms.CharField(label=_("Tax number"), max_length=40, required=False)
    birth_date = DayField(label=_("Date of birth"), required=False)
    languages = forms.MultipleChoiceField(label=_("Languages"), required=False, widget=ChipSelect)
    origin = forms.CharField(
        label=_("Origin"), max_length=100, required=False, help_text=_("Where they know us from.")
    )
    tags = WordsField(
        label=_("Tags"),
        required=False,
        help_text=_("Apart by commas."),
        widget=WordsInput(known_tags),
    )
    since = DayField(label=_("Customer since"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=NOBODY
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.all(),
        required=False,
        empty_label=pgettext_lazy("team", "None"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        company: Company,
        custom_fields: list[CustomField],
        customer: Customer | None = None,
        **given: Any,
    ) -> None:
        kept = _initial(customer) if customer else {"status": "potential"}
        super().__init__(data, initial=kept | given.pop("initial", {}), **given)
        owners = User.objects.filter(is_active=True)
        if customer and customer.owner_id:
            owners = owners | User.objects.filter(pk=customer.owner_id)
        self._choices("owner").queryset = owners
        self._languages(customer.languages if customer else [])
        own = customer.custom if customer else None
        self.ask(custom_fields, currency=company.currency, kept=own)

    def _choices(self, name: str) -> "forms.ModelChoiceField[Any]":
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        return field

    def _languages(self, current: list[str]) -> None:
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = language_choices(current)

    def changes(self, customer: Customer) -> dict[str, Any]:
        """What is in the form as ``update_customer`` takes it."""
        data, found = self.cleaned_data, {}
        for name in set(data) & set(PLAIN):
            found[name] = data[name]
        for name in set(data) & {"owner", "team"}:
            found[f"{name}_id"] = data[name].pk if data[name] else None
        if "since" in data:
            found["since"] = start_of(data["since"], customer.since)
        if any(name.startswith(PREFIX) for name in data):
            found["custom"] = self.custom_values(customer.custom)
        return found

    @property
    def needs_room(self) -> bool:
        """Lists open downwards and texts have lines: too much for a cell or a narrow column."""
        return any(isinstance(field.widget, WIDE) for field in self.fields.values())

    def keep_only(self, name: str) -> None:
        """Make it the form of one field, for editing in place."""
        self.fields = {name: self.fields[name]}
        self.fields[name].help_text = ""
        self.custom_fields = [f for f in self.custom_fields if PREFIX + f.key == name]


def start_of(day: date | None, known: datetime | None) -> datetime | None:
    """The moment a day begins here; the known moment when it lies in that day."""
    if day is None or (known and timezone.localtime(known).date() == day):
        return known if day else None
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _initial(customer: Customer) -> dict[str, Any]:
    since = timezone.localtime(customer.since).date() if customer.since else None
    links = {"owner": customer.owner_id, "team": customer.team_id, "since": since}
    return {name: getattr(customer, name) for name in PLAIN} | links
