"""What every view of a customer begins and ends with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer
from trato.customers.queries.matching import twins_of
from trato.identity.access import UserRequest
from trato.ui.responses import refresh, toast

CHANGED = "customer:changed"
WHO = "customer:who"


def find(request: UserRequest, pk: int, *related: str) -> Customer:
    """The customer, if this user may see it; 404 otherwise."""
    rows = Customer.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related(*related) if related else rows, pk=pk)


def page_url(customer: Customer) -> str:
    return reverse("web:customer", args=[customer.pk])


def done(request: UserRequest, customer: Customer, text: str, *events: str) -> HttpResponse:
    """It is done: back to the customer's page, or its parts fetch themselves again."""
    if not request.htmx:
        return toast(request, redirect(page_url(customer)), text)
    response = HttpResponse()
    for event in events or (CHANGED, WHO):
        refresh(response, event)
    return toast(request, response, text)


def warn_of_twins(
    request: UserRequest, response: HttpResponse, customer: Customer, **known: Any
) -> HttpResponse:
    """Say who else has what was just written; only those that this user may see."""
    ids = [twin.pk for twin in twins_of(CustomerDraft(**known), besides=customer.pk)]
    names = Customer.objects.visible_to(request.user).filter(pk__in=ids[:20]).order_by("sort_key")
    if shown := ", ".join(names.values_list("name", flat=True)[:3]):
        return toast(request, response, _("%(names)s has it too.") % {"names": shown}, tone="warn")
    return response
