from typing import Any, Self

import pghistory
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.models import User
from trato.identity.rules import Permission, Visibility
from trato.kit.history import audited


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> Self:
        """Orders of customers one may see; sales to nobody in particular for who sees all."""
        if not user.may(Permission.VIEW_ORDERS):
            return self.none()
        if user.visibility == Visibility.ALL:
            return self
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def counted(self) -> Self:
        """Those whose money counts: cancelled and wholly returned ones do not."""
        return self.filter(status__in=Order.COUNTED)


@audited(exclude=["updated_at", "created_at"])
class Order(models.Model):
    """A purchase. Lines with a negative quantity are returns and subtract."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        RETURNED = "returned", _("Returned")

    COUNTED = (Status.PENDING, Status.COMPLETED)

    number = models.CharField(_("number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,
    )
    ordered_at = models.DateTimeField(_("ordered"))
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.COMPLETED)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    store = models.CharField(_("store"), max_length=100, blank=True)
    seller = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    currency = models.CharField(_("currency"), max_length=3)
    discount = models.DecimalField(_("discount"), max_digits=18, decimal_places=4, default=0)
    tax = models.DecimalField(_("tax"), max_digits=18, decimal_places=4, default=0)
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=4, default=0)
    company_total = models.DecimalField(
        _("total in the company's currency"),
        max_digits=18,
        decimal_places=4,
        null=True,
        help_text=_("Empty while no exchange rate is known for the day."),
    )
    custom: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, db_default={}, blank=True
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-ordered_at", "-id"], name="order_by_date"),
            models.Index(fields=["customer", "-ordered_at"], name="order_of_customer"),
            BrinIndex(fields=["created_at"], name="order_by_creation", autosummarize=True),
            # Most orders have no fields of the company's own: they cost nothing here.
            GinIndex(fields=["custom"], name="order_custom", condition=~Q(custom={})),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="order_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def counts(self) -> bool:
        return self.status in self.COUNTED

    @property
    def is_deletable(self) -> bool:
        """Whether it may vanish from the books: it was never completed, or it was cancelled."""
        return self.status in {self.Status.PENDING, self.Status.CANCELLED}

    @property
    def is_return(self) -> bool:
        return self.total < 0


# Lines are written anew, never changed: what was there before is what was deleted. So a new order
# costs nothing, and a rewritten one a row for each line it had.
@pghistory.track(
    pghistory.DeleteEvent("deleted"),
    obj_field=None,
    exclude=["id", "total"],
)
class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4)
    discount = models.DecimalField(_("discount"), max_digits=18, decimal_places=4, default=0)
    tax = models.DecimalField(_("tax"), max_digits=18, decimal_places=4, default=0)
    total = models.GeneratedField(
        expression=models.F("quantity") * models.F("unit_price")
        - models.F("discount")
        + models.F("tax"),
        output_field=models.DecimalField(max_digits=18, decimal_places=4),
        db_persist=True,
    )

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Recommendation(models.Model):
    """A product to offer to a customer, with a reason a seller can say aloud.

    Written by `trato.insight`. ``rank`` starts at 1 in each kind; ``expected_value`` is probability
    × margin (× price where no cost is known). The reason's numbers: ``also`` of ``among``
    customers, ``because`` of a product had since ``since``; or ``days``, the usual time
    between two purchases.
    """

    class Kind(models.TextChoices):
        CROSS_SELL = "cross_sell", _("Goes with what they buy")
        UP_SELL = "up_sell", _("A better one")
        REPURCHASE = "repurchase", _("To buy again")

    class Reason(models.TextChoices):
        BOUGHT_TOGETHER = "bought_together", _("bought by those who bought the same")
        POPULAR = "popular", _("bought by many")
        MOVED_UP = "moved_up", _("others moved up to it")
        DUE = "due", _("it is time again")
        BOUGHT_AGAIN = "bought_again", _("most who bought it bought it again")

    # The list of a customer is found by recommendation_rank; products are seldom deleted.
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="recommendations", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="recommendations")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    rank = models.PositiveSmallIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    probability = models.FloatField(_("probability"), null=True)
    expected_value = models.DecimalField(
        _("expected value"), max_digits=18, decimal_places=4, null=True
    )
    reason = models.CharField(_("reason"), max_length=15, choices=Reason)
    because = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    also = models.PositiveIntegerField(null=True)
    among = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)
    days = models.FloatField(null=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "rank"], name="recommendation_rank")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.product_id}"


class SuggestionAnswerQuerySet(models.QuerySet["SuggestionAnswer"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(customer__in=Customer.objects.visible_to(user))


class SuggestionAnswer(models.Model):
    """What became of suggesting a product to a customer; a declined one is not suggested again."""

    class Answer(models.TextChoices):
        DECLINED = "declined", _("Not interested")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="suggestion_answers"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="suggestion_answers"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = SuggestionAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], name="one_answer_a_product")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.product_id} {self.answer}"


class ProductPairQuerySet(models.QuerySet["ProductPair"]):
    def visible_to(self, user: User) -> Self:
        """How orders are made up is told to who may see orders, of everybody's."""
        may = user.may(Permission.VIEW_CATALOG) and user.may(Permission.VIEW_ORDERS)
        return self if may else self.none()


class ProductPair(models.Model):
    """Two products that are in one order more often, or less often, than chance would have it.

    Written by `trato.insight`, the best ten of each product and kind. ``together`` of the
    ``orders`` with the product hold the other too; by chance, ``expected`` would. Between orders of
    one customer and like size the odds are ``odds_ratio`` times those of chance, surely beyond
    ``bound``; ``q_value`` is the share of errors among the pairs at least as sure.
    """

    class Kind(models.TextChoices):
        COMPLEMENT = "complement", _("Bought together")
        SUBSTITUTE = "substitute", _("Instead of it")

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="pairs", db_index=False
    )
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    rank = models.PositiveSmallIntegerField(_("rank"))
    together = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()
    expected = models.FloatField()
    odds_ratio = models.FloatField()
    bound = models.FloatField()
    q_value = models.FloatField()

    objects = ProductPairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "rank"], name="product_pair_rank"),
            models.CheckConstraint(condition=Q(orders__gt=0), name="product_pair_of_orders"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.other_id}"

    @property
    def in_a_hundred(self) -> float:
        """Of a hundred orders with the product, how many hold the other too."""
        return 100 * self.together / self.orders

    @property
    def expected_in_a_hundred(self) -> float:
        return 100 * self.expected / self.orders
