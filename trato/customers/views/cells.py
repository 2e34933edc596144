"""A column of one customer, changed where it stands in the list."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import reswap, retarget

from trato.customers.actions import update_customer
from trato.customers.custom.inputs import PREFIX
from trato.customers.custom.listed import CUSTOM
from trato.customers.forms.customer import CustomerForm
from trato.customers.forms.listing import form_name
from trato.customers.models import Customer
from trato.customers.queries.profile import shown_fields
from trato.customers.views.listing import face, own_cells, own_list
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.kit.listing import rows_of
from trato.ui.lists import Cells
from trato.ui.responses import close_dialog


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def cell(request: UserRequest, pk: int, key: str) -> HttpResponse:
    """A column's form in its cell; the value again when it is saved or left."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    form, name = _form(request, customer, key)
    if request.method == "POST" and form.is_valid() and _saved(request, customer, form, name):
        return _back(request, _value(request, pk, key), in_dialog=form.needs_room)
    if "shown" in request.GET:
        return _value(request, pk, key)
    return _asked(request, customer, form, name)


def _form(request: UserRequest, customer: Customer, key: str) -> tuple[CustomerForm, str]:
    """The customer's form with this one field."""
    name = form_name(key)
    if not name:
        raise Http404
    own = []
    if name.startswith(PREFIX):
        own_key = key.removeprefix(CUSTOM)
        own = [get_object_or_404(shown_fields(), key=own_key)]
    data = request.POST if request.method == "POST" else None
    form = CustomerForm(data, company=request.company, custom_fields=own, customer=customer)
    form.keep_only(name)
    return form, name


def _saved(request: UserRequest, customer: Customer, form: CustomerForm, name: str) -> bool:
    changes = form.changes(customer)
    try:
        update_customer(customer, changes=changes, at=timezone.now(), user=request.user)
    except ValidationError as error:
        form.add_error(name, error.messages)
        return False
    return True


def _asked(request: UserRequest, customer: Customer, form: CustomerForm, name: str) -> HttpResponse:
    context: dict[str, Any] = {"customer": customer, "form": form, "bound": form[name]}
    context["shown_url"] = f"{request.path}?shown=1"
    in_place = request.htmx and not form.needs_room
    template = "customers/cell.html#form" if in_place else "customers/cell.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    return response if in_place else reswap(retarget(response, "#dialog"), "innerHTML")


def _back(request: UserRequest, response: HttpResponse, *, in_dialog: bool) -> HttpResponse:
    """The value to its cell, when a dialog asked for it."""
    if not (in_dialog and request.htmx):
        return response
    place = f'.editable-place:has(> [hx-get="{request.path}"])'
    return close_dialog(reswap(retarget(response, place), "outerHTML"))


def _value(request: UserRequest, pk: int, key: str) -> HttpResponse:
    if not request.htmx:
        return redirect("customers:list")
    listing = own_list(request)
    [row] = rows_of(listing, [pk], ["name", "kind", key])
    if key == "name":
        named = {"row": row, "page_url": reverse("web:customer", args=[pk]), "before": face(row)}
        return render(request, "customers/cell.html#name", named)
    fields = [field for field in listing.fields if field.key == key]
    shown = Cells(fields, own=own_cells()).written(row, key)
    context = {"shown": shown, "url": request.path, "label": fields[0].label}
    return render(request, "customers/cell.html#value", context)
