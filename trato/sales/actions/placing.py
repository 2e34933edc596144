"""Orders written by hand or by programs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from trato.identity.models import User
from trato.kit.database import one_writer
from trato.sales.actions.orders import LOCK, Outcome, Refusal, change_status, save_orders
from trato.sales.actions.weighing import weigh
from trato.sales.drafts import OrderDraft, order_as_draft
from trato.sales.models import Order
from trato.sales.queries.orders import lines_of

DIGITS = 5


class NumberTaken(Exception):
    """Another order has this number."""


class UnknownProduct(Exception):
    """A line names a product that is not in the catalogue."""


class OrderClosed(Exception):
    """Only what is not completed yet can be rewritten."""


@transaction.atomic
def place_order(draft: OrderDraft, *, at: datetime, user: User | None, source: str) -> Order:
    """A new order; without a number it gets the next one of the year.

    Raises NumberTaken, UnknownProduct, LinesRefused.
    """
    one_writer(LOCK)
    number = draft.number or next_number(at)
    if Order.objects.filter(number=number).exists():
        raise NumberTaken(number)
    return _save(replace(draft, number=number), at=at, user=user, source=source)


def next_number(at: datetime) -> str:
    """``2026-00042``: counted within the year."""
    start = f"{at:%Y}-"
    pattern = rf"^{re.escape(start)}[0-9]{{{DIGITS}}}$"
    rows = Order.objects.filter(number__startswith=start, number__regex=pattern)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:0{DIGITS}d}"


@transaction.atomic
def change_order(
    order: Order, draft: OrderDraft, *, at: datetime, user: User | None, source: str
) -> Order:
    """Rewrite an order that is still open. Raises OrderClosed, UnknownProduct, LinesRefused."""
    one_writer(LOCK)
    row = Order.objects.select_for_update().get(pk=order.pk)
    if row.status != Order.Status.PENDING:
        raise OrderClosed
    return _save(replace(draft, number=row.number), at=at, user=user, source=source)


@transaction.atomic
def amend_order(
    order: Order, *, changes: Mapping[str, Any], at: datetime, user: User | None, source: str
) -> Order:
    """Fields of a draft that are others from now on; the rest stays as it is.

    A closed order is reopened first if it becomes pending; of one that stays closed only the own
    fields are changed, where None erases one. Raises OrderClosed, UnknownProduct, LinesRefused.
    """
    one_writer(LOCK)
    row = Order.objects.select_for_update().get(pk=order.pk)
    status = changes.get("status", row.status)
    is_of_any_state = changes.keys() <= {"status", "custom"}
    if is_of_any_state or status == Order.Status.PENDING:
        row = change_status(row, status=status, at=at, user=user)
    if is_of_any_state:
        return _with_own(row, changes.get("custom", {}), at=at)
    draft = replace(order_as_draft(row, lines_of(row)), **changes)
    return change_order(row, draft, at=at, user=user, source=source)


def _with_own(row: Order, told: Mapping[str, Any], *, at: datetime) -> Order:
    """What is known of an order besides is no event for its customer."""
    custom = {key: value for key, value in {**row.custom, **told}.items() if value is not None}
    if custom != row.custom:
        row.custom, row.updated_at = custom, at
        row.save(update_fields=["custom", "updated_at"])
    return row


@transaction.atomic
def write_orders(
    drafts: Sequence[OrderDraft], *, at: datetime, user: User | None, source: str
) -> list[Outcome]:
    """Save orders under the rules of who writes them now: strictly, and with lines that hold.

    Known numbers are rewritten whatever their state. One outcome a draft. Raises LinesRefused.
    """
    one_writer(LOCK)
    weigh(drafts)
    return save_orders(drafts, at=at, user=user, source=source, strict=True).orders


def _save(draft: OrderDraft, *, at: datetime, user: User | None, source: str) -> Order:
    [outcome] = write_orders([draft], at=at, user=user, source=source)
    if outcome.problem == Refusal.PRODUCT:
        raise UnknownProduct(outcome.missing)
    return Order.objects.get(number=draft.number)
