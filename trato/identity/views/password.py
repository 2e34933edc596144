"""A forgotten password: a link by e-mail."""

from django.contrib.auth.views import PasswordResetConfirmView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy

from trato.identity.forms.session import ForgottenForm, NewPasswordForm
from trato.identity.jobs import send_password_link

SECONDS_BETWEEN_LETTERS = 60


def forgotten(request: HttpRequest) -> HttpResponse:
    """The answer is the same, and as quick, whether or not the address is known."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].strip().lower()
        if cache.add(f"password-link:{email}", True, SECONDS_BETWEEN_LETTERS):
            send_password_link.defer(email=email)
        return render(request, "identity/forgotten_sent.html", {"email": email})
    status = 422 if form.is_bound else 200
    return render(request, "identity/forgotten.html", {"form": form}, status=status)


new_password = PasswordResetConfirmView.as_view(
    template_name="identity/new_password.html",
    form_class=NewPasswordForm,
    success_url=reverse_lazy("identity:login", query={"password": "new"}),
)
