from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from trato.customers.models.customer import Customer
from trato.identity.models import User


class BulkChange(models.Model):
    """One field set on many customers at once, a chunk at a time, and perhaps taken back.

    ``place`` is the last customer of the last chunk: where a worker goes on that takes over.
    """

    class State(models.TextChoices):
        CHANGING = "changing", _("Changing")
        CHANGED = "changed", _("Changed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Stopped")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=20)
    after: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.CHANGING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    place = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    put_back = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.field}: {self.total}"

    @property
    def is_working(self) -> bool:
        return self.state in {self.State.CHANGING, self.State.UNDOING}

    @property
    def may_be_undone(self) -> bool:
        return self.changed > 0 and self.state in {self.State.CHANGED, self.State.FAILED}


class BulkChangeRow(models.Model):
    """One customer of a bulk change, and what the field was if it was changed.

    Fifty thousand are written while somebody waits: no constraint and no second index make that
    slow, and a row whose customer is gone is never looked at.
    """

    pk = models.CompositePrimaryKey("change_id", "customer_id")
    change = models.ForeignKey(
        BulkChange, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    is_set = models.BooleanField(default=False)
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.change_id}: {self.customer_id}"
