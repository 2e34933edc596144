"""Rows as programs get them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from trato.customers.api.schemas import (
    ConsentTold,
    CustomerTold,
    CustomerWhole,
    EventTold,
    FactTold,
    FiguresTold,
    RoleTold,
)
from trato.customers.models import Customer, CustomerQuerySet, Event, RoleInOrganisation
from trato.customers.queries.profile import current_consents
from trato.identity.models import User

CHILDREN = ("emails", "phones", "addresses", "external_ids")
_PLAIN = tuple(name for name in CustomerTold.model_fields if name not in {*CHILDREN, "figures"})


def with_children(rows: CustomerQuerySet) -> CustomerQuerySet:
    return rows.select_related("summary").prefetch_related(*CHILDREN)


def _members(customer: Customer) -> dict[str, object]:
    plain = {name: getattr(customer, name) for name in _PLAIN}
    children = {name: list(getattr(customer, name).all()) for name in CHILDREN}
    summary = getattr(customer, "summary", None)
    figures = FiguresTold.model_validate(summary) if summary else None
    return plain | children | {"figures": figures}


def told(customer: Customer) -> CustomerTold:
    return CustomerTold.model_validate(_members(customer))


def visible_roles(rows: QuerySet[RoleInOrganisation], user: User) -> QuerySet[RoleInOrganisation]:
    """Roles whose other side the user may see."""
    visible = Customer.objects.visible_to(user)
    found = rows.filter(person__in=visible, organisation__in=visible)
    return found.select_related("person", "organisation")


def _roles(rows: QuerySet[RoleInOrganisation], user: User) -> list[RoleTold]:
    return [RoleTold.model_validate(row) for row in visible_roles(rows, user)]


def whole(customer: Customer, user: User) -> CustomerWhole:
    more = {
        "roles": _roles(customer.roles.all(), user),
        "people": _roles(customer.people.all(), user),
        "facts": [FactTold.model_validate(fact) for fact in customer.facts.all()],
        "consents": [ConsentTold.model_validate(one) for one in current_consents(customer)],
    }
    return CustomerWhole.model_validate(_members(customer) | more)


def told_events(events: Iterable[Event]) -> list[EventTold]:
    return [EventTold.model_validate(event) for event in events]
