from datetime import date

from trato.collaboration.models import Task
from trato.customers.models import Customer
from trato.identity.models import User


def next_step(customer: Customer) -> Task | None:
    """The open task of this customer that is due first."""
    return customer.tasks.open().select_related("assignee").first()


def open_tasks(*, user: User, until: date, limit: int = 50) -> list[Task]:
    """What this user has to do up to a day, the latest first."""
    tasks = Task.objects.open().filter(assignee=user, due_on__lte=until)
    return list(tasks.select_related("customer")[:limit])
