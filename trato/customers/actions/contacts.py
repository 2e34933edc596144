"""Writing many past contacts at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.actions.saving import Result, save_customers
from trato.customers.drafts import ContactDraft, CustomerDraft
from trato.customers.models import Event
from trato.customers.queries.matching import identities
from trato.identity.models import User

type _Who = tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...], str]


@dataclass(slots=True)
class SavedContacts:
    """One result a draft, in order, the events' keys, and the customers that came into being."""

    results: list[Result]
    keys: list[str]
    customers: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def save_contacts(
    drafts: Sequence[ContactDraft],
    *,
    at: datetime,
    user: User | None,
    source: str,
    strict: bool = False,
) -> SavedContacts:
    """Add to the log what it does not know yet, as history that starts nothing.

    The same contact (customer, moment, kind, channel, subject) is written once, however often it
    comes. Unknown customers are created, or refuse the contact when ``strict``.
    """
    unknown = _unknown(drafts) if strict else set()
    kept = [draft for place, draft in enumerate(drafts) if place not in unknown]
    unique = list({_who(draft): draft.customer for draft in kept}.values())
    outcomes = save_customers(unique, at=at, user=user, source=source, imported=True)
    ids = {
        (c.external_ids, c.emails, c.phones, c.name): outcome.customer_id
        for c, outcome in zip(unique, outcomes, strict=True)
    }
    keys = [
        "" if place in unknown else _key(draft, ids[_who(draft)] or 0)
        for place, draft in enumerate(drafts)
    ]
    known = set(Event.objects.filter(key__in=keys).values_list("key", flat=True))
    results: list[Result] = []
    fresh: list[NewEvent] = []
    for place, (draft, key) in enumerate(zip(drafts, keys, strict=True)):
        if place in unknown or key in known:
            results.append(Result.REFUSED if place in unknown else Result.UNCHANGED)
            continue
        known.add(key)
        results.append(Result.CREATED)
        fresh.append(_event(draft, ids[_who(draft)] or 0, key))
    record_events(fresh, recorded_at=at, user=user, source=source, imported=True)
    made = {
        outcome.customer_id: who.shown_name
        for who, outcome in zip(unique, outcomes, strict=True)
        if outcome.result == Result.CREATED and outcome.customer_id
    }
    return SavedContacts(results, keys, made)


def _unknown(drafts: Sequence[ContactDraft]) -> set[int]:
    known = identities([draft.customer for draft in drafts])
    return {place for place, draft in enumerate(drafts) if known.find(draft.customer) is None}


def _who(draft: ContactDraft) -> _Who:
    who: CustomerDraft = draft.customer
    return (who.external_ids, who.emails, who.phones, who.name)


def _key(draft: ContactDraft, customer_id: int) -> str:
    told = [str(customer_id), draft.at.isoformat(), draft.kind, draft.channel, draft.subject]
    return "contact:" + hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:40]


def _event(draft: ContactDraft, customer_id: int, key: str) -> NewEvent:
    return NewEvent(
        customer_id=customer_id,
        kind=draft.kind,
        at=draft.at,
        channel=draft.channel,
        subject=draft.subject,
        payload={"body": draft.body} if draft.body else {},
        key=key,
    )
