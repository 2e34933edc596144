"""What is done to tasks."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from trato.collaboration.models import Task
from trato.customers.actions import NewEvent, record_event
from trato.customers.models import Customer, EventKind
from trato.identity.models import User


def create_task(
    *,
    title: str,
    kind: str,
    customer: Customer | None,
    assignee: User | None,
    due_on: date | None,
    at: datetime,
    user: User,
) -> Task:
    """Raises ValidationError."""
    task = Task(
        title=title.strip(),
        kind=kind,
        customer=customer,
        assignee=assignee,
        due_on=due_on,
        created_at=at,
        created_by=user,
    )
    task.full_clean()
    task.save()
    return task


@transaction.atomic
def change_task(task: Task, *, changes: Mapping[str, Any]) -> Task:
    """Another text, kind, day or person: ``title``, ``kind``, ``due_on``, ``assignee``.

    Raises ValidationError.
    """
    row = Task.objects.select_for_update().get(pk=task.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.title = row.title.strip()
    row.full_clean()
    row.save(update_fields=[*changes])
    return row


@transaction.atomic
def finish_task(task: Task, *, at: datetime, user: User) -> Task:
    """Done, once; the customer's time line tells it."""
    row = Task.objects.select_for_update().get(pk=task.pk)
    if row.done_at is not None:
        return row
    row.done_at = at
    row.save(update_fields=["done_at"])
    if row.customer_id:
        event = NewEvent(
            customer_id=row.customer_id,
            kind=EventKind.TASK_DONE,
            at=at,
            subject=row.title,
            payload={"task": row.pk},
        )
        record_event(event, recorded_at=at, user=user)
    return row


def reopen_task(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(done_at=None)


def delete_task(task: Task) -> None:
    task.delete()
