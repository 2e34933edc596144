"""Orders as programs send and get them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from trato.kit.rest.paging import Page, Paging
from trato.kit.rest.values import (
    EXACT,
    Amount,
    Currency,
    Given,
    Id,
    Moment,
    Money,
    Number,
    Told,
    text,
)
from trato.sales.models import Order

OrderNumber = Annotated[str, text(100, 1)]
ProductCode = Annotated[str, text(100, 1)]
Quantity = Annotated[Decimal, Field(max_digits=11, decimal_places=3), EXACT]
Custom = dict[str, Any]
_CUSTOM = "Values of the company's own fields by key; see `/custom-fields`."
_TOLD = f"{_CUSTOM} Other keys stay; null removes a value."


class LineGiven(Given):
    product: ProductCode = Field(description="Code of a known product.")
    quantity: Quantity = Field(description="Negative for a return, never zero.")
    unit_price: Amount
    discount: Amount = Field(
        Decimal(0),
        description="Of the whole line, as an amount: no more than it adds, and of its sign.",
    )
    tax: Amount = Field(Decimal(0), description="Of the whole line, as an amount of its sign.")


class OrderGiven(Given):
    """A whole order: its lines replace those that were there, but not its own fields."""

    customer_id: Id | None = Field(None, description="Null for a sale to nobody in particular.")
    ordered_at: Moment
    lines: list[LineGiven] = Field(min_length=1, max_length=1000)
    status: Order.Status = Order.Status.COMPLETED
    channel: Annotated[str, text(40)] = ""
    store: Annotated[str, text(100)] = ""
    seller_id: Id | None = None
    currency: Currency | None = Field(None, description="The company's, if left out.")
    custom: Custom = Field({}, description=_TOLD)


class OrderNew(OrderGiven):
    number: OrderNumber


class OrderBatch(Given):
    orders: list[OrderNew] = Field(min_length=1, max_length=1000)


class OrderOutcome(Told):
    result: Literal["created", "updated", "unchanged", "refused"]
    number: str
    order_id: int | None = Field(
        description="Null if refused: the number is of an order that you may not see."
    )


class OrderOutcomes(Told):
    outcomes: list[OrderOutcome] = Field(description="One for each order sent, in order.")


class OrderChange(Given):
    """Only what is sent changes; lines are replaced as a whole."""

    customer_id: Id | None = Field(None, description="Null for a sale to nobody in particular.")
    ordered_at: Moment = Field(default_factory=lambda: datetime.max.replace(tzinfo=UTC))
    lines: list[LineGiven] = Field([], min_length=1, max_length=1000)
    status: Order.Status = Order.Status.PENDING
    channel: Annotated[str, text(40)] = ""
    store: Annotated[str, text(100)] = ""
    seller_id: Id | None = None
    currency: Currency = "EUR"
    custom: Custom = Field({}, description=_TOLD)


class LineTold(Told):
    position: int
    product_id: int
    product: str = Field(description="Code of the product.")
    quantity: Number
    unit_price: Money
    discount: Money
    tax: Money
    total: Money


class OrderTold(Told):
    id: int
    number: str
    customer_id: int | None
    ordered_at: datetime
    status: Order.Status
    channel: str
    store: str
    seller_id: int | None
    currency: str
    discount: Money
    tax: Money
    total: Money
    company_total: Money | None = Field(
        description="In the company's currency; null while no exchange rate is known."
    )
    custom: Custom = Field(description=_CUSTOM)
    created_at: datetime
    updated_at: datetime


class OrderWhole(OrderTold):
    lines: list[LineTold]


class OrderPage(Page[OrderTold]):
    pass


class OrderFilters(Paging):
    customer: Id | None = Field(None, description="Id of a customer.")
    status: Order.Status | None = None
    number: OrderNumber | None = None
    channel: Annotated[str, text(40, 1)] | None = None
    ordered_from: Moment | None = None
    ordered_before: Moment | None = None
    updated_since: Moment | None = None
    filter: Annotated[str, text(2000, 1)] | None = Field(
        None,
        description="Filters of the page's list as its address has them, such as"
        " `total.more=100&custom.gift.yes`.",
    )
