"""Coming in and going out."""

import re
from typing import Any

from babel.core import get_global
from babel.numbers import get_territory_currencies
from django.conf import settings
from django.contrib import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trato.identity.actions import AlreadyFounded, found, set_preferences
from trato.identity.choices import countries
from trato.identity.forms.problems import take_over
from trato.identity.forms.session import FoundingForm, SignInForm
from trato.identity.models import User
from trato.identity.queries import is_founded

BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR = 60 * 60 * 24 * 365
HOME_ZONE = "Europe/Madrid"
# Where most people live, of countries with several time zones.
MAIN_ZONES = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "ES": HOME_ZONE,
    "MX": "America/Mexico_City",
    "PT": "Europe/Lisbon",
    "US": "America/New_York",
}
THEMES = {"system", "light", "dark"}


def _safe(request: HttpRequest, url: str) -> str:
    """The address to go on to, unless it leads out of Trato."""
    hosts = {request.get_host()}
    fits = url_has_allowed_host_and_scheme(url, hosts, require_https=request.is_secure())
    return url if fits else ""


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    onward = _safe(request, request.POST.get("next", request.GET.get("next", "")))
    onward = onward or reverse("web:home")
    if request.user.is_authenticated:
        return redirect(onward)
    if not is_founded():
        return redirect("identity:founding")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        auth.login(request, form.get_user())
        return redirect(onward)
    status = 422 if form.is_bound else 200
    return render(request, "identity/sign_in.html", {"form": form, "next": onward}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("identity:login")


@never_cache
@sensitive_post_parameters("password")
def founding(request: HttpRequest) -> HttpResponse:
    """The first page ever: who works here. Never again once somebody does."""
    if is_founded():
        return redirect("identity:login")
    form = FoundingForm(request.POST or None, initial=_guesses(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = _found(form.cleaned_data)
        except AlreadyFounded:
            return redirect("identity:login")
        except ValidationError as error:
            take_over(form, error, "password")
        else:
            auth.login(request, user, backend=BACKEND)
            return redirect("web:home")
    status = 422 if form.is_bound else 200
    return render(request, "identity/founding.html", {"form": form}, status=status)


def _found(given: dict[str, Any]) -> User:
    names = ("country", "currency", "language", "time_zone")
    changes = {name: given[name] for name in names} | {"name": given["company"]}
    return found(
        company_changes=changes,
        email=given["email"],
        name=given["name"],
        password=given["password"],
    )


def _guesses(request: HttpRequest) -> dict[str, str]:
    """Where the browser seems to be; Spain if it does not say."""
    found = re.search(r"-([A-Z]{2})\b", request.headers.get("Accept-Language", ""))
    country = found[1] if found and found[1] in dict(countries()) else "ES"
    zones = get_global("zone_territories")
    zone = next((name for name in sorted(zones) if zones[name] == country), HOME_ZONE)
    return {
        "country": country,
        "currency": get_territory_currencies(country)[-1],
        "language": get_language() or "es",
        "time_zone": MAIN_ZONES.get(country, zone),
    }


def preferences(request: HttpRequest) -> HttpResponse:
    """Theme or language, kept with the user and in the browser for the sign-in page."""
    if request.method != "POST":
        htmx = getattr(request, "htmx", None)
        here = htmx.current_url_abs_path if htmx else ""
        return render(request, "identity/preferences.html", {"next": here or request.path})
    theme, language = request.POST.get("theme", ""), request.POST.get("language", "")
    response = HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or "/")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax")
    if isinstance(request.user, User):
        set_preferences(
            user=request.user,
            theme=theme if theme in THEMES else None,
            language=language if language in dict(settings.LANGUAGES) else None,
        )
    return response
