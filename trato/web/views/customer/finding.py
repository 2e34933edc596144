"""What every view of a customer begins and ends with."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from trato.customers.models import Customer
from trato.identity.access import UserRequest
from trato.ui.responses import go, refresh, toast
from trato.web.queries.customer import others_with

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


def is_seen(request: UserRequest, customer: Customer) -> bool:
    """Whether the user may still see a customer that was perhaps given to somebody else."""
    return Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists()


def leave(request: UserRequest, customer: Customer, text: str) -> HttpResponse:
    """To the customer's page; to the list if the user has just given the customer away."""
    if is_seen(request, customer):
        return toast(request, go(request, page_url(customer)), text)
    given = _("%(name)s is now with somebody else, and you do not see it any more.")
    words = given % {"name": customer.name}
    return toast(request, go(request, reverse("customers:list")), words, tone="info")


def warn_of_twins(
    request: UserRequest,
    response: HttpResponse,
    customer: Customer,
    *,
    emails: Sequence[str],
    phones: Sequence[str],
) -> HttpResponse:
    """Say who else has what was just written; only those that this user may see."""
    names = others_with(customer, user=request.user, emails=emails, phones=phones)
    if shown := ", ".join(names):
        return toast(request, response, _("%(names)s has it too.") % {"names": shown}, tone="warn")
    return response
