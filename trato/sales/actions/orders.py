"""What is done to orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F

from trato.catalog.actions import save_products
from trato.catalog.drafts import ProductDraft
from trato.catalog.queries import Rates
from trato.customers.actions import (
    NewEvent,
    Result,
    SavedCustomers,
    Twins,
    record_event,
    record_events,
    save_customers,
)
from trato.customers.drafts import CustomerDraft
from trato.customers.models import EventKind
from trato.customers.queries.matching import identities
from trato.identity.models import User
from trato.identity.queries import company
from trato.kit.database import one_writer
from trato.sales.actions import incoming
from trato.sales.actions.incoming import Merged
from trato.sales.drafts import OrderDraft
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


class Refusal(StrEnum):
    """Why an order was refused: the first two under the strict rule only."""

    CUSTOMER = "unknown_customer"
    PRODUCT = "unknown_product"
    TOTAL = "total_too_large"


@dataclass(slots=True)
class Outcome:
    """What became of one order; ``before`` is what undoing an update needs."""

    result: Result
    order_id: int | None
    number: str = ""
    lines: int = 0
    problem: Refusal | None = None
    missing: str = ""
    before: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Saved:
    """What became of a batch of orders, of its buyers and of its products.

    ``products`` are the codes of new ones by id, ``completed`` what others were before.
    """

    orders: list[Outcome]
    customers: SavedCustomers = field(default_factory=SavedCustomers)
    products: dict[int, str] = field(default_factory=dict)
    completed: dict[int, dict[str, Any]] = field(default_factory=dict)


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

    A draft is a whole order: its lines replace those that were there. Refusal customers and
    products are created with what is known of them, or refuse the order when ``strict``. What the
    lines say of amounts is taken as told: ``write_orders`` asks whether it can be.
    """
    keys = [_key(draft.customer) for draft in drafts]
    incoming.fill(drafts, keys)
    buyers = {
        key: draft.customer for key, draft in zip(keys, drafts, strict=True) if draft.customer
    }
    return save_incoming(buyers, at=at, user=user, source=source, strict=strict, imported=imported)


def _key(who: CustomerDraft | None) -> str:
    return repr((who.external_ids, who.emails, who.name, who.addresses)) if who else ""


@transaction.atomic
def save_incoming(
    buyers: Mapping[str, CustomerDraft],
    *,
    at: datetime,
    user: User | None,
    source: str,
    strict: bool = False,
    imported: bool = False,
) -> Saved:
    """Save the orders that stand in the tables of ``incoming``; one outcome a place, in order.

    They are taken as told, odd discounts too: files are history.
    """
    one_writer(LOCK)
    incoming.keep_buyers(
        (key, who.name, next(iter(who.emails), ""))
        for key, who in buyers.items()
        if who.name and not who.external_ids
    )
    orders = incoming.numbers()
    saved = Saved(orders=[])
    refused = _unknown(buyers, orders) if strict else {}
    if refused:
        for place, lines in incoming.leave_out(refused).items():
            refused[place].lines = lines
    wanted = {buyer for place, (_number, buyer) in orders.items() if place not in refused}
    _settle_buyers(
        {key: who for key, who in buyers.items() if key in wanted},
        saved,
        at=at,
        user=user,
        source=source,
        imported=imported,
    )
    _settle_products(saved, at=at, user=user)
    many = len(orders) >= incoming.MANY
    rows = incoming.merge(currency=company().currency, many=many)
    outcomes = refused | _outcomes(rows)
    saved.orders = [outcomes[place] for place in orders]
    incoming.write(at=at)
    _tell(rows, at=at, user=user, source=source, imported=imported)
    return saved


