"""The only way into the event log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from trato.customers.models import Event
from trato.identity.models import User

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What happened to whom, before it is written down."""

    customer_id: int
    kind: str
    at: datetime
    channel: str = ""
    subject: str = ""
    amount: Decimal | None = None
    currency: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    key: str | None = None


def record_events(
    events: Iterable[NewEvent],
    *,
    recorded_at: datetime,
    user: User | None,
    source: str = "",
    imported: bool = False,
) -> int:
    """Append to the log in the caller's transaction; a key already known is passed over.

    Imported events are history: consumers learn from them, but they start nothing.
    Returns how many lines were handed to the database.
    """
    rows = [
        Event(
            customer_id=event.customer_id,
            kind=event.kind,
            at=event.at,
            recorded_at=recorded_at,
            source=source,
            actor=user,
            channel=event.channel,
            subject=event.subject[:300],
            amount=event.amount,
            currency=event.currency,
            payload=event.payload,
            imported=imported,
            key=event.key,
        )
        for event in events
    ]
    Event.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=any(row.key for row in rows))
    return len(rows)


def record_event(
    event: NewEvent, *, recorded_at: datetime, user: User | None, source: str = ""
) -> None:
    record_events([event], recorded_at=recorded_at, user=user, source=source)
