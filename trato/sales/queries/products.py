"""How a product sells, in the company's currency, among the customers that the user may see."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, NullIf, TruncMonth
from django.utils import timezone

from trato.catalog.models import Product
from trato.identity.models import User
from trato.sales.models import Order, OrderLine
from trato.sales.queries.months import months_until

MONTHS = 24
YEAR = timedelta(days=365)
NOTHING = Decimal(0)

# A line's part of its order's total in the company's currency; nothing without a known rate.
_AMOUNT: Any = Case(
    When(order__company_total=F("order__total"), then=F("total")),
    default=F("total") * F("order__company_total") / NullIf(F("order__total"), Value(NOTHING)),
    output_field=DecimalField(max_digits=18, decimal_places=4),
)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    amount: Decimal
    units: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a period adds up to; what came back is subtracted and told apart."""

    amount: Decimal
    units: Decimal
    returned: Decimal
    orders: int
    customers: int

    @property
    def return_rate(self) -> Decimal | None:
        """The part of what was handed over that came back."""
        sold = self.units + self.returned
        return self.returned / sold if sold > 0 else None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer of a product."""

    customer_id: int
    name: str
    is_organisation: bool
    amount: Decimal
    units: Decimal
    last_at: datetime


def _lines(
    product: Product, *, user: User, after: datetime, until: datetime
) -> QuerySet[OrderLine]:
    orders = Order.objects.visible_to(user).counted()
    return OrderLine.objects.filter(
        product=product,
        order__in=orders.filter(ordered_at__gt=after, ordered_at__lte=until),
    )


def monthly_sales(product: Product, *, user: User, as_of: datetime) -> list[Month]:
    """The last 24 months, the present one included, those without sales too."""
    firsts = months_until(timezone.localtime(as_of).date(), MONTHS)
    start = timezone.make_aware(datetime.combine(firsts[0], datetime.min.time()))
    rows = (
        _lines(product, user=user, after=start - timedelta.resolution, until=as_of)
        .annotate(month=TruncMonth("order__ordered_at"))
        .values("month")
        .annotate(money=Coalesce(Sum(_AMOUNT), NOTHING), units=Sum("quantity"))
    )
    found: dict[date, tuple[Decimal, Decimal]] = defaultdict(lambda: (NOTHING, NOTHING))
    found |= {row["month"].date(): (row["money"], row["units"]) for row in rows}
    return [Month(first, *found[first]) for first in firsts]


def product_figures(product: Product, *, user: User, until: datetime) -> Figures:
    """The year up to a moment."""
    rows = _lines(product, user=user, after=until - YEAR, until=until)
    sums = rows.aggregate(
        amount=Coalesce(Sum(_AMOUNT), NOTHING),
        units=Coalesce(Sum("quantity"), NOTHING),
        returned=Coalesce(-Sum("quantity", filter=Q(quantity__lt=0)), NOTHING),
        orders=Count("order", distinct=True, filter=Q(quantity__gt=0)),
        customers=Count("order__customer", distinct=True, filter=Q(quantity__gt=0)),
    )
    return Figures(**sums)


def top_customers(product: Product, *, user: User, as_of: datetime, limit: int = 8) -> list[Buyer]:
    """Who bought most of it in the last two years."""
    rows = (
        _lines(product, user=user, after=as_of - 2 * YEAR, until=as_of)
        .filter(order__customer__isnull=False)
        .values("order__customer", "order__customer__name", "order__customer__kind")
        .annotate(
            money=Coalesce(Sum(_AMOUNT), NOTHING),
            units=Sum("quantity"),
            last_at=Max("order__ordered_at"),
        )
        .order_by("-money", "order__customer")[:limit]
    )
    return [
        Buyer(
            customer_id=row["order__customer"],
            name=row["order__customer__name"],
            is_organisation=row["order__customer__kind"] == "organisation",
            amount=row["money"],
            units=row["units"],
            last_at=row["last_at"],
        )
        for row in rows
    ]
