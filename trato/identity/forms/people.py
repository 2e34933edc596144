"""Users, teams and one's own profile."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.identity import choices
from trato.identity.models import Team, User
from trato.identity.queries import email_is_taken, usual_visibility
from trato.identity.rules import Role, Visibility, lacks_team
from trato.ui.widgets import ChipSelect


class _PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"))

    def __init__(self, *given: Any, user: User | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.user = user

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if email_is_taken(email=email, besides=self.user):
            raise ValidationError(gettext("Somebody else signs in with this e-mail."))
        return email


class UserForm(_PersonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    visibility = forms.ChoiceField(
        label=_("Sees"),
        choices=Visibility,
        help_text=_("Whose customers, and with them whose orders and tasks."),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=ChipSelect
    )
    language = forms.ChoiceField(label=_("Language"), choices=choices.own_languages, required=False)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if lacks_team(given.get("visibility", ""), given.get("teams") or ()):
            self.add_error("teams", _team_wanted())
        return self.cleaned_data


def _team_wanted() -> str:
    if not Team.objects.exists():
        return gettext("There are no teams yet. Create one first, or choose what else to see.")
    return gettext("Choose a team: without one only the own records would be seen.")


class NewUserForm(UserForm):
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave it empty to send an e-mail with a link to choose one."),
    )
    # What the role usually sees is the first answer: who chooses a role need not think of it.
    visibility = forms.ChoiceField(
        label=_("Sees"),
        choices=[("", _("What the role usually sees")), *Visibility.choices],
        required=False,
        help_text=_("Whose customers, and with them whose orders and tasks."),
    )

    def clean_visibility(self) -> str:
        if chosen := str(self.cleaned_data["visibility"]):
            return chosen
        return usual_visibility(self.cleaned_data.get("role", ""))


class ProfileForm(_PersonForm):
    language = forms.ChoiceField(label=_("Language"), choices=choices.own_languages, required=False)
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=User._meta.get_field("theme").flatchoices,
        widget=forms.RadioSelect,
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Eight characters at least. A sentence is easier to remember than a word."),
    )

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        self.user = user

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError(gettext("This is not your password."))
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    members = forms.ModelMultipleChoiceField(
        label=_("Members"),
        queryset=User.objects.all(),
        required=False,
        widget=ChipSelect,
    )
