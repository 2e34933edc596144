"""New customers into their tables, many at a time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer
from trato.customers.queries.matching import tax_key
from trato.kit.database import copy_in, next_ids

_CUSTOMER = (
    "id",
    "kind",
    "status",
    "name",
    "given_name",
    "family_name",
    "birth_date",
    "tax_id",
    "languages",
    "tags",
    "origin",
    "owner_id",
    "team_id",
    "since",
    "custom",
    "created_at",
    "updated_at",
)
_ADDRESS = ("street", "city", "postal_code", "region", "country", "label")
_SUMMARY = (
    "customer_id",
    "contacts",
    "purchases",
    "amount",
    "purchases_last_year",
    "amount_last_year",
)

# As PostgreSQL writes an empty list: most customers have no other.
_NONE = "{}"

type Pair = tuple[int, CustomerDraft]


def write_new(drafts: Sequence[CustomerDraft], *, at: datetime) -> list[int]:
    """Customers with all that hangs on them; returns their ids."""
    if not drafts:
        return []
    ids = next_ids("customers_customer", len(drafts))
    pairs = list(zip(ids, drafts, strict=True))
    copy_in("customers_customer", _CUSTOMER, (_customer(pk, draft, at) for pk, draft in pairs))
    for table, columns, rows in _children(pairs):
        copy_in(f"customers_{table}", ("customer_id", *columns), rows)
    copy_in("customers_summary", _SUMMARY, ((pk, 0, 0, 0, 0, 0) for pk in ids))
    return ids


def _customer(pk: int, draft: CustomerDraft, at: datetime) -> tuple[Any, ...]:
    name = draft.shown_name
    is_company = draft.organisation and name == draft.organisation
    kind = Customer.Kind.ORGANISATION if is_company else Customer.Kind.PERSON
    return (
        pk,
        str(draft.kind or kind),
        str(draft.status or Customer.Status.POTENTIAL),
        name,
        draft.given_name,
        draft.family_name,
        draft.birth_date,
        tax_key(draft.tax_id),
        list(draft.languages) or _NONE,
        list(draft.tags) or _NONE,
        draft.origin,
        draft.owner_id,
        draft.team_id,
        draft.since,
        json.dumps(draft.custom, ensure_ascii=False) if draft.custom else "{}",
        at,
        at,
    )


type Rows = Iterator[tuple[Any, ...]]


def _children(pairs: Iterable[Pair]) -> Iterator[tuple[str, tuple[str, ...], Rows]]:
    """Tables that have something to take in, each with its columns and rows."""
    rows: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {
        ("emailaddress", ("address", "label", "is_primary")): [
            (pk, address, "", place == 0)
            for pk, draft in pairs
            for place, address in enumerate(dict.fromkeys(draft.emails))
        ],
        ("phonenumber", ("number", "label", "is_primary")): [
            (pk, number, "", place == 0)
            for pk, draft in pairs
            for place, number in enumerate(dict.fromkeys(draft.phones))
        ],
        ("postaladdress", (*_ADDRESS, "is_primary")): [
            (pk, *(getattr(address, name) for name in _ADDRESS), place == 0)
            for pk, draft in pairs
            for place, address in enumerate(draft.addresses)
        ],
        ("externalid", ("system", "value")): [
            (pk, system, value)
            for pk, draft in pairs
            for system, value in dict.fromkeys(draft.external_ids)
        ],
    }
    for (table, columns), found in rows.items():
        if found:
            yield table, columns, iter(found)
