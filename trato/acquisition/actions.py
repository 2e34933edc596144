"""What is done to costs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from trato.acquisition.drafts import CostDraft, Key
from trato.acquisition.models import Cost
from trato.customers.actions import Result
from trato.kit.database import one_writer
from trato.ui import formats

LOCK = 7_006
# What a cost is told by stays; these can be said anew.
TOLD = ("amount", "currency", "note")


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs."""

    result: Result
    cost: Cost
    before: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def save_costs(drafts: Sequence[CostDraft], *, currency: str, at: datetime) -> list[Outcome]:
    """Write down the new ones and correct the known ones; one outcome a draft, in order.

    A cost is known by its month, purpose, source and campaign. An empty currency is ``currency``
    for a new cost and stays what it was for a known one, as an empty note does.
    """
    one_writer(LOCK)
    known = {_key(cost): cost for cost in Cost.objects.filter(month__in=_months(drafts))}
    new: dict[Key, Cost] = {}
    changed: dict[Key, Cost] = {}
    outcomes = []
    for draft in drafts:
        cost = known.get(draft.key)
        if cost is None:
            cost = known[draft.key] = new[draft.key] = _new(draft, currency, at)
            outcomes.append(Outcome(Result.CREATED, cost))
            continue
        before = _correct(cost, draft)
        outcomes.append(Outcome(Result.UPDATED if before else Result.UNCHANGED, cost, before))
        if before and draft.key not in new:
            cost.updated_at = at
            changed[draft.key] = cost
    Cost.objects.bulk_create(new.values(), 1000)
    Cost.objects.bulk_update(changed.values(), [*TOLD, "updated_at"], 500)
    return outcomes


def _months(drafts: Iterable[CostDraft]) -> set[date]:
    return {draft.key[0] for draft in drafts}


def _key(cost: Cost) -> Key:
    return cost.month, cost.purpose, cost.source, cost.campaign


def _new(draft: CostDraft, currency: str, at: datetime) -> Cost:
    month, purpose, source, campaign = draft.key
    return Cost(
        month=month,
        purpose=purpose,
        source=source,
        campaign=campaign,
        amount=draft.amount,
        currency=draft.currency or currency,
        note=draft.note,
        created_at=at,
        updated_at=at,
    )


def _correct(cost: Cost, draft: CostDraft) -> dict[str, Any]:
    """Take over what the draft says anew; returns what it was before."""
    before: dict[str, Any] = {}
    for name in TOLD:
        old, value = getattr(cost, name), getattr(draft, name)
        if value != "" and value != old:
            before[name] = str(old)
            setattr(cost, name, value)
    return before


@transaction.atomic
def add_costs(drafts: Sequence[CostDraft], *, currency: str, at: datetime) -> list[Cost]:
    """Only new ones, all or none. Raises ValidationError."""
    outcomes = save_costs(drafts, currency=currency, at=at)
    known = [one.cost for one in outcomes if one.result != Result.CREATED]
    if known:
        months = ", ".join(formats.month(cost.month) for cost in known)
        text = _("There is such a cost already in %(months)s. Change that one.")
        raise ValidationError({"month": text % {"months": months}})
    return [one.cost for one in outcomes]


@transaction.atomic
def update_cost(cost: Cost, *, changes: Mapping[str, Any], at: datetime) -> Cost:
    """Set fields by hand, empty ones included. Raises ValidationError."""
    row = Cost.objects.select_for_update().get(pk=cost.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.month = row.month.replace(day=1)
    row.updated_at = at
    row.full_clean()
    row.save(update_fields=[*changes, "updated_at"])
    return row


def delete_costs(costs: Collection[int]) -> int:
    """How many there were."""
    deleted, _by_model = Cost.objects.filter(pk__in=costs).delete()
    return deleted


@transaction.atomic
def remove_costs(costs: Collection[int], *, until: datetime) -> list[int]:
    """Delete what a file wrote down; returns those changed since."""
    rows = Cost.objects.filter(pk__in=costs)
    kept = sorted(rows.filter(updated_at__gt=until).values_list("pk", flat=True))
    rows.exclude(pk__in=kept).delete()
    return kept


@transaction.atomic
def restore_costs(
    before: Mapping[int, Mapping[str, Any]], *, until: datetime, at: datetime
) -> list[int]:
    """Put costs back to what they were before a file; returns those changed since."""
    rows = {row.pk: row for row in Cost.objects.filter(pk__in=before).select_for_update()}
    kept = {pk for pk, row in rows.items() if row.updated_at > until}
    for pk in rows.keys() - kept:
        told = before[pk]
        amount = {"amount": Decimal(told["amount"])} if "amount" in told else {}
        update_cost(rows[pk], changes={**told, **amount}, at=at)
    return sorted(kept)
