"""Orders with their lines."""

from django.db import transaction
from django.http import Http404
from ninja import Query, Router, Status

from trato.customers.actions import Result
from trato.identity.audit_told import HistoryTold, told_changes
from trato.identity.programs import Call, list_filters, need
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.rest.paging import keyset
from trato.kit.rest.refusals import Refused
from trato.sales.actions import Outcome
from trato.sales.actions.deleting import OrderKept, delete_order
from trato.sales.api.intake import SOURCE, amend_visible, save_visible
from trato.sales.api.schemas import (
    LineTold,
    OrderBatch,
    OrderChange,
    OrderFilters,
    OrderGiven,
    OrderNew,
    OrderNumber,
    OrderOutcome,
    OrderOutcomes,
    OrderPage,
    OrderTold,
    OrderWhole,
)
from trato.sales.models import Order, OrderLine, OrderQuerySet
from trato.sales.queries.history import order_changes
from trato.sales.queries.listing import order_list
from trato.sales.queries.orders import lines_of

router = Router(tags=["Orders"])


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
        "number": filters.number,
        "channel": filters.channel,
        "ordered_at__gte": filters.ordered_from,
        "ordered_at__lt": filters.ordered_before,
        "updated_at__gte": filters.updated_since,
    }
    conditions = {name: value for name, value in plain.items() if value is not None}
    visible = Order.objects.visible_to(request.user)
    rows: OrderQuerySet = visible.filter(
        *list_filters(request, order_list, filters.filter), **conditions
    )
    found, cursor = keyset(rows, ("-ordered_at", "-id"), filters)
    return OrderPage(items=[OrderTold.model_validate(row) for row in found], next_cursor=cursor)


@router.get("/orders/{int:order_id}", response=OrderWhole, summary="Read an order with its lines")
def read_order(request: Call, order_id: int) -> OrderWhole:
    return _whole(request, _find(request, order_id, Permission.VIEW_ORDERS).pk)


@router.post("/orders", response={201: OrderWhole}, summary="Create an order")
def create_order(request: Call, given: OrderNew) -> Status[OrderWhole]:
    need(request, Permission.CHANGE_ORDERS)
    with transaction.atomic():
        [outcome] = save_visible(request, [((), given.number, given)])
        if outcome.result != Result.CREATED:
            raise Refused("number_taken")
    return Status(201, _whole(request, outcome.order_id))


@router.post(
    "/orders/batch",
    response=OrderOutcomes,
    summary="Create or replace up to 1,000 orders by their numbers, all or none",
)
def save_order_batch(request: Call, given: OrderBatch) -> OrderOutcomes:
    """Known numbers are replaced whatever their state; what is equal already stays as it is."""
    need(request, Permission.CHANGE_ORDERS)
    orders = [(("orders", i), one.number, one) for i, one in enumerate(given.orders)]
    outcomes = save_visible(request, orders)
    return OrderOutcomes(outcomes=[_told(outcome) for outcome in outcomes])


def _told(outcome: Outcome) -> OrderOutcome:
    return OrderOutcome(
        result=outcome.result.value, number=outcome.number, order_id=outcome.order_id
    )


@router.put("/orders/{int:order_id}", response=OrderWhole, summary="Replace an order")
def put_order(request: Call, order_id: int, given: OrderGiven) -> OrderWhole:
    """Whole and whatever its state: so a shop keeps Trato in step, also with what it completed."""
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    save_visible(request, [((), order.number, given)])
    return _whole(request, order.pk)


@router.put(
    "/orders/by-number/{path:number}",
    response={200: OrderWhole, 201: OrderWhole},
    summary="Create the order of this number or replace it",
)
def put_order_by_number(
    request: Call, number: OrderNumber, given: OrderGiven
) -> Status[OrderWhole]:
    """Whole and whatever its state: so a shop keeps Trato in step, also with what it completed."""
    need(request, Permission.CHANGE_ORDERS)
    [outcome] = save_visible(request, [((), number, given)])
    if outcome.result == Result.REFUSED:
        raise Http404
    status = 201 if outcome.result == Result.CREATED else 200
    return Status(status, _whole(request, outcome.order_id))


@router.patch(
    "/orders/{int:order_id}",
    response=OrderWhole,
    summary="Change an order; complete, cancel, return or reopen it",
)
def patch_order(request: Call, order_id: int, given: OrderChange) -> OrderWhole:
    """Like the page, it leaves alone what is no longer pending, but for its `status`.

    With `"status": "pending"` a closed order is reopened first.
    """
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    amend_visible(request, order, given)
    return _whole(request, order.pk)


@router.get(
    "/orders/{int:order_id}/changes",
    response=HistoryTold,
    summary="Who changed what in an order and its lines, newest first",
)
def list_order_changes(request: Call, order_id: int) -> HistoryTold:
    order = _find(request, order_id, Permission.VIEW_ORDERS)
    return told_changes(order_changes, order, lines_of(order), currency=company().currency)


@router.delete("/orders/{int:order_id}", response={204: None}, summary="Delete an order")
def remove_order(request: Call, order_id: int) -> Status[None]:
    """Only what is pending or cancelled: the books need the rest."""
    order = _find(request, order_id, Permission.CHANGE_ORDERS)
    try:
        delete_order(order, at=request.at, user=request.user, source=SOURCE)
    except OrderKept:
        raise Refused("order_kept") from None
    return Status(204, None)
