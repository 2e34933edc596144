from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.customers.models import Customer
from trato.identity.models import User

# Of the columns of the marts. Counted up when they change: pages then wait for a refresh, which the
# worker asks for as it starts.
MARTS_VERSION = 6


class Run(models.Model):
    """The record of one refresh: what was read, fitted and written, and how long each step took.

    ``steps``: ``[{"name", "seconds", "cpu_seconds", "rows"}]``, in order.
    ``fits``: what was fitted, by name: parameters, log-likelihood, warnings.
    ``figures``: counts and measures that the pages show (quality of the recommender, factor of the
    back-test, stability of the segments ...).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", pgettext_lazy("refresh", "Done")
        FAILED = "failed", _("Failed")

    class Cause(models.TextChoices):
        NIGHT = "night", _("every night")
        ASKED = "asked", _("asked for")
        COMMAND = "command", _("command line")
        UPDATE = "update", _("after an update of Trato")

    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    as_of = models.DateField()
    is_full = models.BooleanField(default=True)
    cause = models.CharField(max_length=7, choices=Cause, default=Cause.COMMAND)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    step = models.CharField(max_length=30, blank=True)
    steps: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(
        default=list
    )
    fits: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    # 0: no marts were written, or by whichever Trato did not write down of which version.
    marts_version = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.state}"


class StageOverrideQuerySet(models.QuerySet["StageOverride"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class StageOverride(models.Model):
    """A person says, with a reason, that a customer is in another stage than behaviour tells.

    It holds until the customer's behaviour moves them to a new stage after ``on``.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, related_name="stage_override"
    )
    stage = models.PositiveSmallIntegerField(_("stage"))
    reason = models.CharField(_("reason"), max_length=300)
    on = models.DateField()
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = StageOverrideQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.stage}"
