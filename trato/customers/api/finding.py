from datetime import datetime, timedelta
from typing import Any

from django.http import Http404

from trato.customers.models import Customer
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.rest.refusals import Invalid

# As far as clocks are apart, what is just past may seem to come.
CLOCKS_APART = timedelta(minutes=5)


def find_customer(
    request: Call, customer_id: int, permission: Permission = Permission.VIEW_CUSTOMERS
) -> Customer:
    """A customer that the user may see, 404 for others; then whether the user may do this."""
    rows = Customer.objects.visible_to(request.user).select_related("summary")
    customer = rows.filter(pk=customer_id).first()
    if customer is None:
        raise Http404
    need(request, permission)
    return customer


def find_child[Row](rows: Any, child_id: int, of: type[Row]) -> Row:
    """A row that hangs on the customer already found."""
    row = rows.filter(pk=child_id).first()
    if not isinstance(row, of):
        raise Http404
    return row


def past(request: Call, moment: datetime | None, name: str) -> datetime:
    """When something was, now if it is not told. What was said is never still to come."""
    if moment and moment > request.at + CLOCKS_APART:
        raise Invalid.body(name, code="still_to_come")
    return moment or request.at
