"""A person's word on a customer's stage, against what behaviour tells."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from trato.customers.actions import NewEvent, record_event
from trato.customers.models import Customer, CustomerScore, EventKind, Stage, StageCause
from trato.identity.models import User
from trato.insight.models import StageOverride


@transaction.atomic
def override_stage(
    *, customer: Customer, stage: Stage, reason: str, at: datetime, user: User | None
) -> StageOverride:
    """The stage is this one from now on, until the customer does what moves them elsewhere."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    today = timezone.localtime(at).date()
    score = CustomerScore.objects.filter(customer=customer).first()
    override, _is_new = StageOverride.objects.update_or_create(
        customer=customer,
        defaults={"stage": stage, "reason": reason, "on": today, "user": user},
    )
    CustomerScore.objects.update_or_create(
        customer=customer,
        defaults={"stage": stage, "stage_since": today, "stage_cause": StageCause.OVERRIDE},
        create_defaults={
            "stage": stage,
            "stage_since": today,
            "stage_cause": StageCause.OVERRIDE,
            "as_of": today,
        },
    )
    _tell(customer, score.stage if score else 0, stage, reason, at, user)
    return override


@transaction.atomic
def withdraw_override(*, customer: Customer) -> None:
    """Behaviour decides again, with the next refresh."""
    StageOverride.objects.filter(customer=customer).delete()


def _tell(
    customer: Customer, before: int, after: int, reason: str, at: datetime, user: User | None
) -> None:
    told = {"from": before, "to": after, "cause": StageCause.OVERRIDE.value, "reason": reason}
    event = NewEvent(customer_id=customer.pk, kind=EventKind.STAGE_CHANGED, at=at, payload=told)
    record_event(event, recorded_at=at, user=user)