def _unknown(
    buyers: Mapping[str, CustomerDraft], orders: Mapping[int, tuple[str, str]]
) -> dict[int, Outcome]:
    """The orders that the strict rule refuses, by place."""
    known = identities(buyers.values())
    strangers = {key: who for key, who in buyers.items() if known.find(who) is None}
    refused = {}
    for place, (number, buyer) in orders.items():
        if buyer in strangers:
            name = strangers[buyer].shown_name
            refused[place] = _refused(number, Refusal.CUSTOMER, name)
    for place, code in incoming.without_product().items():
        refused[place] = _refused(orders[place][0], Refusal.PRODUCT, code)
    return refused


def _refused(number: str, problem: Refusal, missing: str) -> Outcome:
    return Outcome(Result.REFUSED, None, number, problem=problem, missing=missing)


def _settle_buyers(
    buyers: Mapping[str, CustomerDraft],
    saved: Saved,
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    outcomes = save_customers(
        list(buyers.values()),
        at=at,
        user=user,
        source=source,
        twins=Twins.UPDATE,
        imported=imported,
    )
    saved.customers = SavedCustomers.of(buyers.values(), outcomes)
    ids = [outcome.customer_id for outcome in outcomes]
    incoming.settle_buyers(dict(zip(buyers, ids, strict=True)))


def _settle_products(saved: Saved, *, at: datetime, user: User | None) -> None:
    """Create the codes that are missing; what somebody has described, no line changes."""
    outcomes = save_products(
        [
            ProductDraft(code=code, name=name, category=category)
            for code, name, category in incoming.sketched_products()
        ],
        currency=company().currency,
        at=at,
        user=user,
        provisional=True,
    )
    for outcome in outcomes:
        if outcome.result == Result.CREATED:
            saved.products[outcome.product.pk] = outcome.product.code
        elif outcome.result == Result.UPDATED:
            saved.completed[outcome.product.pk] = outcome.before


def _outcomes(rows: Sequence[Merged]) -> dict[int, Outcome]:
    outcomes = {row.place: _outcome(row) for row in rows}
    changed = {
        outcome.order_id: outcome
        for outcome in outcomes.values()
        if outcome.result == Result.UPDATED and outcome.order_id
    }
    for order_id, before in _before(list(changed)).items():
        changed[order_id].before = before
    return outcomes


def _outcome(row: Merged) -> Outcome:
    if row.result == Result.REFUSED:
        return Outcome(Result.REFUSED, None, row.number, row.lines, Refusal.TOTAL)
    return Outcome(Result(row.result), row.pk, row.number, row.lines)


def _before(orders: list[int]) -> dict[int, dict[str, Any]]:
    """What these orders are until they are rewritten, as JSON."""
    if not orders:
        return {}
    lines: dict[int, list[Any]] = {pk: [] for pk in orders}
    names = ("order_id", "product_id", "quantity", "unit_price", "discount", "tax")
    rows = OrderLine.objects.filter(order__in=orders).order_by("order", "position")
    for order, *cells in rows.values_list(*names):
        lines[order].append([_plain(cell) for cell in cells])
    kept = (*COMPARED, *SUMS, "custom")
    return {
        order.pk: {
            "fields": {name: _plain(getattr(order, name)) for name in kept},
            "lines": lines[order.pk],
        }
        for order in Order.objects.filter(pk__in=orders)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _tell(
    rows: Sequence[Merged],
    *,
    at: datetime,
    user: User | None,
    source: str,
    imported: bool,
) -> None:
    """Events of what was bought, by whom."""
    told = (
        _event(row, created=row.result == Result.CREATED, at=at)
        for row in rows
        if row.result in {Result.CREATED, Result.UPDATED} and row.customer_id is not None
    )
    record_events(told, recorded_at=at, user=user, source=source, imported=imported)


def _event(order: Order | Merged, *, created: bool, at: datetime) -> NewEvent:
    kind = EventKind.ORDER_PLACED if created else EventKind.ORDER_CHANGED
    if order.status not in Order.COUNTED:
        kind = EventKind.ORDER_CANCELLED
    elif order.total < 0:
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
