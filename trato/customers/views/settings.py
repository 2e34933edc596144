"""What an administrator decides about customers: their own fields, and the rules of the base."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from trato.customers.actions import change_base_rules, move_custom_field, save_custom_field
from trato.customers.forms.settings import BaseRulesForm, CustomFieldForm
from trato.customers.jobs import settle_all_statuses
from trato.customers.models import BaseRules, CustomField
from trato.customers.parts import charts
from trato.customers.queries.base import base
from trato.customers.queries.profile import all_custom_fields, base_rules
from trato.identity.access import UserRequest, requires
from trato.identity.audit import changes
from trato.identity.forms.problems import take_over
from trato.identity.rules import Permission
from trato.kit.jobs import defer_once
from trato.ui.responses import go, toast
from trato.ui.table import Column, Table

manages_fields = requires(Permission.MANAGE_FIELDS)


def _about(request: UserRequest) -> CustomField.About:
    """Whose fields are looked at; the customers' first."""
    asked = request.GET.get("about", "")
    return CustomField.About(asked if asked in CustomField.About else CustomField.About.CUSTOMER)


def _list_url(about: str) -> str:
    return f"{reverse('customers:fields')}?about={about}"


@manages_fields
def fields(request: UserRequest) -> HttpResponse:
    about = _about(request)
    every = all_custom_fields(None)
    columns = (
        Column("label", _("Name")),
        Column("type", _("Type")),
        Column("options", _("Options")),
        Column("key", _("Key in files and programs")),
        Column("state", _("State")),
    )
    table = Table(name="fields", columns=columns, has_actions=True)
    tabs = [
        (one, one.label, sum(field.about == one for field in every)) for one in CustomField.About
    ]
    shown = [field for field in every if field.about == about]
    values = {"table": table, "fields": shown, "about": about, "tabs": tabs}
    return render(request, "customers/settings_fields.html", values)


@manages_fields
def edit_field(request: UserRequest, pk: int | None = None) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=pk) if pk else None
    initial: dict[str, str] = {"about": _about(request)}
    if field:
        initial |= {"label": field.label, "options": "\n".join(field.options)}
    form = CustomFieldForm(request.POST or None, initial=initial, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_custom_field(
                field,
                about=form.chosen_about,
                label=form.cleaned_data["label"],
                type_=form.chosen_type,
                options=form.cleaned_data["options"],
                is_active=field.is_active if field else True,
            )
        except ValidationError as error:
            take_over(form, error, "label")
        else:
            return toast(request, go(request, _list_url(saved.about)), _("Saved."))
    values = {
        "form": form,
        "field": field,
        "changes": changes(field) if field else [],
        "back": _list_url(field.about if field else _about(request)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/settings_field.html", values, status=status)


@require_POST
@manages_fields
def set_field_active(request: UserRequest, pk: int) -> HttpResponse:
    """Deactivated, a field is no longer shown or asked for; what customers have in it stays."""
    field = get_object_or_404(CustomField, pk=pk)
    active = request.POST.get("active") == "1"
    save_custom_field(
        field, label=field.label, type_=field.type, options=field.options, is_active=active
    )
    said = _("%(name)s is shown again.") if active else _("%(name)s is no longer shown.")
    return toast(request, redirect(_list_url(field.about)), said % {"name": field.label})


@require_POST
@manages_fields
def move_field(request: UserRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=pk)
    move_custom_field(field, by=-1 if request.POST.get("to") == "up" else 1)
    return redirect(_list_url(field.about))


@manages_fields
def rules(request: UserRequest) -> HttpResponse:
    """The form; with values in the address, what they would mean, before they are saved."""
    current = base_rules()
    given = request.POST or (request.GET if request.htmx else None) or None
    form = BaseRulesForm(given, instance=BaseRules(pk=current.pk) if given else current)
    valid = form.is_bound and form.is_valid()
    if request.method == "POST" and valid:
        change_base_rules(changes=form.cleaned_data)
        defer_once(settle_all_statuses)
        said = _("The rules are saved. Who is current and who is lost follows in a moment.")
        return toast(request, redirect("customers:rules"), said)
    shown = form.instance if valid else current
    found = base(user=request.user, rules=shown, as_of=timezone.localtime())
    values = {"form": form, "charts": charts(found, shown), "changes": changes(current, limit=50)}
    values["is_wrong"] = form.is_bound and not valid
    if request.htmx:
        return render(request, "customers/settings_rules.html#reading", values)
    status = 422 if form.is_bound else 200
    return render(request, "customers/settings_rules.html", values, status=status)
