from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trato.identity.models import User, validate_currency
from trato.identity.rules import Permission
from trato.kit.history import audited


class CostQuerySet(models.QuerySet["Cost"]):
    def visible_to(self, user: User) -> Self:
        """Costs are the company's, whoever's the customers are."""
        return self if user.may(Permission.VIEW_COSTS) else self.none()


@audited(exclude=["updated_at", "created_at"])
class Cost(models.Model):
    """What was spent in a month to win customers, or to keep them.

    It is of those who came from ``source`` by ``campaign``, as `Customer.origin` and the log name
    them; empty is whichever.
    """

    class Purpose(models.TextChoices):
        ACQUIRE = "acquire", _("Win customers")
        KEEP = "keep", _("Keep customers")

    month = models.DateField(_("month"), help_text=_("Its first day."))
    purpose = models.CharField(
        pgettext_lazy("of a cost", "for"), max_length=7, choices=Purpose, default=Purpose.ACQUIRE
    )
    source = models.CharField(_("source"), max_length=100, blank=True)
    campaign = models.CharField(_("campaign"), max_length=200, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=4, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "purpose", "source", "campaign"],
                name="cost_once_a_month",
                violation_error_message=_("This cost is written down already. Change that one."),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="cost_of_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.source} {self.campaign}".strip()
