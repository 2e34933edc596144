"""Contacts in the log: found again when a file brings them, and as the rows of a file."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from trato.customers.custom.listed import cells, headings
from trato.customers.drafts import ContactDraft
from trato.customers.models import (
    CONTACTS,
    CustomField,
    EmailAddress,
    Event,
    ExternalId,
    PhoneNumber,
)
from trato.customers.queries.profile import custom_fields
from trato.kit.exporting import Heading
from trato.kit.listing import Kind, Row

BATCH = 2_000
CUSTOMERS = 500

# Moment, kind, channel and subject: of one customer no two contacts have them alike.
type Told = tuple[datetime, str, str, str]

_KNOWN = """
SELECT e.customer_id, e.at, e.kind, e.channel, e.subject
FROM unnest(%s::bigint[], %s::timestamptz[]) AS asked (customer_id, at)
JOIN customers_event e USING (customer_id, at)
"""
_BY_NAME = """
SELECT DISTINCT ON (place) place, c.id
FROM unnest(%s::int[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[])
    AS asked (place, name, at, kind, channel, subject)
JOIN customers_customer c ON c.sort_key = trato_sort_key(asked.name) AND c.name = asked.name
JOIN customers_event e ON (e.customer_id, e.at, e.kind, e.channel, e.subject)
    = (c.id, asked.at, asked.kind, asked.channel, asked.subject)
ORDER BY place, c.id
"""


def told(draft: ContactDraft) -> Told:
    return (draft.at, draft.kind, draft.channel, draft.subject[:300])


def known_contacts(pairs: Collection[tuple[int, datetime]]) -> set[tuple[int, Told]]:
    """What the log has of these customers at these moments, whoever wrote it."""
    with connection.cursor() as sql:
        sql.execute(_KNOWN, [[pk for pk, _at in pairs], [at for _pk, at in pairs]])
        return {(pk, tuple(rest)) for pk, *rest in sql.fetchall()}


def whose_by_name(drafts: Sequence[ContactDraft]) -> dict[int, int]:
    """By place, the customer of that name with that very contact, where none has a number.

    Names are shared, and e-mails may be: what the log has settles whose a contact is.
    """
    asked = [
        (place, draft.customer.name, *told(draft))
        for place, draft in enumerate(drafts)
        if draft.customer.name and not draft.customer.external_ids
    ]
    if not asked:
        return {}
    with connection.cursor() as sql:
        sql.execute(_BY_NAME, [list(column) for column in zip(*asked, strict=True)])
        return dict(sql.fetchall())


def _first(model: Any, name: str, *order: str, **more: Any) -> Subquery:
    rows = model.objects.filter(customer=OuterRef("customer"), **more)
    return Subquery(rows.order_by(*order, "pk").values(name)[:1])


# By column: its kind, and what it is seen from the event.
_COLUMNS: dict[str, tuple[Kind, Any]] = {
    "customer_id": (Kind.TEXT, _first(ExternalId, "value", system="")),
    "at": (Kind.DATETIME, F("at")),
    "kind": (Kind.TEXT, F("kind")),
    "channel": (Kind.TEXT, F("channel")),
    "subject": (Kind.TEXT, F("subject")),
    "body": (Kind.TEXT, KeyTextTransform("body", "payload")),
    "customer_name": (Kind.TEXT, F("customer__name")),
    "customer_email": (Kind.TEXT, _first(EmailAddress, "address", "-is_primary")),
    "customer_phone": (Kind.TEXT, _first(PhoneNumber, "number", "-is_primary")),
}


def contact_headings() -> list[Heading]:
    own = custom_fields(CustomField.About.CONTACT)
    return [*(Heading(key, key, kind) for key, (kind, _value) in _COLUMNS.items()), *headings(own)]


def contact_rows(customers: QuerySet[Any]) -> Iterator[list[Row]]:
    """The contacts of these customers, in their order, in batches; each customer's oldest first."""
    own = custom_fields(CustomField.About.CONTACT)
    with transaction.atomic():
        pks = customers.values_list("pk", flat=True).iterator(BATCH)
        for chunk in batched(pks, CUSTOMERS, strict=False):
            yield from _rows(chunk, own)


def _rows(customers: Sequence[int], own: Sequence[CustomField]) -> Iterator[list[Row]]:
    values = {f"_{key}": value for key, (_kind, value) in _COLUMNS.items()}
    values["_own"] = KeyTransform("custom", "payload")
    place = RawSQL("array_position(%s::bigint[], customer_id)", [list(customers)])
    events = Event.objects.filter(customer__in=customers, kind__in=CONTACTS).annotate(**values)
    found = events.order_by(place, "at", "pk").values_list(*values).iterator(BATCH)
    for part in batched(found, BATCH, strict=False):
        yield [
            _named(dict(zip(_COLUMNS, row, strict=True))) | cells(own, values)
            for *row, values in part
        ]


def _named(row: Row) -> Row:
    """Who has a number needs nothing else, which may be another by the next import."""
    if row["customer_id"]:
        return row | {"customer_name": None, "customer_email": None, "customer_phone": None}
    return row
