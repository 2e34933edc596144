from collections.abc import Sequence
from datetime import datetime

from trato.customers.eventlog import consumer
from trato.customers.models import Event
from trato.customers.models.event import TRANSACTIONS
from trato.sales.actions import refresh_purchases


@consumer("purchase figures", kinds=sorted(TRANSACTIONS), reads_imported=True, batch=5000)
def follow_purchases(events: Sequence[Event], at: datetime) -> None:
    """Keep what each customer's purchases add up to."""
    refresh_purchases(
        {event.customer_id for event in events},
        as_of=at,
        imported=all(event.imported for event in events),
    )
