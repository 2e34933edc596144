"""What tests start from: made through the same actions as in the product."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from trato.customers.actions import create_customer
from trato.customers.drafts import CustomerDraft
from trato.customers.models import Customer
from trato.identity.actions import create_user
from trato.identity.models import Team, User
from trato.identity.rules import Role
from trato.sales.actions import refresh_purchases, save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order

CLOCKS = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PASSWORD = "tres-tristes-tigres-42"
_numbers = count(1)


def today() -> date:
    """By the clocks of the company: not that of UTC in the last hours of a day."""
    return timezone.localdate(timezone=CLOCKS)


def user(role: str = Role.ADMINISTRATOR, *, visibility: str | None = None, **more: Any) -> User:
    number = next(_numbers)
    return create_user(
        email=more.pop("email", f"user{number}@example.com"),
        name=more.pop("name", f"User {number}"),
        password=PASSWORD,
        role=role,
        visibility=visibility,
        **more,
    )


def team(name: str = "") -> Team:
    return Team.objects.create(name=name or f"Team {next(_numbers)}")


def customer(name: str = "", **more: Any) -> Customer:
    draft = CustomerDraft(name=name or f"Customer {next(_numbers)}", **more)
    return create_customer(draft, at=NOW, user=None, source="test", twin_is_fine=True)


def ordered(
    who: Customer | None, amount: str = "10", *, at: datetime = NOW, number: str = "", **more: Any
) -> OrderDraft:
    """An order of one line, still to be saved."""
    line = LineDraft(
        product_code=more.pop("product", "P1"),
        quantity=Decimal(more.pop("quantity", 1)),
        unit_price=Decimal(amount),
        tax=Decimal(more.pop("tax", 0)),
    )
    return OrderDraft(
        number=number or f"O{next(_numbers)}",
        ordered_at=at,
        lines=(line,),
        customer_id=who.pk if who else None,
        **more,
    )


def order(who: Customer | None, amount: str = "10", **more: Any) -> Order:
    """One, with the figures of its customer worked out."""
    [found] = orders(ordered(who, amount, **more))
    return found


def orders(*drafts: OrderDraft) -> list[Order]:
    """Many at once, likewise."""
    saved = save_orders(drafts, at=NOW, user=None, source="test")
    if buyers := {draft.customer_id for draft in drafts if draft.customer_id}:
        refresh_purchases(sorted(buyers), as_of=NOW)
    return [Order.objects.get(pk=one.order_id or 0) for one in saved.orders]
