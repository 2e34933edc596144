"""Writing many past contacts at once."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.actions.locking import lock_identities
from trato.customers.actions.saving import Result, SavedCustomers, save_customers
from trato.customers.drafts import ContactDraft, CustomerDraft
from trato.customers.queries.contacts import known_contacts, told, whose_by_name
from trato.customers.queries.matching import identities
from trato.identity.models import User

type _Who = tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...], str]


@dataclass(slots=True)
class SavedContacts:
    """One result a draft, in order, the events' keys, and what became of the customers."""

    customers: SavedCustomers
    results: list[Result] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


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
    lock_identities()
    whose = whose_by_name(drafts)
    rest = [place for place in range(len(drafts)) if place not in whose]
    if strict:
        rest = _of_known(drafts, rest)
    unique = list({_who(drafts[place].customer): drafts[place].customer for place in rest}.values())
    outcomes = save_customers(unique, at=at, user=user, source=source, imported=True)
    ids = {_who(who): one.customer_id for who, one in zip(unique, outcomes, strict=True)}
    whose |= {place: ids[_who(drafts[place].customer)] or 0 for place in rest}
    saved = SavedContacts(SavedCustomers.of(unique, outcomes))
    record_events(
        list(_news(drafts, whose, saved)),
        recorded_at=at,
        user=user,
        source=source,
        imported=True,
    )
    return saved


def _of_known(drafts: Sequence[ContactDraft], places: Collection[int]) -> list[int]:
    known = identities([drafts[place].customer for place in places])
    return [
        place
        for place in places
        if known.find(drafts[place].customer) or known.twin(drafts[place].customer)
    ]


def _who(customer: CustomerDraft) -> _Who:
    return (customer.external_ids, customer.emails, customer.phones, customer.name)


def _news(
    drafts: Sequence[ContactDraft], whose: Mapping[int, int], saved: SavedContacts
) -> Iterator[NewEvent]:
    """What the log lacks; ``saved`` takes the result and the key of each draft."""
    known = known_contacts({(pk, drafts[place].at) for place, pk in whose.items()})
    for place, draft in enumerate(drafts):
        pk = whose.get(place)
        saved.keys.append(_key(draft, pk) if pk else "")
        if not pk:
            saved.results.append(Result.REFUSED)
        elif (pk, told(draft)) in known:
            saved.results.append(Result.UNCHANGED)
        else:
            known.add((pk, told(draft)))
            saved.results.append(Result.CREATED)
            yield _event(draft, pk, saved.keys[-1])


def _key(draft: ContactDraft, customer_id: int) -> str:
    parts = [str(customer_id), draft.at.isoformat(), draft.kind, draft.channel, draft.subject]
    return "contact:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def _event(draft: ContactDraft, customer_id: int, key: str) -> NewEvent:
    return NewEvent(
        customer_id=customer_id,
        kind=draft.kind,
        at=draft.at,
        channel=draft.channel,
        subject=draft.subject,
        payload=draft.payload,
        key=key,
    )
