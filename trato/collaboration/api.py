"""Tasks."""

from datetime import date, datetime
from typing import Annotated

from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import Field

from trato.collaboration.actions import change_task, delete_task, finish_task, reopen_task
from trato.collaboration.actions import create_task as write_task
from trato.collaboration.models import Task
from trato.collaboration.queries import customer_history, task_changes
from trato.customers.models import Customer
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.models import User
from trato.identity.programs import Call, need
from trato.identity.queries import colleagues, company
from trato.identity.rules import Permission
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Invalid
from trato.kit.rest.values import Day, Given, Id, Told, text

router = Router(tags=["Tasks"])


class TaskNew(Given):
    title: Annotated[str, text(200, 1)]
    kind: Task.Kind = Task.Kind.TASK
    customer_id: Id | None = None
    assignee_id: Id | None = Field(None, description="The token's user, if left out.")
    due_on: Day | None = None


class TaskChange(Given):
    """Only what is sent changes; null empties a day and leaves a task to nobody."""

    title: Annotated[str, text(200, 1)] = "-"
    kind: Task.Kind = Task.Kind.TASK
    assignee_id: Id | None = None
    due_on: Day | None = None
    done: bool = False


class TaskTold(Told):
    id: int
    title: str
    kind: Task.Kind
    customer_id: int | None
    assignee_id: int | None
    due_on: date | None
    done_at: datetime | None
    created_at: datetime
    created_by_id: int | None


class TaskPage(Page[TaskTold]):
    pass


class TaskFilters(Paging):
    customer: Id | None = Field(None, description="Id of a customer.")
    assignee: Id | None = Field(None, description="Id of a user.")
    done: bool | None = None
    due_until: Day | None = None


def _find(request: Call, task_id: int) -> Task:
    task = Task.objects.visible_to(request.user).filter(pk=task_id).first()
    if task is None:
        raise Http404
    return task


def _find_to_change(request: Call, task_id: int) -> Task:
    task = _find(request, task_id)
    need(request, Permission.MANAGE_TASKS)
    return task


@router.get("/tasks", response=TaskPage, summary="List tasks")
def list_tasks(request: Call, filters: Query[TaskFilters]) -> TaskPage:
    plain = {
        "customer": filters.customer,
        "assignee": filters.assignee,
        "done_at__isnull": None if filters.done is None else not filters.done,
        "due_on__lte": filters.due_until,
    }
    conditions = {name: value for name, value in plain.items() if value is not None}
    rows = Task.objects.visible_to(request.user).filter(**conditions)
    found, cursor = keyset(rows, ("id",), filters)
    return TaskPage(items=[TaskTold.model_validate(row) for row in found], next_cursor=cursor)


@router.post("/tasks", response={201: TaskTold}, summary="Create a task")
def create_task(request: Call, given: TaskNew) -> Status[TaskTold]:
    need(request, Permission.MANAGE_TASKS)
    task = write_task(
        title=given.title,
        kind=given.kind,
        customer=_customer(request, given.customer_id),
        assignee=_colleague(given.assignee_id) or request.user,
        due_on=given.due_on,
        at=request.at,
        user=request.user,
    )
    return Status(201, TaskTold.model_validate(task))


def _customer(request: Call, customer_id: int | None) -> Customer | None:
    if customer_id is None:
        return None
    customer = Customer.objects.visible_to(request.user).filter(pk=customer_id).first()
    if customer is None:
        raise Invalid.body("customer_id", code="customer_unknown")
    return customer


def _colleague(user_id: int | None) -> User | None:
    if user_id is None:
        return None
    user = next((user for user in colleagues() if user.pk == user_id), None)
    if user is None:
        raise Invalid.body("assignee_id", code="user_unknown")
    return user


@router.get("/tasks/{int:task_id}", response=TaskTold, summary="Read a task")
def read_task(request: Call, task_id: int) -> TaskTold:
    return TaskTold.model_validate(_find(request, task_id))


@router.patch("/tasks/{int:task_id}", response=TaskTold, summary="Change, finish or reopen a task")
def patch_task(request: Call, task_id: int, given: TaskChange) -> TaskTold:
    """Done once: the customer's time line tells it."""
    task = _find_to_change(request, task_id)
    changes = given.model_dump(exclude_unset=True, exclude={"done", "assignee_id"})
    if "assignee_id" in given.model_fields_set:
        changes["assignee"] = _colleague(given.assignee_id)
    with transaction.atomic():
        if changes:
            change_task(task, changes=changes)
        if "done" in given.model_fields_set:
            _finish(request, task, given.done)
    task.refresh_from_db()
    return TaskTold.model_validate(task)


def _finish(request: Call, task: Task, done: bool) -> None:
    if done:
        finish_task(task, at=request.at, user=request.user)
    else:
        reopen_task(task)


@router.delete("/tasks/{int:task_id}", response={204: None}, summary="Delete a task")
def remove_task(request: Call, task_id: int) -> Status[None]:
    delete_task(_find_to_change(request, task_id))
    return Status(204, None)


@router.get(
    "/tasks/{int:task_id}/changes",
    response=HistoryTold,
    summary="Who wrote a task down and who changed it, newest first",
)
def list_task_changes(request: Call, task_id: int) -> HistoryTold:
    return told_changes(task_changes, _find_to_change(request, task_id))


@router.get(
    "/customers/{int:customer_id}/changes",
    response=HistoryTold,
    summary="Who changed what in a customer and what hangs on it, newest first",
    tags=["Customers"],
)
def list_customer_changes(request: Call, customer_id: int) -> HistoryTold:
    """Contact ways, roles and tasks are told with it; `part` says which."""
    customer = Customer.objects.visible_to(request.user).filter(pk=customer_id).first()
    if customer is None:
        raise Http404
    need(request, Permission.VIEW_CUSTOMERS)
    return told_changes(customer_history, customer, user=request.user, currency=company().currency)
