"""Figures that follow from events, and the relationship that follows from figures."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.models import Customer, Event, EventKind, Summary
from trato.customers.models.event import CONTACTS
from trato.customers.queries.profile import base_rules

_CONTACTS = """
UPDATE customers_summary s
SET last_contact_at = f.last_at, contacts = coalesce(f.contacts, 0)
FROM customers_customer c LEFT JOIN (
    SELECT customer_id, max(at) AS last_at, count(*) AS contacts
    FROM customers_event
    WHERE kind = ANY(%(kinds)s) AND customer_id = ANY(%(ids)s) AND at <= %(as_of)s
    GROUP BY customer_id
) f ON f.customer_id = c.id
WHERE s.customer_id = c.id AND c.id = ANY(%(ids)s)
"""

_STATUSES = """
UPDATE customers_customer c
SET status = CASE WHEN s.last_purchase_at >= %(limit)s THEN 'current' ELSE 'lost' END
FROM customers_summary s
WHERE s.customer_id = c.id
  AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s))
  AND ((c.status <> 'current' AND s.last_purchase_at >= %(limit)s)
       OR (c.status <> 'lost' AND s.last_purchase_at < %(limit)s))
RETURNING c.id, s.status, c.status
"""

PURCHASES = "purchases"

type _Settled = tuple[int, str, str]


def refresh_contacts(customers: Collection[int], *, as_of: datetime) -> None:
    """Work out when these customers were last in contact, and how often."""
    kinds = sorted(CONTACTS)
    with connection.cursor() as sql:
        sql.execute(_CONTACTS, {"kinds": kinds, "ids": list(customers), "as_of": as_of})


@transaction.atomic
def settle_statuses(
    customers: Collection[int] | None, *, as_of: datetime, imported: bool = False
) -> int:
    """Who buys is current; who has bought but not for too long is lost. Returns who changed.

    A customer who never bought stays what people said; one of these ``customers`` who has no
    purchase any more is again what was said.
    """
    limit = as_of - timedelta(days=base_rules().lost_days)
    ids = None if customers is None else list(customers)
    with connection.cursor() as sql:
        sql.execute(_STATUSES, {"ids": ids, "limit": limit, "as_of": as_of})
        changed: list[_Settled] = sql.fetchall()
    if customers is not None:
        changed += _taken_back(customers)
    record_events(
        (
            NewEvent(
                customer_id=pk,
                kind=EventKind.STATUS_CHANGED,
                at=as_of,
                payload={"changes": {"status": [before, after]}, "cause": PURCHASES},
            )
            for pk, before, after in changed
        ),
        recorded_at=as_of,
        user=None,
        source="rules",
        imported=imported,
    )
    return len(changed)


def _taken_back(customers: Collection[int]) -> list[_Settled]:
    """What purchases made of these customers' status goes with the last of them."""
    rows = Summary.objects.filter(customer__in=customers, last_purchase_at=None)
    rows = rows.exclude(status=Customer.Status.POTENTIAL)
    now = dict(rows.values_list("customer_id", "status"))
    if not now:
        return []
    told = Event.objects.filter(
        customer__in=now,
        kind__in=[EventKind.STATUS_CHANGED, EventKind.CUSTOMER_CHANGED],
        payload__changes__has_key="status",
    )
    told = told.order_by("customer_id", "at", "id")
    taken: list[_Settled] = []
    for pk, lines in groupby(told.values_list("customer_id", "payload"), key=itemgetter(0)):
        said = _said(now[pk], map(itemgetter(1), lines))
        if said != now[pk]:
            taken.append((pk, now[pk], said))
    for said in {said for _pk, _status, said in taken}:
        some = [pk for pk, _status, known in taken if known == said]
        Customer.objects.filter(pk__in=some).update(status=said)
    return taken


def _said(status: str, told: Iterable[dict[str, Any]]) -> str:
    """What a customer was before purchases made of it what it is; as it is when they did not."""
    said, after, is_settled = str(Customer.Status.POTENTIAL), "", False
    for payload in told:
        was_settled, is_settled = is_settled, payload.get("cause") == PURCHASES
        before, after = payload["changes"]["status"]
        if not is_settled:
            said = after
        elif not was_settled:
            said = before or said
    return said if is_settled and after == status else status
