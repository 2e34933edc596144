from collections.abc import Sequence
from datetime import datetime

from trato.customers.actions import refresh_contacts
from trato.customers.eventlog import consumer
from trato.customers.models import Event
from trato.customers.models.event import CONTACTS


@consumer("contact figures", kinds=sorted(CONTACTS), reads_imported=True, batch=5000)
def follow_contacts(events: Sequence[Event], at: datetime) -> None:
    """Keep when each customer was last in contact."""
    refresh_contacts({event.customer_id for event in events}, as_of=at)
