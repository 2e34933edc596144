"""The company's settings: its currency changes the totals of orders, so they are composed here."""

from typing import Annotated, Literal

from django.db import transaction
from ninja import Router
from pydantic import AfterValidator, Field

from trato.catalog.actions import change_company_currency
from trato.identity.actions import change_company
from trato.identity.api.schemas import CompanyTold
from trato.identity.audit import changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.country import parse_country
from trato.kit.jobs import defer_once
from trato.kit.rest.values import Currency, Given, read, text
from trato.sales.jobs import recount_totals

router = Router(tags=["Company"])


class CompanyChange(Given):
    """Only what is sent changes."""

    name: Annotated[str, text(200, 1)] = "-"
    country: Annotated[str, text(60, 1), AfterValidator(read(parse_country))] = Field(
        "ES", description="Telephone numbers without a prefix belong to it."
    )
    language: Literal["es", "en"] = "es"
    time_zone: Annotated[str, text(64, 1)] = Field("UTC", description="Such as `Europe/Madrid`.")
    currency: Currency = Field(
        "EUR",
        description="The known exchange rates told what others were worth in the old one:"
        " they go with it.",
    )


@router.get("/company", response=CompanyTold, summary="Read the company's settings")
def read_company(request: Call) -> CompanyTold:
    return CompanyTold.model_validate(company())


@router.patch("/company", response=CompanyTold, summary="Change the company's settings")
def patch_company(request: Call, given: CompanyChange) -> CompanyTold:
    """After a change of the currency the totals of orders follow in a moment."""
    need(request, Permission.MANAGE_COMPANY)
    changed = given.model_dump(exclude_unset=True)
    currency = changed.pop("currency", "")
    with transaction.atomic():
        if changed:
            change_company(changes=changed)
        if currency and currency != company().currency:
            change_company_currency(currency=currency)
            defer_once(recount_totals)
    return read_company(request)


@router.get(
    "/company/changes",
    response=HistoryTold,
    summary="Who changed the company's settings, newest first",
)
def list_company_changes(request: Call) -> HistoryTold:
    need(request, Permission.MANAGE_COMPANY)
    return told_changes(changes, company())
