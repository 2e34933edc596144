"""Figures that follow from events, and the relationship that follows from figures."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.models import EventKind
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
RETURNING c.id, c.status
"""


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

    A customer who never bought stays what people said.
    """
    limit = as_of - timedelta(days=base_rules().lost_days)
    ids = None if customers is None else list(customers)
    with connection.cursor() as sql:
        sql.execute(_STATUSES, {"ids": ids, "limit": limit, "as_of": as_of})
        changed = sql.fetchall()
    record_events(
        (
            NewEvent(
                customer_id=pk,
                kind=EventKind.STATUS_CHANGED,
                at=as_of,
                payload={"changes": {"status": [None, status]}, "cause": "purchases"},
            )
            for pk, status in changed
        ),
        recorded_at=as_of,
        user=None,
        source="rules",
        imported=imported,
    )
    return len(changed)
