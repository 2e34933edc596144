"""Contacts, facts, consent, custom fields and the rules of the customer base."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Index
from django.utils.text import slugify
from django.utils.translation import gettext as _

from trato.customers.actions.events import NewEvent, record_event
from trato.customers.models import (
    BaseRules,
    Consent,
    Customer,
    CustomField,
    EventKind,
    Fact,
)
from trato.customers.models.event import CONTACTS
from trato.customers.queries.profile import base_rules
from trato.identity.models import User
from trato.kit.listing.sources import JsonKey

COMPARED = frozenset({CustomField.Type.NUMBER, CustomField.Type.MONEY, CustomField.Type.DATE})


class NotAContact(Exception):
    """This kind of event is not written by hand."""


@transaction.atomic
def record_contact(
    customer: Customer,
    *,
    kind: str,
    subject: str,
    body: str = "",
    channel: str = "",
    at: datetime,
    recorded_at: datetime,
    user: User | None,
) -> None:
    """A note, call, visit, meeting, message or request. Raises NotAContact."""
    if kind not in CONTACTS:
        raise NotAContact(kind)
    payload = {"body": body} if body else {}
    event = NewEvent(
        customer_id=customer.pk, kind=kind, at=at, channel=channel, subject=subject, payload=payload
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


@transaction.atomic
def save_custom_field(
    field: CustomField | None, *, label: str, type_: str, options: list[str], is_active: bool = True
) -> CustomField:
    """Define a field or change it; its key and type stay once it exists. Raises ValidationError."""
    if field is None:
        last = CustomField.objects.order_by("-position").first()
        position = last.position + 1 if last else 1
        field = CustomField(key=_free_key(label), type=type_, position=position)
    field.label, field.options, field.is_active = label.strip(), options, is_active
    if CustomField.objects.filter(label__iexact=field.label).exclude(pk=field.pk).exists():
        raise ValidationError({"label": _("There is a field with this name already.")})
    field.full_clean()
    is_new = field.pk is None
    field.save()
    if is_new and field.type in COMPARED:
        _index(field)
    return field


def _index(field: CustomField) -> None:
    """Lists filter by it from, to, more than: they must not look at everybody for that."""
    kept = "date" if field.type == CustomField.Type.DATE else "number"
    compared = JsonKey("custom", field.key, kept).compared
    with connection.cursor() as sql, connection.schema_editor(atomic=False) as editor:
        # What the transaction wrote before must be checked before the table is touched.
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.add_index(Customer, Index(compared, name=f"customer_custom_{field.pk}"))
        sql.execute("SET CONSTRAINTS ALL DEFERRED")


def custom_key(label: str) -> str:
    """A key for a field of this label, short and plain ASCII."""
    return slugify(label).replace("-", "_")[:60]


def _free_key(label: str) -> str:
    """A key that no other field has: a label may return after its field was given another."""
    key = custom_key(label)[:56] or "field"
    taken = set(CustomField.objects.filter(key__startswith=key).values_list("key", flat=True))
    numbered = (f"{key}_{number}" for number in count(2))
    return key if key not in taken else next(name for name in numbered if name not in taken)


@transaction.atomic
def move_custom_field(field: CustomField, *, by: int) -> None:
    """Up with a negative ``by``, down with a positive one, as far as there are places."""
    fields = list(CustomField.objects.select_for_update())
    here = next(place for place, known in enumerate(fields) if known.pk == field.pk)
    moved = fields.pop(here)
    fields.insert(max(0, here + by), moved)
    for position, known in enumerate(fields, 1):
        known.position = position
    CustomField.objects.bulk_update(fields, ["position"])


def change_base_rules(*, changes: Mapping[str, Any]) -> BaseRules:
    """Raises ValidationError."""
    rules = base_rules()
    for name, value in changes.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.save()
    return rules
