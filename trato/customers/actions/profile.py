"""Contacts, facts, consent and the rules of the customer base."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from trato.customers.actions.events import NewEvent, record_event
from trato.customers.drafts import Contact
from trato.customers.models import (
    BaseRules,
    Consent,
    Customer,
    EventKind,
    Fact,
)
from trato.customers.models.event import CONTACTS
from trato.customers.queries.profile import base_rules
from trato.identity.models import User


class NotAContact(Exception):
    """This kind of event is not written by hand."""


@transaction.atomic
def record_contact(
    customer: Customer, contact: Contact, *, recorded_at: datetime, user: User | None
) -> None:
    """A note, call, visit, meeting, message or request. Raises NotAContact."""
    if contact.kind not in CONTACTS:
        raise NotAContact(contact.kind)
    event = NewEvent(
        customer_id=customer.pk,
        kind=contact.kind,
        at=contact.at,
        channel=contact.channel,
        subject=contact.subject,
        payload=contact.payload,
    )
    record_event(event, recorded_at=recorded_at, user=user)


@transaction.atomic
def record_fact(
    customer: Customer,
    *,
    kind: str,
    text: str,
    origin: str,
    source: str,
    at: datetime,
    user: User | None,
) -> Fact:
    fact = Fact(
        customer=customer,
        kind=kind,
        text=text.strip(),
        origin=origin,
        source=source,
        noted_at=at,
        noted_by=user,
    )
    fact.full_clean()
    fact.save()
    event = NewEvent(
        customer_id=customer.pk,
        kind=EventKind.FACT_RECORDED,
        at=at,
        subject=fact.text,
        payload={"fact": fact.pk, "origin": origin},
    )
    record_event(event, recorded_at=at, user=user)
    return fact


@transaction.atomic
def delete_fact(fact: Fact, *, at: datetime, user: User | None) -> None:
    event = NewEvent(
        customer_id=fact.customer_id,
        kind=EventKind.CUSTOMER_CHANGED,
        at=at,
        payload={"changes": {"facts": [[fact.text], None]}},
    )
    fact.delete()
    record_event(event, recorded_at=at, user=user)


@transaction.atomic
def record_consent(
    customer: Customer,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    how: str,
    text_version: str,
    at: datetime,
    user: User | None,
) -> Consent:
    """A new word on a channel and purpose, with its evidence; the older ones stay."""
    row = Consent(
        customer=customer,
        channel=channel,
        purpose=purpose,
        granted=granted,
        at=at,
        how=how.strip(),
        text_version=text_version.strip(),
        recorded_by=user,
    )
    row.full_clean()
    row.save()
    event = NewEvent(
        customer_id=customer.pk,
        kind=EventKind.CONSENT_GIVEN if granted else EventKind.CONSENT_WITHDRAWN,
        at=at,
        channel=channel,
        payload={"purpose": purpose, "how": row.how, "text_version": row.text_version},
    )
    record_event(event, recorded_at=at, user=user)
    return row


def change_base_rules(*, changes: Mapping[str, Any]) -> BaseRules:
    """Raises ValidationError."""
    rules = base_rules()
    for name, value in changes.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.save()
    return rules
