"""What is done to orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from trato.catalog.actions import save_products
from trato.catalog.drafts import ProductDraft
from trato.catalog.models import Product
from trato.catalog.queries import Rates, products_by_code
from trato.customers.actions import (
    NewEvent,
    Result,
    Twins,
    record_event,
    record_events,
    save_customers,
)
from trato.customers.actions import (
    Outcome as CustomerOutcome,
)
from trato.customers.models import EventKind
from trato.customers.queries.matching import identities
from trato.identity.models import User
from trato.identity.queries import company
from trato.kit.database import one_writer
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order, OrderLine

LOCK = 7_003
COMPARED = (
    "customer_id",
    "ordered_at",
    "status",
    "channel",
    "store",
    "seller_id",
    "currency",
)
SUMS = ("discount", "tax", "total", "company_total")


class Unknown(StrEnum):
    """Why an order was refused under the strict rule."""

    CUSTOMER = "unknown_customer"
    PRODUCT = "unknown_product"


@dataclass(slots=True)
class Outcome:
    """What became of one draft; ``before`` is what undoing an update needs."""

    result: Result
    order_id: int | None
    problem: Unknown | None = None
    missing: str = ""
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Saved:
    """What became of a batch of orders; the customers and products that came into being, by id."""

    orders: list[Outcome]
    customers: dict[int, str] = field(default_factory=dict)
    products: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def save_orders(
    drafts: Sequence[OrderDraft],
    *,
    at: datetime,
    user: User | None,
    source: str,
    strict: bool = False,
    imported: bool = False,
) -> Saved:
    """Create the unknown numbers, rewrite the known ones that differ; one outcome a draft.

    A draft is a whole order: its lines replace those that were there. Unknown customers and
    products are created with what is known of them, or refuse the order when ``strict``.
    """
    one_writer(LOCK)
    saved = Saved(orders=[Outcome(Result.UNCHANGED, None) for _draft in drafts])
    if strict:
        _refuse_unknown(drafts, saved)
    kept = [place for place, outcome in enumerate(saved.orders) if outcome.problem is None]
    customers = _customers([drafts[i] for i in kept], saved, at, user, source, imported)
    products = _products([drafts[i] for i in kept], saved, at, user)
    _write(drafts, kept, customers, products, saved, at=at)
    _tell(drafts, saved, at=at, user=user, source=source, imported=imported)
    return saved


def _refuse_unknown(drafts: Sequence[OrderDraft], saved: Saved) -> None:
    known = identities([draft.customer for draft in drafts if draft.customer])
    codes = products_by_code(line.product_code for draft in drafts for line in draft.lines)
    for draft, outcome in zip(drafts, saved.orders, strict=True):
        if draft.customer and known.find(draft.customer) is None:
            outcome.problem, outcome.missing = Unknown.CUSTOMER, draft.customer.shown_name
        missing = next((line for line in draft.lines if line.product_code not in codes), None)
        if missing is not None:
            outcome.problem, outcome.missing = Unknown.PRODUCT, missing.product_code
        if outcome.problem:
            outcome.result = Result.REFUSED


def _customers(
    drafts: Sequence[OrderDraft],
    saved: Saved,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> dict[str, int | None]:
    """The customer of each order number."""
    unique = list(dict.fromkeys(_key(draft) for draft in drafts if draft.customer))
    by_key = {_key(draft): draft.customer for draft in drafts if draft.customer}
    wanted = [customer for key in unique if (customer := by_key[key])]
    outcomes: list[CustomerOutcome] = save_customers(
        wanted, at=at, user=user, source=source, twins=Twins.UPDATE, imported=imported
    )
    saved.customers = {
        outcome.customer_id: customer.shown_name
        for customer, outcome in zip(wanted, outcomes, strict=True)
        if outcome.result == Result.CREATED and outcome.customer_id
    }
    ids = {key: outcome.customer_id for key, outcome in zip(unique, outcomes, strict=True)}
    return {
        draft.number: ids[_key(draft)] if draft.customer else draft.customer_id for draft in drafts
    }


def _key(draft: OrderDraft) -> tuple[object, ...]:
    who = draft.customer
    return (who.external_ids, who.emails, who.name, who.addresses) if who else ()


def _products(
    drafts: Sequence[OrderDraft], saved: Saved, at: datetime, user: User | None
) -> dict[str, Product]:
    """The product of each code; a known one is not changed by an order line."""
    offered: dict[str, LineDraft] = {}
    for draft in drafts:
        for line in draft.lines:
            if line.product_code not in offered or (
                line.product_name and not offered[line.product_code].product_name
            ):
                offered[line.product_code] = line
    known = products_by_code(offered)
    missing = [line for code, line in offered.items() if code not in known]
    made = save_products(
        [
            ProductDraft(code=line.product_code, name=line.product_name, category=line.category)
            for line in missing
        ],
        currency=company().currency,
        at=at,
        user=user,
    )
    saved.products = {outcome.product.pk: outcome.product.code for outcome in made}
    return known | {outcome.product.code: outcome.product for outcome in made}


def _write(
    drafts: Sequence[OrderDraft],
    kept: list[int],
    customers: dict[str, int | None],
    products: dict[str, Product],
    saved: Saved,
    *,
    at: datetime,
) -> None:
    main = company()
    rates = Rates(main.currency)
    numbers = [drafts[place].number for place in kept]
    known = {order.number: order for order in Order.objects.filter(number__in=numbers)}
    lines_of = _lines_of([order.pk for order in known.values()])
    new: list[tuple[int, Order]] = []
    changed: list[tuple[int, Order]] = []
    for place in kept:
        draft = drafts[place]
        order = _row(draft, customers[draft.number], rates, at)
        old = known.get(draft.number)
        if old is None:
            saved.orders[place].result = Result.CREATED
            new.append((place, order))
        elif before := _difference(old, order, lines_of[old.pk], _lines(draft, products)):
            order.pk, order.created_at = old.pk, old.created_at
            saved.orders[place] = Outcome(Result.UPDATED, old.pk, before=before)
            changed.append((place, order))
        else:
            saved.orders[place].order_id = old.pk
    Order.objects.bulk_create([order for _place, order in new], 1000)
    for place, order in new:
        saved.orders[place].order_id = order.pk
    names = [*COMPARED, *SUMS, "updated_at"]
    Order.objects.bulk_update([order for _place, order in changed], names, 500)
    OrderLine.objects.filter(order__in=[order.pk for _place, order in changed]).delete()
    copy_lines((order.pk, _lines(drafts[place], products)) for place, order in [*new, *changed])


type LineRow = tuple[int, Decimal, Decimal, Decimal, Decimal]


def _lines(draft: OrderDraft, products: dict[str, Product]) -> list[LineRow]:
    return [
        (products[line.product_code].pk, line.quantity, line.unit_price, line.discount, line.tax)
        for line in draft.lines
    ]


def _lines_of(orders: list[int]) -> dict[int, list[LineRow]]:
    found: dict[int, list[LineRow]] = {pk: [] for pk in orders}
    names = ("order_id", "product_id", "quantity", "unit_price", "discount", "tax")
    rows = OrderLine.objects.filter(order__in=orders).order_by("order", "position")
    for order, *rest in rows.values_list(*names):
        found[order].append(tuple(rest))
    return found


def copy_lines(orders: Any) -> None:
    """Write the lines of (order id, lines) pairs by COPY: imports have hundreds of thousands."""
    with (
        connection.cursor() as sql,
        sql.copy(
            "COPY sales_orderline (order_id, position, product_id, quantity, unit_price, discount,"
            " tax) FROM STDIN"
        ) as copy,
    ):
        for order, lines in orders:
            for position, line in enumerate(lines, 1):
                copy.write_row((order, position, *line))


def _row(draft: OrderDraft, customer: int | None, rates: Rates, at: datetime) -> Order:
    currency = draft.currency or rates.company_currency
    gross = sum((line.quantity * line.unit_price for line in draft.lines), Decimal(0))
    discount = sum((line.discount for line in draft.lines), Decimal(0))
    tax = sum((line.tax for line in draft.lines), Decimal(0))
    total = (gross - discount + tax).quantize(Decimal("0.0001"))
    return Order(
        number=draft.number,
        customer_id=customer,
        ordered_at=draft.ordered_at,
        status=draft.status or Order.Status.COMPLETED,
        channel=draft.channel,
        store=draft.store,
        seller_id=draft.seller_id,
        currency=currency,
        discount=discount,
        tax=tax,
        total=total,
        company_total=rates.convert(total, currency, draft.ordered_at.date()),
        created_at=at,
        updated_at=at,
    )


def _difference(
    old: Order, new: Order, old_lines: list[LineRow], new_lines: list[LineRow]
) -> dict[str, Any]:
    """What was there before, as JSON; empty when nothing differs."""
    changed = any(getattr(old, name) != getattr(new, name) for name in COMPARED)
    if not changed and old_lines == new_lines:
        return {}
    fields = {name: _plain(getattr(old, name)) for name in (*COMPARED, *SUMS)}
    return {"fields": fields, "lines": [[_plain(cell) for cell in row] for row in old_lines]}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _tell(
    drafts: Sequence[OrderDraft],
    saved: Saved,
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    """Events of what was bought, by whom."""
    written = {
        outcome.order_id: outcome.result
        for outcome in saved.orders
        if outcome.order_id and outcome.result in {Result.CREATED, Result.UPDATED}
    }
    orders = Order.objects.filter(pk__in=written, customer__isnull=False)
    record_events(
        (_event(order, created=written[order.pk] == Result.CREATED, at=at) for order in orders),
        recorded_at=at,
        user=user,
        source=source,
        imported=imported,
    )


def _event(order: Order, *, created: bool, at: datetime) -> NewEvent:
    kind = EventKind.ORDER_PLACED if created else EventKind.ORDER_CHANGED
    if not order.counts:
        kind = EventKind.ORDER_CANCELLED
    elif order.is_return:
        kind = EventKind.ORDER_RETURNED
    return NewEvent(
        customer_id=order.customer_id or 0,
        kind=kind,
        at=order.ordered_at if created else at,
        channel=order.channel,
        amount=order.total,
        currency=order.currency,
        subject=order.number,
        payload={"order": order.pk},
    )


@transaction.atomic
def change_status(order: Order, *, status: str, at: datetime, user: User | None) -> Order:
    """Cancel, return, complete or reopen an order. Raises ValidationError."""
    row = Order.objects.select_for_update().get(pk=order.pk)
    if row.status == status:
        return row
    row.status, row.updated_at = status, at
    row.full_clean(exclude=["company_total"])
    row.save(update_fields=["status", "updated_at"])
    if row.customer_id:
        record_event(_event(row, created=False, at=at), recorded_at=at, user=user)
    return row


@transaction.atomic
def refresh_company_totals(*, at: datetime) -> int:
    """After a new exchange rate or company currency: work the totals out again.

    Returns how many orders changed; their customers' figures follow by the same rule as ever.
    """
    rates = Rates(company().currency)
    changed = []
    orders = Order.objects.exclude(currency=rates.company_currency) | Order.objects.exclude(
        company_total=F("total"), currency=rates.company_currency
    )
    for order in orders.select_for_update().iterator(2000):
        amount = rates.convert(order.total, order.currency, order.ordered_at.date())
        if amount != order.company_total:
            order.company_total, order.updated_at = amount, at
            changed.append(order)
    Order.objects.bulk_update(changed, ["company_total", "updated_at"], 500)
    return len(changed)
