"""Orders with their lines."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from trato.catalog.models import Product
from trato.customers.actions import Result
from trato.customers.models import Customer
from trato.identity.programs import Call, need
from trato.identity.queries import colleagues
from trato.identity.rules import Permission, Visibility
from trato.kit.rest.paging import Page, Paging, keyset
from trato.kit.rest.refusals import Invalid, Refused
from trato.kit.rest.values import Amount, Currency, Given, Id, Moment, Money, Number, Told, text
from trato.sales.actions import Outcome, change_status, save_orders
from trato.sales.actions.deleting import OrderKept, delete_order
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order, OrderLine, OrderQuerySet, ProductPair
from trato.sales.queries.pairs import Cart, partners, suggestions_for

router = Router(tags=["Orders"])

SOURCE = "api"
LARGEST_TOTAL = Decimal(10) ** 13
MOST_IN_CART = 100
OrderNumber = Annotated[str, text(100, 1)]
ProductCode = Annotated[str, text(100, 1)]
Quantity = Annotated[Decimal, Field(max_digits=11, decimal_places=3)]


class LineGiven(Given):
    product: ProductCode = Field(description="Code of a known product.")
    quantity: Quantity = Field(description="Negative for a return.")
    unit_price: Amount
    discount: Amount = Field(Decimal(0), description="Of the whole line, as an amount.")
    tax: Amount = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.quantity * self.unit_price - self.discount + self.tax


class OrderGiven(Given):
    """A whole order: its lines replace those that were there."""

    customer_id: Id | None = Field(None, description="Null for a sale to nobody in particular.")
    ordered_at: Moment
    lines: list[LineGiven] = Field(min_length=1, max_length=1000)
    status: Order.Status = Order.Status.COMPLETED
    channel: Annotated[str, text(40)] = ""
    store: Annotated[str, text(100)] = ""
    seller_id: Id | None = None
    currency: Currency | None = Field(None, description="The company's, if left out.")


class OrderNew(OrderGiven):
    number: OrderNumber


class OrderChange(Given):
    status: Order.Status


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
    created_at: datetime
    updated_at: datetime


class OrderWhole(OrderTold):
    lines: list[LineTold]


class PairTold(Told):
    """Two products that orders hold together more often, or less often, than chance."""

    product_id: int
    other_id: int
    other: str = Field(description="Code of the other product.")
    together: int = Field(description="How many of `orders` hold the other product too.")
    orders: int = Field(description="Orders with the product that can be compared.")
    expected: float = Field(description="How many of `orders` would hold both by chance.")
    odds_ratio: float = Field(description="Over the one of chance, customer by customer.")
    bound: float = Field(description="What `odds_ratio` is at least; of a substitute, at most.")
    q_value: float = Field(description="Share of errors among the pairs at least as sure.")


class OrderPage(Page[OrderTold]):
    pass


class OrderFilters(Paging):
    customer: Id | None = Field(None, description="Id of a customer.")
    status: Order.Status | None = None
    number: Annotated[str, Field(max_length=100)] = ""
    channel: Annotated[str, Field(max_length=40)] = ""
    ordered_from: Moment | None = None
    ordered_before: Moment | None = None
    updated_since: Moment | None = None


class CartAsked(BaseModel):
    product: list[ProductCode] = Field(
        min_length=1, max_length=MOST_IN_CART, description="Codes of the products in the cart."
    )
    customer: Id | None = Field(
        None, description="Id of a customer: what they declined is left out."
    )
    limit: int = Field(4, ge=1, le=20)


def _find(request: Call, order_id: int, permission: Permission) -> Order:
    order = Order.objects.visible_to(request.user).filter(pk=order_id).first()
    if order is None:
        raise Http404
    need(request, permission)
    return order


def _line(line: OrderLine) -> LineTold:
    return LineTold(
        position=line.position,
        product_id=line.product_id,
        product=line.product.code,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
        total=line.total,
    )


def _whole(request: Call, order_id: int | None) -> OrderWhole:
    order = Order.objects.visible_to(request.user).get(pk=order_id or 0)
    plain = {name: getattr(order, name) for name in OrderTold.model_fields}
    lines = order.lines.select_related("product").order_by("position")
    return OrderWhole(**plain, lines=[_line(line) for line in lines])


@router.get("/orders", response=OrderPage, summary="List orders, newest first")
def list_orders(request: Call, filters: Query[OrderFilters]) -> OrderPage:
    need(request, Permission.VIEW_ORDERS)
    plain = {
        "customer": filters.customer,
        "status": filters.status,
        "number": filters.number or None,
        "channel": filters.channel or None,
        "ordered_at__gte": filters.ordered_from,
        "ordered_at__lt": filters.ordered_before,
        "updated_at__gte": filters.updated_since,
    }
    conditions = {name: value for name, value in plain.items() if value is not None}
    rows: OrderQuerySet = Order.objects.visible_to(request.user).filter(**conditions)
    found, cursor = keyset(rows, ("-ordered_at", "-id"), filters)
    return OrderPage(items=[OrderTold.model_validate(row) for row in found], next_cursor=cursor)


@router.get("/orders/{int:order_id}", response=OrderWhole, summary="Read an order with its lines")
def read_order(request: Call, order_id: int) -> OrderWhole:
    return _whole(request, _find(request, order_id, Permission.VIEW_ORDERS).pk)


@router.post("/orders", response={201: OrderWhole}, summary="Create an order")
def create_order(request: Call, given: OrderNew) -> Status[OrderWhole]:
    need(request, Permission.CHANGE_ORDERS)
    draft = _draft(request, given.number, given)
    with transaction.atomic():
        outcome = _save(request, draft)
        if outcome.result != Result.CREATED:
            raise Refused("number_taken")
    return Status(201, _whole(request, outcome.order_id))


@router.put("/orders/{int:order_id}", response=OrderWhole, summary="Replace an order")
def put_order(request: Call, order_id: int, given: OrderGiven) -> OrderWhole:
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    _save(request, _draft(request, order.number, given))
    return _whole(request, order.pk)


@router.put(
    "/orders/by-number/{path:number}",
    response={200: OrderWhole, 201: OrderWhole},
    summary="Create the order of this number or replace it",
)
def put_order_by_number(
    request: Call, number: OrderNumber, given: OrderGiven
) -> Status[OrderWhole]:
    need(request, Permission.CHANGE_ORDERS)
    draft = _draft(request, number, given)
    is_known = Order.objects.visible_to(request.user).filter(number=number).exists()
    with transaction.atomic():
        outcome = _save(request, draft)
        if outcome.result != Result.CREATED and not is_known:
            # The number is of an order that the user may not see.
            raise Http404
    status = 201 if outcome.result == Result.CREATED else 200
    return Status(status, _whole(request, outcome.order_id))


@router.patch(
    "/orders/{int:order_id}",
    response=OrderWhole,
    summary="Complete, cancel, return or reopen an order",
)
def patch_order(request: Call, order_id: int, given: OrderChange) -> OrderWhole:
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    change_status(order, status=given.status, at=request.at, user=request.user)
    return _whole(request, order.pk)


@router.delete("/orders/{int:order_id}", response={204: None}, summary="Delete an order")
def remove_order(request: Call, order_id: int) -> Status[None]:
    """Only what is pending or cancelled: the books need the rest."""
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    try:
        delete_order(order, at=request.at, user=request.user, source=SOURCE)
    except OrderKept:
        raise Refused("order_kept") from None
    return Status(204, None)


def _draft(request: Call, number: str, given: OrderGiven) -> OrderDraft:
    _check_customer(request, given.customer_id)
    if given.seller_id and given.seller_id not in {user.pk for user in colleagues()}:
        raise Invalid.body("seller_id", code="user_unknown")
    if abs(sum((line.total for line in given.lines), Decimal(0))) >= LARGEST_TOTAL:
        raise Invalid.body("lines", code="total_too_large")
    return OrderDraft(
        number=number,
        ordered_at=given.ordered_at,
        lines=_lines(given.lines),
        customer_id=given.customer_id,
        status=given.status,
        channel=given.channel,
        store=given.store,
        currency=given.currency or "",
        seller_id=given.seller_id,
    )


def _check_customer(request: Call, customer_id: int | None) -> None:
    """Who sees only part of the customers says whose order it is, or could not see it again."""
    if customer_id is None:
        if request.user.visibility != Visibility.ALL:
            raise Invalid.body("customer_id", code="customer_required")
    elif not Customer.objects.visible_to(request.user).filter(pk=customer_id).exists():
        raise Invalid.body("customer_id", code="customer_unknown")


def _lines(given: Sequence[LineGiven]) -> tuple[LineDraft, ...]:
    return tuple(
        LineDraft(
            product_code=line.product,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            tax=line.tax,
        )
        for line in given
    )


def _save(request: Call, draft: OrderDraft) -> Outcome:
    saved = save_orders([draft], at=request.at, user=request.user, source=SOURCE, strict=True)
    [outcome] = saved.orders
    if outcome.result == Result.REFUSED:
        place = [line.product_code for line in draft.lines].index(outcome.missing)
        raise Invalid.body("lines", place, "product", code="product_unknown")
    return outcome


@router.get(
    "/products/{int:product_id}/complements",
    response=list[PairTold],
    summary="What is bought together with a product",
    tags=["Products"],
)
def list_complements(request: Call, product_id: int) -> list[PairTold]:
    """The best first; only what is on sale."""
    return _partners(request, product_id, ProductPair.Kind.COMPLEMENT)


@router.get(
    "/products/{int:product_id}/substitutes",
    response=list[PairTold],
    summary="What is bought instead of a product",
    tags=["Products"],
)
def list_substitutes(request: Call, product_id: int) -> list[PairTold]:
    """What is hardly ever in one order with it, the clearest first; only what is on sale."""
    return _partners(request, product_id, ProductPair.Kind.SUBSTITUTE)


def _partners(request: Call, product_id: int, kind: str) -> list[PairTold]:
    product = Product.objects.visible_to(request.user).filter(pk=product_id).first()
    if product is None:
        raise Http404
    need(request, Permission.VIEW_ORDERS)
    return [_pair(pair) for pair in partners(product, kind, user=request.user)]


def _pair(pair: ProductPair) -> PairTold:
    names = set(PairTold.model_fields) - {"other"}
    return PairTold(**{name: getattr(pair, name) for name in names}, other=pair.other.code)


@router.get("/suggestions", response=list[PairTold], summary="What completes a cart")
def suggest(request: Call, asked: Query[CartAsked]) -> list[PairTold]:
    """What goes best with all that is in it; `product_id` is what speaks most for it.

    Never what is in the cart or not on sale, nor what the customer declined; nothing for a customer
    who does not want personal recommendations.
    """
    need(request, Permission.VIEW_ORDERS)
    rows = Product.objects.visible_to(request.user).filter(code__in=asked.product)
    known = dict(rows.values_list("code", "pk"))
    if any(code not in known for code in asked.product):
        raise Invalid.query("product", code="product_unknown")
    customer = None
    if asked.customer is not None:
        customer = Customer.objects.visible_to(request.user).filter(pk=asked.customer).first()
        if customer is None:
            raise Http404
    cart = Cart([known[code] for code in asked.product])
    found = suggestions_for(cart, user=request.user, customer=customer, limit=asked.limit)
    return [_pair(pair) for pair in found]
