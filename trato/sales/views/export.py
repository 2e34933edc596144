"""The list of orders as a file, with the filters in force."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from trato.identity.access import UserRequest, requires
from trato.identity.files import Canonical, list_file
from trato.identity.rules import Permission
from trato.sales.models import Order
from trato.sales.queries.lines import line_headings, line_rows
from trato.sales.queries.listing import order_list


@requires(Permission.VIEW_ORDERS, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    rows = Order.objects.visible_to(request.user)
    return list_file(
        request,
        order_list(currency=request.company.currency),
        rows,
        name=_("orders"),
        canonical=Canonical(line_headings, line_rows),
    )
