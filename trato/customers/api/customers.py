"""Customers: list, read, create, change, delete, many at once."""

from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.customers.actions import (
    Outcome,
    Result,
    TwinFound,
    Twins,
    delete_customer,
    update_customer,
)
from trato.customers.actions import (
    create_customer as write_customer,
)
from trato.customers.api.finding import find_customer
from trato.customers.api.intake import (
    HIDDEN,
    SOURCE,
    check_people,
    drafts_of,
    owned,
    save_visible,
    telephone,
)
from trato.customers.api.schemas import (
    Batch,
    BatchOutcome,
    BatchOutcomes,
    CustomerChange,
    CustomerGiven,
    CustomerNew,
    CustomerPage,
    CustomerWhole,
    ExternalIdGiven,
    ExternalValue,
    System,
)
from trato.customers.api.showing import told, whole, with_children
from trato.customers.custom.programs import checked
from trato.customers.models import Customer, CustomerQuerySet
from trato.customers.queries.listing import customer_list
from trato.customers.queries.matching import twins_of
from trato.customers.queries.profile import custom_fields
from trato.customers.queries.reach import (
    customer_of,
    locked,
    with_email,
    with_external_id,
    with_phone,
)
from trato.identity.programs import Call, list_filters, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.rest.paging import Paging, keyset
from trato.kit.rest.values import Id, Moment, text

router = Router(tags=["Customers"])

_ORDERS = {"id": ("id",), "name": ("sort_key", "id"), "updated_at": ("updated_at", "id")}
NO_SYSTEM = "-"


class CustomerFilters(Paging):
    kind: Customer.Kind | None = None
    status: Customer.Status | None = None
    owner: Id | None = Field(None, description="Id of a user.")
    team: Id | None = Field(None, description="Id of a team.")
    tag: Annotated[str, text(60, 1)] | None = None
    email: Annotated[str, text(254, 1)] | None = None
    phone: Annotated[str, text(60, 1)] | None = None
    external_id: Annotated[str, text(260, 1)] | None = Field(
        None, description="`system:value`, or a value of any system."
    )
    updated_since: Moment | None = Field(
        None, description="Changed then or later. E-mails and the like tell in `/events`."
    )
    q: Annotated[str, text(200, 1)] | None = Field(None, description="Part of the name.")
    filter: Annotated[str, text(2000, 1)] | None = Field(
        None,
        description="Filters of the page's list as its address has them, such as"
        " `amount.more=100&tags.in=vip`.",
    )
    order: Literal["id", "name", "updated_at"] = "id"


def _conditions(filters: CustomerFilters) -> Q:
    plain = {
        "kind": filters.kind,
        "status": filters.status,
        "owner": filters.owner,
        "team": filters.team,
        "tags__contains": [filters.tag] if filters.tag else None,
        "updated_at__gte": filters.updated_since,
    }
    return Q(*((name, value) for name, value in plain.items() if value is not None))


def _narrowed(rows: CustomerQuerySet, request: Call, filters: CustomerFilters) -> CustomerQuerySet:
    rows = rows.filter(_conditions(filters), *list_filters(request, customer_list, filters.filter))
    if filters.email:
        rows = with_email(rows, filters.email.lower())
    if filters.phone:
        number = telephone(filters.phone, company().country, "phone", source="query")
        rows = with_phone(rows, number)
    if filters.external_id:
        rows = with_external_id(rows, filters.external_id)
    return rows.named_like(filters.q) if filters.q else rows


@router.get("/customers", response=CustomerPage, summary="List customers")
def list_customers(request: Call, filters: Query[CustomerFilters]) -> CustomerPage:
    need(request, Permission.VIEW_CUSTOMERS)
    rows = _narrowed(Customer.objects.visible_to(request.user), request, filters)
    found, cursor = keyset(with_children(rows), _ORDERS[filters.order], filters)
    return CustomerPage(items=[told(row) for row in found], next_cursor=cursor)


@router.post(
    "/customers", response={201: CustomerWhole}, summary="Create a customer unless it has a twin"
)
def create_customer(request: Call, given: CustomerNew) -> Status[CustomerWhole]:
    need(request, Permission.CHANGE_CUSTOMERS)
    [draft] = drafts_of([((), given)])
    customer = write_customer(
        owned(draft, request.user),
        at=request.at,
        user=request.user,
        source=SOURCE,
        twin_is_fine=given.twin_is_fine,
    )
    return Status(201, whole(customer, request.user))


@router.post(
    "/customers/batch",
    response=BatchOutcomes,
    summary="Create or complete up to 1,000 customers, all or none",
)
def save_batch(
    request: Call, given: Batch, twins: Literal["update", "refuse", "create"] = "update"
) -> BatchOutcomes:
    need(request, Permission.CHANGE_CUSTOMERS)
    drafts = drafts_of([(("customers", i), one) for i, one in enumerate(given.customers)])
    outcomes = save_visible(request, drafts, Twins(twins))
    return BatchOutcomes(outcomes=[_told(outcome) for outcome in outcomes])


def _told(outcome: Outcome) -> BatchOutcome:
    return BatchOutcome(
        result=outcome.result.value, customer_id=outcome.customer_id, twin_by=outcome.twin_by
    )


@router.put(
    "/customers/by-external-id/{system}/{path:value}",
    response={200: CustomerWhole, 201: CustomerWhole},
    summary="Create the customer of this external id or overwrite what is sent",
)
def put_by_external_id(
    request: Call,
    system: System,
    value: ExternalValue,
    given: CustomerGiven,
    twins: Literal["refuse", "update", "create"] = "refuse",
) -> Status[CustomerWhole]:
    need(request, Permission.CHANGE_CUSTOMERS)
    own = ExternalIdGiven(system="" if system == NO_SYSTEM else system, value=value)
    with_id = given.model_copy(update={"external_ids": [own, *given.external_ids]})
    [draft] = drafts_of([((), with_id)])
    with transaction.atomic():
        [outcome] = save_visible(request, [draft], Twins(twins))
        if outcome.twin_by == HIDDEN:
            raise Http404
        if outcome.customer_id is None or outcome.result == Result.REFUSED:
            raise TwinFound(list(twins_of(draft)))
    status = 201 if outcome.result == Result.CREATED else 200
    return Status(status, whole(customer_of(outcome.customer_id), request.user))


@router.get("/customers/{int:customer_id}", response=CustomerWhole, summary="Read a customer")
def read_customer(request: Call, customer_id: int) -> CustomerWhole:
    return whole(find_customer(request, customer_id), request.user)


@router.patch("/customers/{int:customer_id}", response=CustomerWhole, summary="Change a customer")
def patch_customer(request: Call, customer_id: int, given: CustomerChange) -> CustomerWhole:
    customer = find_customer(request, customer_id, Permission.CHANGE_CUSTOMERS)
    changes = given.model_dump(exclude_unset=True)
    check_people([((), changes.get("owner_id"), changes.get("team_id"))])
    with transaction.atomic():
        if "custom" in changes:
            changes["custom"] = _merged(locked(customer).custom, changes["custom"])
        row = update_customer(customer, changes=changes, at=request.at, user=request.user)
    return whole(row, request.user)


def _merged(old: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    fields = {field.key: field for field in custom_fields()}
    new = old | checked(given, fields, ("custom",))
    return {key: value for key, value in new.items() if value is not None}


@router.delete("/customers/{int:customer_id}", response={204: None}, summary="Delete a customer")
def remove_customer(request: Call, customer_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, Permission.DELETE_CUSTOMERS)
    delete_customer(customer, at=request.at, user=request.user)
    return Status(204, None)
