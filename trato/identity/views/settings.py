"""The landing of the settings, and the company's own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest, requires
from trato.identity.actions import change_company
from trato.identity.audit import changes
from trato.identity.forms.company import CompanyForm
from trato.identity.places import SETTINGS, open_places
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.ui.responses import toast


@requires()
def landing(request: UserRequest) -> HttpResponse:
    places = open_places(SETTINGS, request.user)
    return render(request, "identity/settings.html", {"places": places})


@requires(Permission.MANAGE_COMPANY)
def company_settings(request: UserRequest) -> HttpResponse:
    current = company()
    initial = {name: getattr(current, name) for name in CompanyForm.base_fields}
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_company(changes=form.cleaned_data)
        return toast(request, redirect("identity:company"), _("The company's settings are saved."))
    values = {"form": form, "company": current, "changes": changes(current, limit=50)}
    return render(request, "identity/company.html", values, status=422 if form.is_bound else 200)
