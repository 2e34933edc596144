"""Orders that should never have been."""

from datetime import datetime

from django.db import transaction

from trato.customers.actions import NewEvent, record_event
from trato.customers.models import EventKind
from trato.identity.models import User
from trato.sales.models import Order


class OrderKept(Exception):
    """The books need what was completed or came back: it is cancelled instead."""


@transaction.atomic
def delete_order(order: Order, *, at: datetime, user: User | None, source: str = "") -> None:
    """Delete an order that is pending or cancelled, with its lines; the log tells it.

    What it added to its customer's figures goes with it. Raises OrderKept.
    """
    row = Order.objects.select_for_update().filter(pk=order.pk).first()
    if row is None:
        return
    if not row.is_deletable:
        raise OrderKept
    if row.customer_id:
        event = NewEvent(
            customer_id=row.customer_id,
            kind=EventKind.ORDER_DELETED,
            at=at,
            channel=row.channel,
            amount=row.total,
            currency=row.currency,
            subject=row.number,
            payload={"order": row.pk},
        )
        record_event(event, recorded_at=at, user=user, source=source)
    row.delete()
