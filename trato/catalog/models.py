from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trato.identity.models import User
from trato.identity.rules import Permission
from trato.kit.database import SortKey
from trato.kit.history import audited
from trato.ui import formats


@audited(exclude=["path"], from_the_start=True)
class Category(models.Model):
    """A node of the category tree; ``path`` holds the names from the root."""

    SEPARATOR = " > "

    name = models.CharField(_("name"), max_length=150)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=600, unique=True, editable=False)

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        # The audit keeps no paths.
        return self.path or self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> Self:
        return self if user.may(Permission.VIEW_CATALOG) else self.none()


@audited(exclude=["sort_key", "is_provisional", "updated_at", "created_at"])
class Product(models.Model):
    """``is_provisional``: lines of orders told of it, and nobody has described it yet."""

    code = models.CharField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=300)
    sort_key = models.GeneratedField(
        expression=SortKey("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    brand = models.CharField(_("brand"), max_length=150, blank=True)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=4, null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    quality_tier = models.PositiveSmallIntegerField(
        _("quality tier"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("From 1 (basic) to 5 (best)."),
    )
    description = models.TextField(_("description"), blank=True)
    is_active = models.BooleanField(_("on sale"), default=True)
    custom: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, db_default={}, blank=True
    )
    is_provisional = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ProductQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="product_by_name"),
            GinIndex(OpClass("sort_key", "gin_trgm_ops"), name="product_name_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(
                condition=Q(quality_tier=None) | Q(quality_tier__range=(1, 5)),
                name="product_tier_from_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductPrice(models.Model):
    """What a product cost from a moment on: one row a change."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    cost = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    valid_from = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-id"]

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"


@audited(from_the_start=True)
class ExchangeRate(models.Model):
    """From a date on, one unit of ``currency`` is worth ``rate`` of the company's currency."""

    currency = models.CharField(_("currency"), max_length=3)
    date = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ["currency", "-date"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "date"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        decimals = -int(Decimal(self.rate).normalize().as_tuple().exponent)
        worth = formats.number(self.rate, max(2, decimals))
        return f"1 {self.currency} = {worth} ({formats.full_day(self.date)})"
