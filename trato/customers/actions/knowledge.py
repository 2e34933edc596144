"""Writing down at once what is known of many customers: facts and consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.models import Consent, EventKind, Fact
from trato.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    customer_id: int
    kind: str
    text: str
    origin: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    customer_id: int
    channel: str
    purpose: str
    granted: bool
    how: str
    text_version: str
    at: datetime


@transaction.atomic
def record_facts(
    facts: Sequence[NewFact],
    *,
    recorded_at: datetime,
    user: User | None,
    source: str = "",
    imported: bool = False,
) -> list[Fact]:
    rows = Fact.objects.bulk_create(
        [
            Fact(
                customer_id=fact.customer_id,
                kind=fact.kind,
                text=fact.text,
                origin=fact.origin,
                source=fact.source,
                noted_at=fact.at,
                noted_by=user,
            )
            for fact in facts
        ],
        2000,
    )
    record_events(
        (
            NewEvent(
                customer_id=row.customer_id,
                kind=EventKind.FACT_RECORDED,
                at=row.noted_at,
                subject=row.text,
                payload={"fact": row.pk, "origin": row.origin},
            )
            for row in rows
        ),
        recorded_at=recorded_at,
        user=user,
        source=source,
        imported=imported,
    )
    return rows


@transaction.atomic
def record_consents(
    consents: Sequence[NewConsent],
    *,
    recorded_at: datetime,
    user: User | None,
    source: str = "",
    imported: bool = False,
) -> list[Consent]:
    rows = Consent.objects.bulk_create(
        [
            Consent(
                customer_id=consent.customer_id,
                channel=consent.channel,
                purpose=consent.purpose,
                granted=consent.granted,
                at=consent.at,
                how=consent.how,
                text_version=consent.text_version,
                recorded_by=user,
            )
            for consent in consents
        ],
        2000,
    )
    record_events(
        (
            NewEvent(
                customer_id=row.customer_id,
                kind=EventKind.CONSENT_GIVEN if row.granted else EventKind.CONSENT_WITHDRAWN,
                at=row.at,
                channel=row.channel,
                payload={
                    "purpose": row.purpose,
                    "how": row.how,
                    "text_version": row.text_version,
                },
            )
            for row in rows
        ),
        recorded_at=recorded_at,
        user=user,
        source=source,
        imported=imported,
    )
    return rows
