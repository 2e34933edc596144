"""Who changed what in a customer and in what hangs on it."""

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from trato.customers.custom.words import custom_word
from trato.customers.models import (
    Customer,
    EmailAddress,
    Event,
    EventKind,
    PhoneNumber,
    PostalAddress,
    RoleInOrganisation,
)
from trato.customers.queries.profile import custom_fields
from trato.identity.audit import MOST, Change, Keys, changes, changes_among, newest_first
from trato.identity.models import User

_ROLE = pgettext_lazy("organisation", "Role")
_RECORDS: dict[type[Model], Promise] = {
    EmailAddress: gettext_lazy("E-mail"),
    PhoneNumber: gettext_lazy("Telephone"),
    PostalAddress: gettext_lazy("Address"),
    RoleInOrganisation: _ROLE,
}
_ADDED: dict[str, type[Model]] = {
    "emails": EmailAddress,
    "phones": PhoneNumber,
    "addresses": PostalAddress,
}


def customer_changes(
    customer: Customer, *others: Sequence[Change], user: User, currency: str, limit: int = MOST
) -> list[Change]:
    """In the customer, its contact ways and roles, newest first, among ``others``; nothing of
    roles with those whom the user may not see.

    ``part`` names what hangs on the customer, and is empty for the customer itself.
    """
    keys = _keys(currency)
    visible = Customer.objects.visible_to(user)
    found = [changes(customer, keys=keys, limit=limit), _additions(customer, visible, limit)]
    sides = {"organisation_id": customer.pk, "person__in": visible}
    if not customer.is_organisation:
        sides = {"person_id": customer.pk, "organisation__in": visible}
    for model, name in _RECORDS.items():
        of = sides if model is RoleInOrganisation else {"customer_id": customer.pk}
        rows = changes_among(model, keys=keys, of=of, limit=limit)
        found.append([replace(one, part=str(name)) for one in rows])
    if customer.is_organisation:
        found.append(_people_added(customer, visible, limit))
    return newest_first(*found, *others, limit=limit)


def _keys(currency: str) -> Keys:
    own = {field.key: field for field in custom_fields()}
    return Keys(
        labels={key: field.label for key, field in own.items()} | {"is_primary": _("main")},
        write=lambda key, value: custom_word(value, own.get(key), currency),
    )


def _additions(customer: Customer, visible: QuerySet[Customer], limit: int) -> list[Change]:
    """The audit keeps what was there before; what was added is in the log of events."""
    found = []
    roles = []
    for event in _changes_told(customer.events.all(), limit):
        for name, (before, after) in event.payload.get("changes", {}).items():
            if name in _ADDED and not before and after:
                part = str(_RECORDS[_ADDED[name]])
                found += [_added(part, event, str(value)) for value in after]
            elif name == "external_ids":
                part = _("Id elsewhere")
                found += [_added(part, event, str(value)) for value in after or ()]
                found += [_added(part, event, "", before=str(value)) for value in before or ()]
            elif name == "role" and before is None and after:
                roles.append((event, str(after), event.payload.get("organisation", 0)))
    return found + _roles_added(roles, visible)


def _people_added(organisation: Customer, visible: QuerySet[Customer], limit: int) -> list[Change]:
    """Who took a role here: the log of the person tells it."""
    events = Event.objects.filter(
        customer__in=visible,
        customer__roles__organisation=organisation,
        payload__organisation=organisation.pk,
    )
    told = [
        (event, str(after), event.customer_id)
        for event in _changes_told(events, limit)
        for before, after in [event.payload["changes"]["role"]]
        if before is None
    ]
    return _roles_added(told, visible)


def _roles_added(
    told: Sequence[tuple[Event, str, int]], visible: QuerySet[Customer]
) -> list[Change]:
    """Each with who or where it is, if one may see them."""
    names = dict(visible.filter(pk__in={pk for *_, pk in told}).values_list("pk", "name"))
    return [
        _added(str(_ROLE), event, f"{title} · {names[pk]}")
        for event, title, pk in told
        if pk in names
    ]


def _changes_told(events: QuerySet[Event], limit: int) -> QuerySet[Event]:
    told = events.filter(kind=EventKind.CUSTOMER_CHANGED).select_related("actor")
    return told.order_by("-at", "-pk")[:limit]


def _added(part: str, event: Event, after: str, *, before: str = "") -> Change:
    record = after or before
    said = (record, "", before, after, part, "", before or None, after or None)
    return Change(event.recorded_at, event.actor, *said)
