"""The fields that the company defines for its customers, products, orders and contacts."""

from django.http import Http404
from ninja import Router, Status

from trato.customers.actions import save_custom_field
from trato.customers.api.schemas import (
    CustomFieldChange,
    CustomFieldGiven,
    CustomFieldsTold,
    CustomFieldTold,
)
from trato.customers.models import CustomField
from trato.customers.queries.profile import all_custom_fields
from trato.identity.audit import changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.rules import Permission

router = Router(tags=["Custom fields"])


@router.get("/custom-fields", response=CustomFieldsTold, summary="List the custom fields")
def list_custom_fields(request: Call, about: CustomField.About | None = None) -> CustomFieldsTold:
    need(request, Permission.VIEW_CUSTOMERS)
    rows = all_custom_fields(about)
    return CustomFieldsTold(items=[CustomFieldTold.model_validate(row) for row in rows])


@router.post("/custom-fields", response={201: CustomFieldTold}, summary="Define a custom field")
def create_custom_field(request: Call, given: CustomFieldGiven) -> Status[CustomFieldTold]:
    need(request, Permission.MANAGE_FIELDS)
    row = save_custom_field(
        None,
        label=given.label,
        type_=given.type,
        options=given.options,
        about=given.about,
    )
    return Status(201, CustomFieldTold.model_validate(row))


def _field(field_id: int) -> CustomField:
    row = next((field for field in all_custom_fields(None) if field.pk == field_id), None)
    if row is None:
        raise Http404
    return row


@router.get(
    "/custom-fields/{int:field_id}", response=CustomFieldTold, summary="Read a custom field"
)
def read_custom_field(request: Call, field_id: int) -> CustomFieldTold:
    need(request, Permission.VIEW_CUSTOMERS)
    return CustomFieldTold.model_validate(_field(field_id))


@router.patch(
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


@router.get(
    "/custom-fields/{int:field_id}/changes",
    response=HistoryTold,
    summary="Who changed a custom field, newest first",
)
def list_custom_field_changes(request: Call, field_id: int) -> HistoryTold:
    need(request, Permission.MANAGE_FIELDS)
    return told_changes(changes, _field(field_id))
