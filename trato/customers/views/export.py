"""The list of customers as a file, with the filters in force."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from trato.customers.models import Customer
from trato.customers.queries.listing import customer_list
from trato.identity.access import UserRequest, requires
from trato.identity.files import list_file
from trato.identity.rules import Permission


@requires(Permission.VIEW_CUSTOMERS, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    listing = customer_list(currency=request.company.currency)
    rows = Customer.objects.visible_to(request.user)
    return list_file(request, listing, rows, name=_("customers"))
