"""Exchange rates: they change the totals of orders, so they are composed here."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.catalog.actions import delete_exchange_rate, set_exchange_rate
from trato.catalog.queries import exchange_rates, rate_changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.rules import Permission
from trato.kit.jobs import defer_once
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import FieldError, Invalid
from trato.kit.rest.values import EXACT, Currency, Day, Given, Number, Told
from trato.sales.jobs import recount_totals

router = Router(tags=["Exchange rates"])


class RateGiven(Given):
    rate: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8), EXACT] = Field(
        description="What one unit is worth in the company's currency from this day on."
    )


class RateTold(Told):
    currency: str
    date: date
    rate: Number


class RatePage(Page[RateTold]):
    pass


class RateFilters(Paging):
    currency: Currency | None = None


def _of_address(error: ValidationError) -> Invalid:
    """The currency stands in the address, not in the body."""
    found = [
        FieldError((name,), one.code or "invalid", {"message": " ".join(one.messages)}, "path")
        for name, problems in error.error_dict.items()
        for one in problems
    ]
    return Invalid(*found)


@router.get("/exchange-rates", response=RatePage, summary="List exchange rates")
def list_rates(request: Call, filters: Query[RateFilters]) -> RatePage:
    need(request, Permission.VIEW_ORDERS)
    rows = exchange_rates()
    if filters.currency:
        rows = rows.filter(currency=filters.currency)
    found, cursor = keyset(rows, ("id",), filters)
    return RatePage(items=[RateTold.model_validate(row) for row in found], next_cursor=cursor)


@router.put(
    "/exchange-rates/{currency}/{day}",
    response=RateTold,
    summary="Set what a currency is worth from a day on",
)
def put_rate(request: Call, currency: Currency, day: Day, given: RateGiven) -> RateTold:
    """The totals of orders in the company's currency follow in a moment."""
    need(request, Permission.MANAGE_COMPANY)
    with transaction.atomic():
        try:
            rate = set_exchange_rate(currency=currency, day=day, rate=given.rate)
        except ValidationError as error:
            raise _of_address(error) from None
        defer_once(recount_totals)
    return RateTold.model_validate(rate)


@router.delete(
    "/exchange-rates/{currency}/{day}",
    response={204: None},
    summary="Delete the rate of a day",
)
def remove_rate(request: Call, currency: Currency, day: Day) -> Status[None]:
    need(request, Permission.MANAGE_COMPANY)
    rate = exchange_rates().filter(currency=currency, date=day).first()
    if rate is None:
        raise Http404
    with transaction.atomic():
        delete_exchange_rate(rate)
        defer_once(recount_totals)
    return Status(204, None)


@router.get(
    "/exchange-rates/changes",
    response=HistoryTold,
    summary="Who set, changed and deleted rates, newest first",
)
def list_rate_changes(request: Call) -> HistoryTold:
    need(request, Permission.MANAGE_COMPANY)
    return told_changes(rate_changes)
