"""What happened lately, with anybody: without an index over the whole log, and without its size."""

from datetime import datetime

from django.db.models import F, QuerySet

from trato.customers.models import Customer, Event, EventKind, Summary
from trato.customers.models.event import CONTACTS
from trato.identity.models import User

KINDS = [*sorted(CONTACTS), EventKind.ORDER_PLACED, EventKind.CUSTOMER_CREATED]


def lately(*, user: User, as_of: datetime, limit: int) -> list[Event]:
    """The last contacts, purchases and newcomers among the customers that this user sees.

    A file of newcomers is one thing that happened, not thousands: they are left out.

    Each of them belongs to one of the customers who were last contacted, last bought or were
    last created; those are found by the indexes of their figures.
    """
    contacted = _latest(user, "last_contact_at", as_of)[:limit]
    bought = _latest(user, "last_purchase_at", as_of)[:limit]
    who = contacted.union(bought, _newest(user)[:limit])
    events = Event.objects.filter(customer__in=who, kind__in=KINDS, at__lte=as_of)
    events = events.exclude(kind=EventKind.CUSTOMER_CREATED, imported=True)
    return list(events.select_related("customer", "actor").order_by("-at", "-pk")[:limit])


def _latest(user: User, figure: str, as_of: datetime) -> QuerySet[Summary, int]:
    rows = Summary.objects.filter(**{f"{figure}__lte": as_of})
    if not user.sees_everybody:
        rows = rows.filter(customer__in=Customer.objects.visible_to(user))
    return rows.order_by(F(figure).desc(), "-customer").values_list("customer", flat=True)


def _newest(user: User) -> QuerySet[Customer, int]:
    rows = Customer.objects.visible_to(user).order_by("-created_at", "-pk")
    return rows.values_list("pk", flat=True)
