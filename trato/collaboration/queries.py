from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from trato.collaboration.models import Task
from trato.customers.models import Customer
from trato.identity.models import User

LISTS = ("mine", "all", "overdue", "done")
PAGE = 100


def next_step(customer: Customer) -> Task | None:
    """The open task of this customer that is due first."""
    return customer.tasks.open().select_related("assignee").first()


def open_tasks(*, user: User, until: date, limit: int = 50) -> list[Task]:
    """What this user has to do up to a day, the latest first."""
    tasks = Task.objects.open().filter(assignee=user, due_on__lte=until)
    return list(tasks.select_related("customer")[:limit])


@dataclass(frozen=True, slots=True)
class TaskPage:
    tasks: list[Task]
    has_more: bool


def task_page(*, user: User, which: str, today: date, page: int) -> TaskPage:
    """One page of a list of tasks: the user's own, everybody's, those too late, those done."""
    rows = listed_tasks(user=user, which=which, today=today)
    start = (page - 1) * PAGE
    found = list(rows.select_related("customer", "assignee")[start : start + PAGE + 1])
    return TaskPage(found[:PAGE], len(found) > PAGE)


def listed_tasks(*, user: User, which: str, today: date) -> QuerySet[Task]:
    """All of a list of tasks."""
    rows = Task.objects.visible_to(user)
    if which == "done":
        return rows.filter(done_at__isnull=False).order_by("-done_at", "-id")
    rows = rows.filter(done_at=None)
    if which == "mine":
        return rows.filter(assignee=user)
    if which == "overdue":
        return rows.filter(due_on__lt=today)
    return rows.order_by(F("due_on").asc(nulls_last=True), "id")
