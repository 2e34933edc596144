"""What is changed in the list of customers: a column of one row, or one field of many rows."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.customers.custom.inputs import PREFIX
from trato.customers.custom.listed import CUSTOM
from trato.customers.models import Customer
from trato.customers.queries.profile import known_tags
from trato.identity.models import Team, User
from trato.ui.widgets import KnownInput

LONGEST_TAG = 60
NOBODY = gettext_lazy("Nobody")


OWN = frozenset(
    {"name", "status", "owner", "team", "tags", "languages", "origin"}
    | {"since", "birth_date", "tax_id"}
)


def form_name(column: str) -> str:
    """The field of ``CustomerForm`` that changes a column; none for what is worked out."""
    if column.startswith(CUSTOM):
        return PREFIX + column.removeprefix(CUSTOM)
    return column if column in OWN else ""


def _status() -> forms.Field:
    return forms.ChoiceField(label=_("Relationship"), choices=Customer.Status.choices)


def _owner() -> forms.Field:
    people = User.objects.filter(is_active=True)
    return forms.ModelChoiceField(people, label=_("Owner"), required=False, empty_label=str(NOBODY))


def _team() -> forms.Field:
    teams = Team.objects.all()
    return forms.ModelChoiceField(teams, label=_("Team"), required=False, empty_label="—")


def _tag(label: str) -> forms.Field:
    return forms.CharField(label=label, max_length=LONGEST_TAG, widget=KnownInput(known_tags))


class TogetherForm(forms.Form):
    """One field of many customers; of tags, one that all get or that all lose."""

    FIELDS = {
        "owner": "owner_id",
        "team": "team_id",
        "status": "status",
        "tag": "tags",
        "untag": "tags_less",
    }

    def __init__(self, data: Any, what: str) -> None:
        super().__init__(data)
        self.what = what
        made: dict[str, Callable[[], forms.Field]] = {
            "owner": _owner,
            "team": _team,
            "status": _status,
            "tag": lambda: _tag(_("Tag to add")),
            "untag": lambda: _tag(_("Tag to take off")),
        }
        self.fields["value"] = made[what]()

    @property
    def field(self) -> str:
        return self.FIELDS[self.what]

    @property
    def value(self) -> Any:
        found = self.cleaned_data["value"]
        return found.pk if isinstance(found, User | Team) else found
