"""What an order's page shows, and which numbers orders have."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Value

from trato.customers.models import Event
from trato.customers.models.event import TRANSACTIONS
from trato.identity.models import User
from trato.kit.database import IsAny
from trato.sales.drafts import LineDraft
from trato.sales.models import Order, OrderLine

RECENT = 3000
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """The lines added up: before discount and tax, and what the customer pays."""

    gross: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal

    @property
    def taken_off(self) -> Decimal:
        return -self.discount


def numbers_in_use(numbers: Sequence[str]) -> set[str]:
    """Those that orders have, whoever may see these."""
    rows = Order.objects.filter(IsAny(F("number"), Value(list(numbers))))
    return set(rows.values_list("number", flat=True))


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.select_related("product").order_by("position"))


def sums_of(lines: Sequence[OrderLine | LineDraft]) -> Sums:
    return Sums(
        gross=sum((line.quantity * line.unit_price for line in lines), NOTHING),
        discount=sum((line.discount for line in lines), NOTHING),
        tax=sum((line.tax for line in lines), NOTHING),
        total=sum((line.total for line in lines), NOTHING),
    )


def events_of(order: Order, *, user: User) -> list[Event]:
    """What the customer's log tells of this order, newest first."""
    if order.customer_id is None:
        return []
    rows = Event.objects.visible_to(user).filter(
        customer_id=order.customer_id,
        kind__in=[kind.value for kind in TRANSACTIONS],
        payload__order=order.pk,
    )
    return list(rows.select_related("actor").order_by("-at", "-pk")[:50])


def stores() -> list[str]:
    """The stores of late, for suggestions."""
    return _used("store")


def channels() -> list[str]:
    """The channels of late, as they are written in orders."""
    return _used("channel")


def _used(name: str) -> list[str]:
    rows = Order.objects.order_by("-ordered_at", "-pk").values_list(name, flat=True)[:RECENT]
    return sorted(set(rows) - {""})
