from typing import Any, Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.identity.models import User
from trato.identity.rules import Permission
from trato.imports.problems import RowProblem


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        return self if user.may(Permission.IMPORT) else self.none()


class Import(models.Model):
    """One file on its way in: uploaded, mapped, staged, applied, perhaps undone."""

    class Kind(models.TextChoices):
        CUSTOMERS = "customers", _("Customers")
        PRODUCTS = "products", _("Products")
        ORDERS = "orders", _("Orders")
        INTERACTIONS = "interactions", _("Contacts")
        COSTS = "costs", _("Costs of customers")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for its mapping")
        STAGING = "staging", _("Being checked")
        STAGED = "staged", _("Waiting for your go-ahead")
        APPLYING = "applying", _("Being imported")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    reading: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    mapping: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    options: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    rows_read = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    position = models.CharField(max_length=300, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    counts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        tones = {self.State.DONE: "pino", self.State.FAILED: "granate"}
        return tones.get(self.State(self.state), "cielo" if self.is_working else "neutral")

    @property
    def system(self) -> str:
        """The program whose ids of customers the file has; empty for files without one."""
        return str(self.options.get("system", ""))

    @property
    def rows_good(self) -> int:
        return self.rows_read - self.rows_refused

    @property
    def is_working(self) -> bool:
        return self.state in {self.State.STAGING, self.State.APPLYING, self.State.UNDOING}


class ImportRow(models.Model):
    """A row of the file as it was understood, waiting to be applied."""

    # Only the process that works on the run writes here, millions of rows at a time.
    run = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=300)
    values: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    raw: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    problems: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    warnings: "models.JSONField[Any, Any]" = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "group", "number"], name="import_row_groups"),
            models.Index(fields=["run", "number"], name="import_row_numbers"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number}"

    @property
    def reason(self) -> str:
        """What is wrong with the row or was left out of it, in the active language."""
        told = [RowProblem.from_json(problem) for problem in self.problems or self.warnings or []]
        return " ".join(map(_told, told))


def _told(problem: RowProblem) -> str:
    if not problem.column:
        return problem.message
    words = {"column": problem.column, "value": problem.value, "problem": problem.message}
    return gettext("%(column)s “%(value)s”: %(problem)s") % words


class ImportChange(models.Model):
    """A record that an import wrote, and what it was before: what undoing needs."""

    class Action(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        KEPT = "kept", _("Kept when the import was undone")

    run = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    model = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "model", "action"], name="import_change_of_run")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} {self.action}"
