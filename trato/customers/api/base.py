"""The state of the customer base, and the rules by which it is told."""

from datetime import UTC, datetime
from typing import Annotated

from django.db import transaction
from ninja import Router
from pydantic import Field

from trato.customers.actions import change_base_rules
from trato.customers.jobs import settle_all_statuses
from trato.customers.models import BaseRules
from trato.customers.queries.counted import counted_base
from trato.customers.queries.profile import base_rules
from trato.identity.audit import changes
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.jobs import defer_once
from trato.kit.rest.values import WHOLE, Given, Money, Told

router = Router(tags=["Customer base"])

Days = Annotated[int, Field(ge=0, le=BaseRules.MOST_DAYS), WHOLE]
Purchases = Annotated[int, Field(ge=0, le=100_000), WHOLE]
Percent = Annotated[int, Field(ge=1, le=100), WHOLE]


class RulesTold(Told):
    active_days: int = Field(description="Active: bought in so many days.")
    lost_days: int = Field(description="Lost: has bought, but not in so many days.")
    frequent_purchases: int = Field(description="Frequent: so many purchases in a year or more.")
    regular_purchases: int = Field(description="Regular: so many purchases in a year or more.")
    high_volume_percent: int = Field(description="High volume: the best so many % of buyers.")
    low_volume_percent: int = Field(description="Low volume: the last so many % of buyers.")


class RulesChange(Given):
    """Only what is sent changes."""

    active_days: Days = 180
    lost_days: Annotated[Days, Field(ge=1)] = 730
    frequent_purchases: Purchases = 6
    regular_purchases: Purchases = 2
    high_volume_percent: Percent = 20
    low_volume_percent: Percent = 50


class VolumeTold(Told):
    high: int
    average: int
    low: int
    high_from: Money | None = Field(description="The least amount of a year of the high class.")
    low_to: Money | None = Field(description="The greatest amount of a year of the low class.")


class BaseTold(Told):
    """Customers by type, as far as the token's user sees them."""

    customers: int
    potential: int
    current: int
    lost: int
    buyers: int = Field(description="Who has ever bought: the active and the inactive.")
    active: int
    inactive: int
    frequent: int = Field(description="Of those who bought within a year, as the next ones.")
    regular: int
    occasional: int
    volume: VolumeTold
    counted_at: datetime = Field(description="Of very many customers, some minutes ago at most.")


@router.get("/customer-base", response=BaseTold, summary="How many customers are of each type")
def read_base(request: Call) -> BaseTold:
    need(request, Permission.VIEW_CUSTOMERS)
    at = request.at.astimezone(company().zone)
    found = counted_base(user=request.user, rules=base_rules(), as_of=at)
    names = BaseTold.model_fields.keys() - {"counted_at"}
    plain = {name: getattr(found.base, name) for name in names}
    return BaseTold.model_validate(plain | {"counted_at": found.at.astimezone(UTC)})


@router.get(
    "/customer-base/rules", response=RulesTold, summary="The rules by which customers are told"
)
def read_rules(request: Call) -> RulesTold:
    need(request, Permission.VIEW_CUSTOMERS)
    return RulesTold.model_validate(base_rules())


@router.patch("/customer-base/rules", response=RulesTold, summary="Change the rules")
def patch_rules(request: Call, given: RulesChange) -> RulesTold:
    """Who is current and who is lost follows in a moment."""
    need(request, Permission.MANAGE_FIELDS)
    with transaction.atomic():
        rules = change_base_rules(changes=given.model_dump(exclude_unset=True))
        defer_once(settle_all_statuses)
    return RulesTold.model_validate(rules)


@router.get(
    "/customer-base/rules/changes",
    response=HistoryTold,
    summary="Who changed the rules, newest first",
)
def list_rule_changes(request: Call) -> HistoryTold:
    need(request, Permission.MANAGE_FIELDS)
    return told_changes(changes, base_rules())
