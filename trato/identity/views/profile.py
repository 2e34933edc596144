"""One's own name, password, language and theme."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from trato.identity.access import UserRequest, requires
from trato.identity.actions import change_profile, set_password
from trato.identity.forms.people import PasswordForm, ProfileForm
from trato.ui.responses import go, toast


@requires()
def profile(request: UserRequest) -> HttpResponse:
    user = request.user
    names = ("name", "email", "language", "theme")
    initial = {name: getattr(user, name) for name in names}
    form = ProfileForm(request.POST or None, initial=initial, user=user)
    if request.method == "POST" and form.is_valid():
        change_profile(user=user, **form.cleaned_data)
        with translation.override(user.language or translation.get_language()):
            return toast(request, redirect("identity:profile"), _("Your profile is saved."))
    status = 422 if form.is_bound else 200
    return render(request, "identity/profile.html", {"form": form}, status=status)


@sensitive_post_parameters("old", "new")
@requires()
def password(request: UserRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        set_password(user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        answer = go(request, reverse("identity:profile"))
        said = _("Your password is changed; other devices have to sign in again.")
        return toast(request, answer, said)
    status = 422 if form.is_bound else 200
    return render(request, "identity/password.html", {"form": form}, status=status)
