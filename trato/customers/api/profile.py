"""Roles, facts and consent of a customer."""

from typing import Any

from ninja import Query, Router, Status

from trato.customers.actions import (
    delete_fact,
    end_role,
    record_consent,
    record_fact,
    set_role,
)
from trato.customers.api.finding import find_child, find_customer, past
from trato.customers.api.schemas import (
    ConsentFilters,
    ConsentGiven,
    ConsentPage,
    ConsentTold,
    FactFilters,
    FactGiven,
    FactPage,
    FactTold,
    RoleFilters,
    RoleGiven,
    RolePage,
    RoleTold,
)
from trato.customers.api.showing import visible_roles
from trato.customers.models import Customer, Fact, RoleInOrganisation
from trato.identity.programs import Call
from trato.identity.rules import Permission
from trato.kit.rest.paging import Paging, keyset
from trato.kit.rest.refusals import Invalid

router = Router(tags=["Profile"])
_CHANGE = Permission.CHANGE_CUSTOMERS


def _asked(filters: Paging) -> dict[str, Any]:
    """Each filter has the name of its column."""
    return filters.model_dump(exclude=set(Paging.model_fields), exclude_none=True)


@router.get(
    "/customers/{int:customer_id}/roles",
    response=RolePage,
    summary="Where the person works, and who works at the organisation",
)
def list_roles(request: Call, customer_id: int, filters: Query[RoleFilters]) -> RolePage:
    customer = find_customer(request, customer_id)
    rows = visible_roles(customer.roles.all() | customer.people.all(), request.user)
    if filters.current is not None:
        rows = rows.filter(ended_on__isnull=filters.current)
    found, cursor = keyset(rows, ("id",), filters)
    return RolePage(items=[RoleTold.model_validate(row) for row in found], next_cursor=cursor)


@router.post(
    "/customers/{int:customer_id}/roles",
    response={201: RoleTold},
    summary="Say where the person works and as what",
)
def create_role(request: Call, customer_id: int, given: RoleGiven) -> Status[RoleTold]:
    """A role that the person has there already gets the new title."""
    person = find_customer(request, customer_id, _CHANGE)
    visible = Customer.objects.visible_to(request.user)
    organisation = visible.filter(pk=given.organisation_id).first()
    if organisation is None:
        raise Invalid.body("organisation_id", code="customer_unknown")
    if person.is_organisation:
        raise Invalid.body(code="only_people")
    if not organisation.is_organisation:
        raise Invalid.body("organisation_id", code="only_organisations")
    row = set_role(
        person,
        organisation=organisation,
        title=given.title,
        at=request.at,
        user=request.user,
    )
    return Status(201, RoleTold.model_validate(row))


@router.delete(
    "/customers/{int:customer_id}/roles/{int:role_id}",
    response={204: None},
    summary="End a role today",
)
def remove_role(request: Call, customer_id: int, role_id: int) -> Status[None]:
    person = find_customer(request, customer_id, _CHANGE)
    visible = person.roles.filter(organisation__in=Customer.objects.visible_to(request.user))
    role = find_child(visible, role_id, RoleInOrganisation)
    end_role(role, at=request.at, user=request.user)
    return Status(204, None)


@router.get(
    "/customers/{int:customer_id}/facts",
    response=FactPage,
    summary="What is known of a customer, newest first",
)
def list_facts(request: Call, customer_id: int, filters: Query[FactFilters]) -> FactPage:
    customer = find_customer(request, customer_id)
    rows = customer.facts.filter(**_asked(filters))
    found, cursor = keyset(rows, ("-noted_at", "-id"), filters)
    return FactPage(items=[FactTold.model_validate(row) for row in found], next_cursor=cursor)


@router.post(
    "/customers/{int:customer_id}/facts",
    response={201: FactTold},
    summary="Record a preference, need, attitude or circumstance",
)
def create_fact(request: Call, customer_id: int, given: FactGiven) -> Status[FactTold]:
    customer = find_customer(request, customer_id, _CHANGE)
    fact = record_fact(
        customer,
        kind=given.kind,
        text=given.text,
        origin=given.origin,
        source=given.source,
        at=past(request, given.noted_at, "noted_at"),
        user=request.user,
    )
    return Status(201, FactTold.model_validate(fact))


@router.delete(
    "/customers/{int:customer_id}/facts/{int:fact_id}",
    response={204: None},
    summary="Delete a fact",
)
def remove_fact(request: Call, customer_id: int, fact_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, _CHANGE)
    delete_fact(find_child(customer.facts, fact_id, Fact), at=request.at, user=request.user)
    return Status(204, None)


@router.get(
    "/customers/{int:customer_id}/consents",
    response=ConsentPage,
    summary="Every consent given and withdrawn, newest first",
)
def list_consents(request: Call, customer_id: int, filters: Query[ConsentFilters]) -> ConsentPage:
    customer = find_customer(request, customer_id)
    rows = customer.consents.filter(**_asked(filters))
    found, cursor = keyset(rows, ("-at", "-id"), filters)
    return ConsentPage(items=[ConsentTold.model_validate(row) for row in found], next_cursor=cursor)


@router.post(
    "/customers/{int:customer_id}/consents",
    response={201: ConsentTold},
    summary="Record a yes or a no, with its evidence",
)
def create_consent(request: Call, customer_id: int, given: ConsentGiven) -> Status[ConsentTold]:
    """Older words stay as evidence; the latest for each channel and purpose holds."""
    customer = find_customer(request, customer_id, Permission.RECORD_CONSENT)
    consent = record_consent(
        customer,
        channel=given.channel,
        purpose=given.purpose,
        granted=given.granted,
        how=given.how,
        text_version=given.text_version,
        at=past(request, given.at, "at"),
        user=request.user,
    )
    return Status(201, ConsentTold.model_validate(consent))
