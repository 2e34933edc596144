"""The list of customers as a file, with the filters in force, and what was said with them."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from trato.customers.models import Customer
from trato.customers.queries.contacts import contact_headings, contact_rows
from trato.customers.queries.listing import customer_file, customer_list
from trato.identity.access import UserRequest, requires
from trato.identity.files import Canonical, list_file
from trato.identity.rules import Permission


@requires(Permission.VIEW_CUSTOMERS, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    listing = customer_file(currency=request.company.currency)
    rows = Customer.objects.visible_to(request.user)
    return list_file(request, listing, rows, name=_("customers"))


@requires(Permission.VIEW_CUSTOMERS, Permission.EXPORT)
def contacts(request: UserRequest) -> HttpResponseBase:
    """The contacts of the customers in the list: a row each, always as they are imported again."""
    return list_file(
        request,
        customer_list(currency=request.company.currency),
        Customer.objects.visible_to(request.user),
        name=_("contacts"),
        canonical=Canonical(contact_headings, contact_rows),
        is_canonical=True,
    )
