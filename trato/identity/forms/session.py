"""Coming in: the first time, with a password, after forgetting it."""

from typing import TYPE_CHECKING, Any

from axes.utils import reset
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from trato.identity import choices
from trato.identity.actions import set_password
from trato.identity.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _new_password(label: "StrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Eight characters at least. A sentence is easier to remember than a word."),
    )


class SignInForm(AuthenticationForm):
    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _("The e-mail or the password is not right."),
        "inactive": _("The e-mail or the password is not right."),
    }

    def clean_username(self) -> str:
        # One spelling, so that capital letters do not win more attempts.
        return str(self.cleaned_data["username"]).strip().lower()


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """For somebody who came by a link; one field, which can be shown, is enough."""

    password = _new_password(_("New password"))

    def __init__(self, user: User, **given: Any) -> None:
        super().__init__(**given)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def save(self) -> User:
        set_password(user=self.user, password=self.cleaned_data["password"])
        # Who could not remember may have been locked out while trying.
        reset(username=self.user.email)
        return self.user


class FoundingForm(forms.Form):
    company = forms.CharField(label=_("Name of the company"), max_length=200)
    country = forms.ChoiceField(label=_("Country"), choices=choices.countries)
    currency = forms.ChoiceField(label=_("Currency"), choices=choices.currencies)
    language = forms.ChoiceField(label=_("Language"), choices=choices.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=choices.time_zones)
    name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = _new_password(_("Password"))
