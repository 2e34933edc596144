from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from trato.customers.models.customer import Customer
from trato.customers.models.event import Channel
from trato.identity.models import User
from trato.kit.history import audited


@audited(exclude=["position"])
class CustomField(models.Model):
    """A field of customers, products, orders or contacts that an administrator defined."""

    LONGEST_TEXT = 2000

    class About(models.TextChoices):
        CUSTOMER = "customer", _("Customers")
        PRODUCT = "product", _("Products")
        ORDER = "order", _("Orders")
        CONTACT = "contact", _("Contacts")

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Multiple choice")
        FLAG = "flag", _("Yes or no")

    about = models.CharField(
        _("of"), max_length=8, choices=About, default=About.CUSTOMER, db_default=About.CUSTOMER
    )
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=100)
    type = models.CharField(_("type"), max_length=8, choices=Type, default=Type.TEXT)
    options: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, verbose_name=_("options")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["about", "position", "label"]
        constraints = [
            models.UniqueConstraint(fields=["about", "key"], name="custom_field_key"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.type in {self.Type.CHOICE, self.Type.CHOICES} and not self.options:
            raise ValidationError({"options": _("Write at least one option.")})


class Fact(models.Model):
    """Something known about a customer: said by them, or seen by us, from where and when."""

    class Origin(models.TextChoices):
        DECLARED = "declared", _("Declared")
        OBSERVED = "observed", _("Observed")

    class Kind(models.TextChoices):
        PREFERENCE = "preference", _("Preference")
        NEED = "need", _("Need")
        ATTITUDE = "attitude", _("Attitude")
        CIRCUMSTANCE = "circumstance", _("Circumstance")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PREFERENCE)
    text = models.CharField(_("what"), max_length=300)
    origin = models.CharField(_("how we know"), max_length=8, choices=Origin)
    source = models.CharField(_("source"), max_length=200, blank=True)
    noted_at = models.DateTimeField(_("when"))
    noted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-noted_at", "-id"]

    def __str__(self) -> str:
        return self.text


class ConsentQuerySet(models.QuerySet["Consent"]):
    def current(self) -> Self:
        """The latest word for each customer, channel and purpose."""
        return self.order_by("customer", "channel", "purpose", "-at", "-id").distinct(
            "customer", "channel", "purpose"
        )


class Consent(models.Model):
    """A yes or a no, with its evidence. Rows are added, never changed: the latest holds."""

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("Offers and news")
        SERVICE = "service", _("Service messages")
        PROFILING = "profiling", _("Personal recommendations")
        SURVEYS = "surveys", _("Surveys")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    granted = models.BooleanField(_("granted"))
    at = models.DateTimeField(_("when"))
    how = models.CharField(_("how it was given"), max_length=200)
    text_version = models.CharField(_("version of the text"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=60, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["customer", "channel", "purpose", "-at", "-id"], name="consent_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}: {self.granted}"


def _percent(default: int, label: object) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label,  # type: ignore[arg-type]
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old))
class BaseRules(models.Model):
    """How the state of the customer base is told: the company's own thresholds, one row."""

    MOST_DAYS = 36_500

    active_days = models.PositiveIntegerField(_("active: last purchase within (days)"), default=180)
    lost_days = models.PositiveIntegerField(
        _("lost: no purchase for (days)"), default=730, validators=[MinValueValidator(1)]
    )
    frequent_purchases = models.PositiveIntegerField(
        _("frequent: purchases in a year, at least"), default=6
    )
    regular_purchases = models.PositiveIntegerField(
        _("regular: purchases in a year, at least"), default=2
    )
    high_volume_percent = _percent(20, _("high volume: the best (% of buyers)"))
    low_volume_percent = _percent(50, _("low volume: the last (% of buyers)"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="base_rules_are_one"),
        ]

    def __str__(self) -> str:
        return "base rules"

    def clean(self) -> None:
        if self.regular_purchases >= self.frequent_purchases:
            raise ValidationError(
                {"regular_purchases": _("Must be fewer than for a frequent customer.")}
            )
        if self.lost_days > self.MOST_DAYS:
            raise ValidationError({"lost_days": _("Must be a hundred years at most.")})
        if self.active_days >= self.lost_days:
            raise ValidationError({"active_days": _("Must be fewer days than for a lost one.")})
        if self.high_volume_percent + self.low_volume_percent > 100:
            raise ValidationError({"low_volume_percent": _("Together at most 100 %.")})
