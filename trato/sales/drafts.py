"""An order as forms, programs and files hand it in, before it is one."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trato.customers.drafts import CustomerDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    product_code: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    product_name: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """``customer`` None is a sale to nobody in particular."""

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
