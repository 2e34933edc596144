"""An order as forms, programs and files hand it in, before it is one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from trato.customers.drafts import CustomerDraft
from trato.sales.models import Order, OrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    product_code: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    product_name: str = ""
    category: str = ""

    @property
    def gross(self) -> Decimal:
        return self.quantity * self.unit_price

    @property
    def total(self) -> Decimal:
        return self.gross - self.discount + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """``customer`` None is a sale to nobody in particular.

    ``custom`` are the company's own fields that are told: the others stay, None erases one.
    """

    number: str
    ordered_at: datetime
    lines: tuple[LineDraft, ...]
    customer: CustomerDraft | None = None
    customer_id: int | None = None
    status: str = ""
    channel: str = ""
    store: str = ""
    currency: str = ""
    seller_id: int | None = None
    custom: dict[str, Any] = field(default_factory=dict)


def line_as_draft(line: OrderLine) -> LineDraft:
    return LineDraft(
        product_code=line.product.code,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
    )


def order_as_draft(order: Order, lines: Iterable[OrderLine]) -> OrderDraft:
    """The order as it is: to write it again with something else in it."""
    return OrderDraft(
        number=order.number,
        ordered_at=order.ordered_at,
        lines=tuple(map(line_as_draft, lines)),
        customer_id=order.customer_id,
        status=order.status,
        channel=order.channel,
        store=order.store,
        currency=order.currency,
        seller_id=order.seller_id,
        custom=order.custom,
    )
