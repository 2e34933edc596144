"""What is changed in the list of customers: one field of one customer, or of many."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.customers.models import Customer
from trato.identity.models import Team, User

LONGEST_TAG = 60
NOBODY = gettext_lazy("Nobody")


class WordsField(forms.CharField):
    """Words apart by commas, each once."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = [" ".join(word.split()) for word in super().clean(value).split(",")]
        if any(len(word) > LONGEST_TAG for word in words):
            raise forms.ValidationError(_("A tag has at most 60 letters."))
        return list(dict.fromkeys(filter(None, words)))


def _status() -> forms.Field:
    return forms.ChoiceField(label=_("Relationship"), choices=Customer.Status.choices)


def _owner(now: int | None = None) -> forms.Field:
    """Those who work here, and whoever it is now."""
    people = User.objects.filter(Q(is_active=True) | Q(pk=now)).order_by("name")
    return forms.ModelChoiceField(people, label=_("Owner"), required=False, empty_label=str(NOBODY))


def _team() -> forms.Field:
    teams = Team.objects.all()
    return forms.ModelChoiceField(teams, label=_("Team"), required=False, empty_label="—")


class CellForm(forms.Form):
    """One field of one customer."""

    def __init__(self, data: Any, customer: Customer, key: str) -> None:
        super().__init__(data, initial={key: getattr(customer, key)})
        self.key = key
        tags = WordsField(label=_("Tags"), required=False, help_text=_("Apart by commas."))
        made: dict[str, Callable[[], forms.Field]] = {
            "status": _status,
            "owner": lambda: _owner(customer.owner_id),
            "team": _team,
            "tags": lambda: tags,
        }
        self.fields[key] = made[key]()

    @property
    def changes(self) -> dict[str, Any]:
        value = self.cleaned_data[self.key]
        if self.key in {"owner", "team"}:
            return {f"{self.key}_id": value.pk if value else None}
        return {self.key: value}


EDITABLE = ("status", "owner", "team", "tags")


class TogetherForm(forms.Form):
    """One field of many customers; of tags, one that all get."""

    FIELDS = {"owner": "owner_id", "team": "team_id", "status": "status", "tag": "tags"}

    def __init__(self, data: Any, what: str) -> None:
        super().__init__(data)
        self.what = what
        tag = forms.CharField(label=_("Tag"), max_length=LONGEST_TAG)
        made: dict[str, Callable[[], forms.Field]] = {
            "owner": _owner,
            "team": _team,
            "status": _status,
            "tag": lambda: tag,
        }
        self.fields["value"] = made[what]()

    @property
    def field(self) -> str:
        return self.FIELDS[self.what]

    @property
    def value(self) -> Any:
        found = self.cleaned_data["value"]
        return found.pk if isinstance(found, User | Team) else found
