"""Changing one field where it stands."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from trato.customers.actions import update_customer
from trato.customers.custom.inputs import PREFIX
from trato.customers.forms.customer import CustomerForm
from trato.customers.models import Customer, CustomField
from trato.customers.queries.profile import shown_fields
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui.responses import close_dialog, refresh
from trato.web.views.customer.finding import CHANGED, WHO, done, find, is_seen, leave
from trato.web.views.customer.saving import saved
from trato.web.views.customer.shown import FIELDS, PERSON, Field, Shown

IN_PLACE = {"status", "tags", *PERSON, *FIELDS}


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def field(request: UserRequest, pk: int, name: str) -> HttpResponse:
    customer = find(request, pk)
    if name not in IN_PLACE:
        raise Http404
    form = _form(request, customer, [], name)
    return _answer(request, customer, form, name, None)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def custom(request: UserRequest, pk: int, key: str) -> HttpResponse:
    customer = find(request, pk)
    own = get_object_or_404(shown_fields(), key=key)
    form = _form(request, customer, [own], PREFIX + key)
    return _answer(request, customer, form, PREFIX + key, own)


def _form(
    request: UserRequest, customer: Customer, own: list[CustomField], name: str
) -> CustomerForm:
    data = request.POST if request.method == "POST" else None
    form = CustomerForm(data, company=request.company, custom_fields=own, customer=customer)
    form.keep_only(name)
    return form


def _answer(
    request: UserRequest, customer: Customer, form: CustomerForm, name: str, own: CustomField | None
) -> HttpResponse:
    """The form at first; the value again when it is saved, or when nothing is to change."""
    if request.method == "POST" and form.is_valid() and saved(request, customer, form):
        if not request.htmx or not is_seen(request, customer):
            return leave(request, customer, _("Saved"))
        if form.needs_room:
            return close_dialog(done(request, customer, _("Saved"), CHANGED, WHO))
        return refresh(_value(request, customer.pk, name, own), CHANGED)
    if "shown" in request.GET:
        return _value(request, customer.pk, name, own)
    context: dict[str, Any] = {"customer": customer, "form": form, "bound": form[name]}
    context["shown_url"] = f"{request.path}?shown=1"
    in_place = request.htmx and not form.needs_room
    template = "field_form.html#form" if in_place else "field_form.html"
    status = 422 if form.errors else 200
    response = render(request, f"web/customer/{template}", context, status=status)
    return response if in_place else reswap(retarget(response, "#dialog"), "innerHTML")


def _value(request: UserRequest, pk: int, name: str, own: CustomField | None) -> HttpResponse:
    if not request.htmx:
        return redirect("web:customer", pk)
    shown = Shown(
        find(request, pk, "owner", "team"),
        user=request.user,
        company=request.company,
        at=timezone.now(),
    )
    one: Field = shown.custom_field(own) if own else shown.field(name)
    return render(request, "web/customer/value.html#editable", {"field": one, "shown": shown})


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def remove_tag(request: UserRequest, pk: int) -> HttpResponse:
    customer = find(request, pk)
    tag = request.POST.get("tag") or request.GET.get("tag")
    tags = [word for word in customer.tags if word != tag]
    update_customer(customer, changes={"tags": tags}, at=timezone.now(), user=request.user)
    return done(request, customer, _("Saved"), CHANGED)
