"""E-mails, telephones, addresses and ids of a customer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from trato.customers.actions import (
    add_address,
    add_email,
    add_external_id,
    add_phone,
    make_primary,
    remove_contact_way,
)
from trato.customers.models import (
    Customer,
    EmailAddress,
    ExternalId,
    PhoneNumber,
    PostalAddress,
)
from trato.identity.access import UserRequest, requires
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.ui.responses import close_dialog
from trato.web.forms.profile import AddressForm, EmailForm, ExternalIdForm, PhoneForm
from trato.web.views.customer.finding import done, find, warn_of_twins
from trato.web.views.customer.saving import add_errors

MODELS: dict[str, Any] = {
    "email": EmailAddress,
    "phone": PhoneNumber,
    "address": PostalAddress,
    "external": ExternalId,
}
TITLES = {
    "email": gettext_lazy("Add an e-mail"),
    "phone": gettext_lazy("Add a telephone"),
    "address": gettext_lazy("Add an address"),
    "external": gettext_lazy("Add an id of another system"),
}


def _form(kind: str, data: Any) -> Form:
    country = company().country
    if kind == "email":
        return EmailForm(data)
    if kind == "phone":
        return PhoneForm(data, country=country)
    if kind == "address":
        return AddressForm(data, country=country)
    return ExternalIdForm(data)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def add(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    customer = find(request, pk)
    if kind not in MODELS:
        raise Http404
    form = _form(kind, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _added(request, customer, kind, form):
        response = done(request, customer, _("Added"))
        emails, phones = (form.cleaned_data.get(name, ()) for name in ("emails", "phones"))
        if emails or phones:
            warn_of_twins(request, response, customer, emails=emails, phones=phones)
        return close_dialog(response) if request.htmx else response
    context = {"form": form, "customer": customer, "title": TITLES[kind]}
    status = 422 if form.errors else 200
    return render(request, "web/customer/add.html", context, status=status)


def _added(request: UserRequest, customer: Customer, kind: str, form: Any) -> bool:
    data = form.cleaned_data
    common: dict[str, Any] = {"at": timezone.now(), "user": request.user}
    try:
        if kind == "email":
            for address in data["emails"]:
                add_email(customer, address=address, label=data["label"], **common)
        elif kind == "phone":
            for number in data["phones"]:
                add_phone(customer, number=number, label=data["label"], **common)
        elif kind == "address":
            add_address(customer, draft=form.draft(), **common)
        elif ExternalId.objects.filter(**data).exists():
            raise ValidationError(_("This id belongs to another customer."))
        else:
            add_external_id(customer, **data, **common)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _way(customer: Customer, kind: str, way: int) -> Any:
    if kind not in MODELS:
        raise Http404
    return get_object_or_404(MODELS[kind], pk=way, customer=customer)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def remove(request: UserRequest, pk: int, kind: str, way: int) -> HttpResponse:
    customer = find(request, pk)
    remove_contact_way(_way(customer, kind, way), at=timezone.now(), user=request.user)
    return done(request, customer, _("Removed"))


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
@require_POST
def make_main(request: UserRequest, pk: int, kind: str, way: int) -> HttpResponse:
    customer = find(request, pk)
    if kind == "external":
        raise Http404
    make_primary(_way(customer, kind, way))
    return done(request, customer, _("It is the main one now"))
