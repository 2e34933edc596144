from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from trato.collaboration.models import Task
from trato.customers.models import Customer
from trato.customers.queries.changes import customer_changes
from trato.identity.audit import MOST, Change, Keys, changes_among, creations, newest_first
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


def task_changes(task: Task) -> list[Change]:
    """Who wrote the task down and who changed it, newest first."""
    return _changes(Task.objects.filter(pk=task.pk), of={"pgh_obj": task.pk})


def customer_history(customer: Customer, *, user: User, currency: str) -> list[Change]:
    """What people changed in a customer, its contact ways, roles and tasks, newest first."""
    found = _changes(customer.tasks.all(), of={"customer_id": customer.pk})
    tasks = [replace(one, part=_("Task")) for one in found]
    return customer_changes(customer, tasks, user=user, currency=currency)


def _changes(tasks: QuerySet[Task], *, of: dict[str, object]) -> list[Change]:
    keys = Keys(labels={"done_at": _("Done"), "customer": _("Customer")})
    latest = tasks.select_related("created_by").order_by("-created_at")[:MOST]
    return newest_first(changes_among(Task, keys=keys, of=of), creations(list(latest)), limit=MOST)
