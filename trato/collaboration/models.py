from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Permission, Visibility
from trato.kit.history import audited


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> Self:
        """One's own tasks, those one gave, and those of customers one may see."""
        mine = Q(assignee=user) | Q(created_by=user)
        if not user.may(Permission.VIEW_CUSTOMERS):
            return self.filter(mine)
        if user.visibility == Visibility.ALL:
            return self
        return self.filter(mine | Q(customer__in=Customer.objects.visible_to(user)))

    def open(self) -> Self:
        return self.filter(done_at=None)


@audited(exclude=["created_at", "created_by"])
class Task(models.Model):
    """The next step with a customer, or a duty of its own."""

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        CALL = "call", _("Call")
        VISIT = "visit", _("Visit")
        EMAIL = "email", _("E-mail")

    title = models.CharField(_("what"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.TASK)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks"
    )
    assignee = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("when"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_on"], name="task_open", condition=Q(done_at=None)
            ),
            models.Index(
                fields=["customer", "due_on"], name="task_next", condition=Q(done_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, today: date) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < today
