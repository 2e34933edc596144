"""Roles, facts and consent of a customer; the custom fields of all."""

from typing import Any

from django.http import Http404
from ninja import Query, Router, Status

from trato.customers.actions import (
    delete_fact,
    end_role,
    record_consent,
    record_fact,
    save_custom_field,
    set_role,
)
from trato.customers.api.finding import find_child, find_customer
from trato.customers.api.schemas import (
    ConsentFilters,
    ConsentGiven,
    ConsentPage,
    ConsentTold,
    CustomFieldChange,
    CustomFieldGiven,
    CustomFieldsTold,
    CustomFieldTold,
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
from trato.customers.models import Customer, CustomField, Fact, RoleInOrganisation
from trato.customers.queries.reach import every_custom_field
from trato.identity.audit import changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.rest.paging import Paging, keyset
from trato.kit.rest.refusals import Invalid

router = Router(tags=["Profile"])
fields = Router(tags=["Custom fields"])
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
        at=given.noted_at or request.at,
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
        at=given.at or request.at,
        user=request.user,
    )
    return Status(201, ConsentTold.model_validate(consent))


@fields.get("/custom-fields", response=CustomFieldsTold, summary="List the custom fields")
def list_custom_fields(request: Call) -> CustomFieldsTold:
    need(request, Permission.VIEW_CUSTOMERS)
    rows = every_custom_field()
    return CustomFieldsTold(items=[CustomFieldTold.model_validate(row) for row in rows])


@fields.post("/custom-fields", response={201: CustomFieldTold}, summary="Define a custom field")
def create_custom_field(request: Call, given: CustomFieldGiven) -> Status[CustomFieldTold]:
    need(request, Permission.MANAGE_FIELDS)
    row = save_custom_field(None, label=given.label, type_=given.type, options=given.options)
    return Status(201, CustomFieldTold.model_validate(row))


def _field(field_id: int) -> CustomField:
    row = next((field for field in every_custom_field() if field.pk == field_id), None)
    if row is None:
        raise Http404
    return row


@fields.get(
    "/custom-fields/{int:field_id}", response=CustomFieldTold, summary="Read a custom field"
)
def read_custom_field(request: Call, field_id: int) -> CustomFieldTold:
    need(request, Permission.VIEW_CUSTOMERS)
    return CustomFieldTold.model_validate(_field(field_id))


@fields.patch(
    "/custom-fields/{int:field_id}",
    response=CustomFieldTold,
    summary="Rename a custom field, change its options or switch it off",
)
def patch_custom_field(request: Call, field_id: int, given: CustomFieldChange) -> CustomFieldTold:
    need(request, Permission.MANAGE_FIELDS)
    row = _field(field_id)
    changed = given.model_fields_set
    row = save_custom_field(
        row,
        label=given.label if "label" in changed else row.label,
        type_=row.type,
        options=given.options if "options" in changed else row.options,
        is_active=given.is_active if "is_active" in changed else row.is_active,
    )
    return CustomFieldTold.model_validate(row)


@fields.get(
    "/custom-fields/{int:field_id}/changes",
    response=HistoryTold,
    summary="Who changed a custom field, newest first",
)
def list_custom_field_changes(request: Call, field_id: int) -> HistoryTold:
    need(request, Permission.MANAGE_FIELDS)
    return told_changes(changes, _field(field_id))
