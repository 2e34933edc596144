"""Taking back what a file wrote, without harming what came after."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from trato.customers.actions.summary import refresh_contacts
from trato.customers.models import (
    Customer,
    EmailAddress,
    Event,
    EventErasure,
    ExternalId,
    PhoneNumber,
    PostalAddress,
    RoleInOrganisation,
)
from trato.kit.database import erasing_events

# Sources of what Trato concludes from what is known, such as a stage: nobody did anything.
CONCLUDED = ("rules", "insight")


@transaction.atomic
def remove_created(
    customers: Sequence[int],
    *,
    source: str,
    until: datetime,
    referred: set[int],
    undone: Collection[str] = (),
) -> list[int]:
    """Delete the customers that a file created; returns those that live on.

    Who was changed after ``until``, has events of somebody else, or is ``referred`` to by
    something that stays (purchases, tasks) is kept. What the ``undone`` sources changed is as it
    was.
    """
    rows = Customer.objects.filter(pk__in=customers)
    events = Event.objects.filter(customer__in=customers)
    as_before = events.filter(source__in=undone).values("customer")
    changed = rows.filter(updated_at__gt=until).exclude(pk__in=as_before)
    others = events.exclude(source__in=[source, *CONCLUDED, *undone])
    kept = {
        *changed.values_list("pk", flat=True),
        *others.values_list("customer_id", flat=True),
        *referred,
    }
    with erasing_events():
        rows.exclude(pk__in=kept).delete()
    return sorted(kept & set(customers))


@transaction.atomic
def restore_customers(before: Mapping[int, Mapping[str, Any]], *, at: datetime) -> list[int]:
    """Put back fields that still hold what the file wrote and take off what it added.

    Returns the customers of which something was left because it was changed since.
    """
    left = []
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=before).select_for_update()}
    names: set[str] = set()
    for pk, row in rows.items():
        restored = _restore(row, before[pk])
        names |= restored
        if restored != set(before[pk]["fields"]):
            left.append(pk)
        row.updated_at = at
    if names:
        Customer.objects.bulk_update(rows.values(), [*sorted(names), "updated_at"], 500)
    _remove_added(before)
    return left


def _restore(row: Customer, before: Mapping[str, Any]) -> set[str]:
    done = set()
    for name, value in before["fields"].items():
        now = getattr(row, name)
        shown = now.isoformat() if isinstance(now, date | datetime) else now
        if shown == before["after"][name]:
            setattr(row, name, _typed(name, value))
            done.add(name)
    return done


def _typed(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "birth_date":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name == "since" else value


def _remove_added(before: Mapping[int, Mapping[str, Any]]) -> None:
    for pk, changes in before.items():
        added = changes["added"]
        EmailAddress.objects.filter(customer=pk, address__in=added.get("emails", [])).delete()
        PhoneNumber.objects.filter(customer=pk, number__in=added.get("phones", [])).delete()
        for address in added.get("addresses", []):
            PostalAddress.objects.filter(customer=pk, **address).delete()
        pairs = Q(pk__in=[])
        for system, value in added.get("external_ids", []):
            pairs |= Q(system=system, value=value)
        ExternalId.objects.filter(pairs, customer=pk).delete()


def remove_roles(roles: Sequence[int]) -> None:
    """Delete the roles in organisations that a file brought."""
    RoleInOrganisation.objects.filter(pk__in=roles).delete()


@transaction.atomic
def remove_events(keys: Sequence[str], *, as_of: datetime) -> int:
    """Delete the log's lines of these natural keys; returns how many there were."""
    events = Event.objects.filter(key__in=keys)
    customers = set(events.values_list("customer_id", flat=True))
    with connection.cursor() as sql, erasing_events():
        sql.execute("DELETE FROM customers_event WHERE key = ANY(%s)", [list(keys)])
        removed = int(sql.rowcount)
    if removed:
        EventErasure.objects.create(at=as_of, events=removed)
    refresh_contacts(customers, as_of=as_of)
    return removed
