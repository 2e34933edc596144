"""Notes and consents that come along with a customer."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.drafts import ConsentDraft, CustomerDraft
from trato.customers.models import Consent, Event, EventKind
from trato.identity.models import User
from trato.kit.database import erasing_events


def keep_remarks(
    pairs: Sequence[tuple[int, CustomerDraft]],
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    """Write each note once, and each consent that says something new."""
    record_events(
        (
            NewEvent(
                customer_id=pk,
                kind=EventKind.NOTE,
                at=draft.since or at,
                subject=draft.note.splitlines()[0][:300],
                payload={"body": draft.note},
                key=f"note:{pk}:{hashlib.sha256(draft.note.encode()).hexdigest()[:40]}",
            )
            for pk, draft in pairs
            if draft.note
        ),
        recorded_at=at,
        user=user,
        source=source,
        imported=imported,
    )
    _consents(pairs, at=at, user=user, source=source, imported=imported)


def _consents(
    pairs: Sequence[tuple[int, CustomerDraft]],
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    asked = [(pk, consent) for pk, draft in pairs for consent in draft.consents]
    if not asked:
        return
    standing = {
        (row.customer_id, row.channel, row.purpose): row
        for row in Consent.objects.filter(customer__in={pk for pk, _c in asked}).current()
    }
    fresh: list[Consent] = []
    for pk, given in asked:
        place = (pk, given.channel, given.purpose)
        if not _is_news(given, standing.get(place)):
            continue
        row = Consent(
            customer_id=pk,
            channel=given.channel,
            purpose=given.purpose,
            granted=given.granted,
            at=given.at or at,
            how=given.how,
            recorded_by=user,
            source=source,
        )
        standing[place] = row
        fresh.append(row)
    Consent.objects.bulk_create(fresh, 2000)
    record_events(
        (
            NewEvent(
                customer_id=row.customer_id,
                kind=EventKind.CONSENT_GIVEN if row.granted else EventKind.CONSENT_WITHDRAWN,
                at=row.at,
                channel=row.channel,
                payload={"purpose": row.purpose, "how": row.how},
            )
            for row in fresh
        ),
        recorded_at=at,
        user=user,
        source=source,
        imported=imported,
    )


def _is_news(given: ConsentDraft, standing: Consent | None) -> bool:
    """A file that came before must not give back what the customer has taken back since."""
    if standing is None:
        return True
    if standing.granted == given.granted:
        return False
    if given.at is None:
        return not given.granted
    return given.at > standing.at


REMARKS = (EventKind.NOTE, EventKind.CONSENT_GIVEN, EventKind.CONSENT_WITHDRAWN)


@transaction.atomic
def remove_remarks(customers: Sequence[int], *, source: str) -> None:
    """Take back the notes and consents that a source brought to these customers."""
    with erasing_events():
        Event.objects.filter(customer__in=customers, source=source, kind__in=REMARKS).delete()
    Consent.objects.filter(customer__in=customers, source=source).delete()
