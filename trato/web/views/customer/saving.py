"""Creating, changing and deleting a customer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.customers.actions import (
    HasPurchases,
    TwinFound,
    create_customer,
    delete_customer,
    update_customer,
)
from trato.customers.forms.customer import CustomerForm
from trato.customers.models import Customer
from trato.customers.queries.profile import custom_fields
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.ui.responses import go, toast
from trato.web.forms.customer import NewCustomerForm
from trato.web.queries.customer import Twins, twins_shown
from trato.web.views.customer.finding import find, leave, page_url
from trato.web.words import address_words, telephone

# Of a new customer's form: what always shows, and what is behind “Address”.
IN_SIGHT = {"kind", "name", "emails", "phones", "__all__"}
IN_ADDRESS = {"street", "postal_code", "city", "region", "country"}

FROM_LINK = ("name", "kind", "origin")


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def new(request: UserRequest) -> HttpResponse:
    given: dict[str, Any] = {"company": request.company, "user": request.user}
    given["custom_fields"] = custom_fields()
    if request.method != "POST":
        known = {name: request.GET[name] for name in FROM_LINK if name in request.GET}
        return _new_page(request, NewCustomerForm(initial=known, **given))
    form = NewCustomerForm(request.POST, **given)
    if not form.is_valid():
        return _new_page(request, form)
    try:
        made = create_customer(
            form.draft(),
            at=timezone.now(),
            user=request.user,
            source="page",
            twin_is_fine=form.cleaned_data["twin_is_fine"],
        )
    except TwinFound as found:
        country = request.company.country
        twins = twins_shown(form.draft(), found.twins, user=request.user, country=country)
        return _new_page(request, form, twins=twins)
    except ValidationError as error:
        add_errors(form, error)
        return _new_page(request, form)
    return leave(request, made, _("Created: %(name)s") % {"name": made.name})


def _new_page(
    request: UserRequest, form: NewCustomerForm, *, twins: Twins | None = None
) -> HttpResponse:
    wrong = set(form.errors)
    context: dict[str, Any] = {
        "form": form,
        "twins": twins and twins.shown,
        "opens_address": bool(wrong & IN_ADDRESS),
        "opens_details": bool(wrong - IN_ADDRESS - IN_SIGHT),
    }
    if twins is not None:
        draft = form.draft()
        phones = [telephone(number, request.company.country) for number in draft.phones]
        words = [*draft.emails, *phones, draft.tax_id, *map(address_words, draft.addresses)]
        context |= {"draft": draft, "more": twins.more, "written": [word for word in words if word]}
    status = 422 if form.errors or twins is not None else 200
    return render(request, "web/customer/new.html", context, status=status)


def add_errors(form: Form, error: ValidationError) -> None:
    """An action's complaint beside the field it is about, or on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.error_dict.items():
        field = name.removesuffix("_id")
        form.add_error(field if field in form.fields else None, messages)


@requires(Permission.VIEW_CUSTOMERS, Permission.CHANGE_CUSTOMERS)
def edit(request: UserRequest, pk: int) -> HttpResponse:
    customer = find(request, pk)
    form = CustomerForm(
        request.POST or None,
        company=request.company,
        custom_fields=custom_fields(),
        customer=customer,
    )
    version = customer.updated_at.isoformat()
    if request.method == "POST" and form.is_valid():
        if request.POST.get("version") != version:
            words = _("Somebody changed this customer meanwhile. Look at it again before saving.")
            form.add_error(None, words)
        elif saved(request, customer, form):
            return leave(request, customer, _("Saved"))
    context = {"form": form, "customer": customer, "version": version}
    status = 422 if form.errors else 200
    return render(request, "web/customer/edit.html", context, status=status)


def saved(request: UserRequest, customer: Customer, form: CustomerForm) -> bool:
    """Whether what is in the form could be written; else the form says why not."""
    changes = form.changes(customer)
    try:
        update_customer(customer, changes=changes, at=timezone.now(), user=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


@requires(Permission.VIEW_CUSTOMERS, Permission.DELETE_CUSTOMERS)
def delete(request: UserRequest, pk: int) -> HttpResponse:
    customer = find(request, pk)
    if request.method == "POST":
        try:
            delete_customer(customer, at=timezone.now(), user=request.user)
        except HasPurchases:
            words = _("%(name)s has purchases and is kept.") % {"name": customer.name}
            return toast(request, go(request, page_url(customer)), words, tone="bad")
        words = _("Deleted: %(name)s") % {"name": customer.name}
        return toast(request, go(request, reverse("customers:list")), words)
    context = {"customer": customer, "has_purchases": customer.orders.exists()}
    return render(request, "web/customer/delete.html", context)
