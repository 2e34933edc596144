"""What winning and keeping customers costs, by month, source and campaign."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.acquisition.actions import add_costs, delete_costs, save_costs, update_cost
from trato.acquisition.drafts import CostDraft
from trato.acquisition.models import Cost
from trato.customers.actions import Result
from trato.identity.audit import changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Refused
from trato.kit.rest.values import Currency, Day, Given, Money, Price, Told, text

router = Router(tags=["Costs"])


Month = Annotated[Day, Field(description="Any day of it; told as the first.")]


class CostGiven(Given):
    month: Month
    purpose: Cost.Purpose = Cost.Purpose.ACQUIRE
    source: Annotated[str, text(100)] = Field("", description="An origin; empty: all.")
    campaign: Annotated[str, text(200)] = Field("", description="Empty: all.")
    amount: Price
    currency: Currency | None = Field(None, description="The company's, if left out.")
    note: Annotated[str, text(300)] = ""


class CostChange(Given):
    """Only what is sent changes."""

    month: Month = date(2000, 1, 1)
    purpose: Cost.Purpose = Cost.Purpose.ACQUIRE
    source: Annotated[str, text(100)] = ""
    campaign: Annotated[str, text(200)] = ""
    amount: Price = Decimal(0)
    currency: Currency = "EUR"
    note: Annotated[str, text(300)] = ""


class CostTold(Told):
    id: int
    month: date
    purpose: Cost.Purpose
    source: str
    campaign: str
    amount: Money
    currency: str
    note: str
    created_at: datetime
    updated_at: datetime


class CostPage(Page[CostTold]):
    pass


class CostFilters(Paging):
    month_from: Day | None = None
    month_to: Day | None = None
    purpose: Cost.Purpose | None = None
    source: Annotated[str, Field(max_length=100)] | None = None
    campaign: Annotated[str, Field(max_length=200)] | None = None


def _conditions(filters: CostFilters) -> dict[str, Any]:
    plain = {
        "month__gte": filters.month_from and filters.month_from.replace(day=1),
        "month__lte": filters.month_to,
        "purpose": filters.purpose,
        "source": filters.source,
        "campaign": filters.campaign,
    }
    return {name: value for name, value in plain.items() if value is not None}


def _find(request: Call, cost_id: int, permission: Permission) -> Cost:
    cost = Cost.objects.visible_to(request.user).filter(pk=cost_id).first()
    if cost is None:
        raise Http404
    need(request, permission)
    return cost


def _draft(given: CostGiven) -> CostDraft:
    plain = given.model_dump(exclude={"currency"})
    return CostDraft(**plain, currency=given.currency or "")


@router.get("/costs", response=CostPage, summary="List costs")
def list_costs(request: Call, filters: Query[CostFilters]) -> CostPage:
    need(request, Permission.VIEW_COSTS)
    rows = Cost.objects.visible_to(request.user).filter(**_conditions(filters))
    found, cursor = keyset(rows, ("id",), filters)
    return CostPage(items=[CostTold.model_validate(row) for row in found], next_cursor=cursor)


@router.post("/costs", response={201: CostTold}, summary="Write down a cost")
def create_cost(request: Call, given: CostGiven) -> Status[CostTold]:
    need(request, Permission.CHANGE_COSTS)
    try:
        [cost] = add_costs([_draft(given)], currency=company().currency, at=request.at)
    except ValidationError:
        raise Refused("number_taken") from None
    return Status(201, CostTold.model_validate(cost))


@router.put(
    "/costs",
    response={200: CostTold, 201: CostTold},
    summary="Write down a cost, or correct that of this month, purpose, source and campaign",
)
def put_cost(request: Call, given: CostGiven) -> Status[CostTold]:
    need(request, Permission.CHANGE_COSTS)
    [outcome] = save_costs([_draft(given)], currency=company().currency, at=request.at)
    status = 201 if outcome.result == Result.CREATED else 200
    return Status(status, CostTold.model_validate(outcome.cost))


@router.get("/costs/{int:cost_id}", response=CostTold, summary="Read a cost")
def read_cost(request: Call, cost_id: int) -> CostTold:
    return CostTold.model_validate(_find(request, cost_id, Permission.VIEW_COSTS))


@router.patch("/costs/{int:cost_id}", response=CostTold, summary="Change a cost")
def patch_cost(request: Call, cost_id: int, given: CostChange) -> CostTold:
    cost = _find(request, cost_id, Permission.CHANGE_COSTS)
    sent = given.model_dump(exclude_unset=True)
    return CostTold.model_validate(update_cost(cost, changes=sent, at=request.at))


@router.get(
    "/costs/{int:cost_id}/changes",
    response=HistoryTold,
    summary="Who changed a cost, newest first",
)
def list_cost_changes(request: Call, cost_id: int) -> HistoryTold:
    return told_changes(changes, _find(request, cost_id, Permission.CHANGE_COSTS))


@router.delete("/costs/{int:cost_id}", response={204: None}, summary="Delete a cost")
def delete_cost(request: Call, cost_id: int) -> Status[None]:
    delete_costs([_find(request, cost_id, Permission.CHANGE_COSTS).pk])
    return Status(204, None)
