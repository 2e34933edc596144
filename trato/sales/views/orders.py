"""An order's page, and what becomes of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trato.catalog.queries import rate_on
from trato.catalog.words import price
from trato.customers.custom.words import custom_word
from trato.customers.models import CustomField, EventKind
from trato.customers.queries.profile import all_custom_fields
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.sales.actions import change_status
from trato.sales.actions.deleting import OrderKept, delete_order
from trato.sales.models import Order
from trato.sales.queries.history import order_changes
from trato.sales.queries.orders import events_of, lines_of, sums_of
from trato.sales.words import channel_word, state
from trato.ui.responses import go, toast

CHANGES_SHOWN = 40
# By then the worker has counted a change.
FRESH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state: its verb, what it asks, what it says afterwards."""

    status: str
    verb: object
    icon: str
    question: object
    meaning: object
    done: object


STEPS = {
    Order.Status.COMPLETED: Step(
        Order.Status.COMPLETED,
        gettext_lazy("Complete"),
        "check",
        gettext_lazy("Complete the order %(number)s?"),
        gettext_lazy("It counts as bought and can no longer be edited."),
        gettext_lazy("The order is completed."),
    ),
    Order.Status.PENDING: Step(
        Order.Status.PENDING,
        gettext_lazy("Reopen"),
        "rotate-ccw",
        gettext_lazy("Reopen the order %(number)s?"),
        gettext_lazy("It is pending again and can be edited; its amount counts."),
        gettext_lazy("The order is open again."),
    ),
    Order.Status.CANCELLED: Step(
        Order.Status.CANCELLED,
        gettext_lazy("Cancel order"),
        "ban",
        gettext_lazy("Cancel the order %(number)s?"),
        gettext_lazy(
            "Its amount no longer counts for the customer nor for the sales. It stays in the"
            " history and can be reopened."
        ),
        gettext_lazy("The order is cancelled."),
    ),
    Order.Status.RETURNED: Step(
        Order.Status.RETURNED,
        gettext_lazy("Mark as returned"),
        "undo-2",
        gettext_lazy("Did all of the order %(number)s come back?"),
        gettext_lazy(
            "Its amount no longer counts. If only a part came back, write a new order with"
            " negative quantities instead."
        ),
        gettext_lazy("The order is marked as returned."),
    ),
}
FOLLOWING: dict[str, tuple[str, ...]] = {
    Order.Status.PENDING: (Order.Status.COMPLETED, Order.Status.CANCELLED),
    Order.Status.COMPLETED: (
        Order.Status.RETURNED,
        Order.Status.CANCELLED,
        Order.Status.PENDING,
    ),
    Order.Status.CANCELLED: (Order.Status.PENDING,),
    Order.Status.RETURNED: (Order.Status.COMPLETED,),
}
EVENT_ICONS = {
    EventKind.ORDER_PLACED: ("shopping-bag", "azafran"),
    EventKind.ORDER_CHANGED: ("pencil", "neutral"),
    EventKind.ORDER_CANCELLED: ("ban", "granate"),
    EventKind.ORDER_RETURNED: ("undo-2", "granate"),
}


def find(request: UserRequest, pk: int) -> Order:
    rows = Order.objects.visible_to(request.user).select_related("customer__summary", "seller")
    return get_object_or_404(rows, pk=pk)


@requires(Permission.VIEW_ORDERS)
def order(request: UserRequest, pk: int) -> HttpResponse:
    row = find(request, pk)
    lines = lines_of(row)
    sums, main = sums_of(lines), request.company.currency
    foreign = row.currency != main
    own = all_custom_fields(CustomField.About.ORDER)
    values = {
        "order": row,
        "state": state(row.status, is_return=row.is_return, return_word=_("Return")),
        "lines": [(line, price(line.unit_price, row.currency)) for line in lines],
        "sums": sums,
        "company_currency": main,
        "foreign": foreign,
        "rate": rate_on(row.currency, timezone.localdate(row.ordered_at)) if foreign else None,
        "channel": channel_word(row.channel),
        "own": _own(row, own, main),
        "has_own": any(field.is_active for field in own),
        "events": [
            (event, *EVENT_ICONS[EventKind(event.kind)])
            for event in events_of(row, user=request.user)
        ],
        "changes": order_changes(row, lines, currency=main, own=own, limit=CHANGES_SHOWN),
        "is_fresh": timezone.now() - row.updated_at < FRESH,
    }
    return render(request, "sales/order.html", values | _rights(request, row))


def _own(row: Order, fields: Sequence[CustomField], currency: str) -> list[tuple[str, str]]:
    """The company's own fields that say something, in words."""
    told = (
        (field.label, custom_word(row.custom.get(field.key), field, currency))
        for field in fields
        if field.is_active
    )
    return [(label, word) for label, word in told if word]


@requires(Permission.VIEW_ORDERS)
def customer(request: UserRequest, pk: int) -> HttpResponse:
    """The customer's figures again: just after a change the worker has not counted it yet."""
    row = find(request, pk)
    if row.customer is None:
        return HttpResponse()
    values = {"order": row, "company_currency": request.company.currency}
    return render(request, "sales/order.html#customer", values)


def _rights(request: UserRequest, row: Order) -> dict[str, object]:
    """What this user may do with the order as it stands."""
    if not request.user.may(Permission.CHANGE_ORDERS):
        return {"steps": [], "may_change": False, "may_edit": False, "may_delete": False}
    steps = [STEPS[Order.Status(status)] for status in FOLLOWING[row.status]]
    may_edit = row.status == Order.Status.PENDING
    rights = {"may_change": True, "may_edit": may_edit, "may_delete": row.is_deletable}
    return {"steps": steps, **rights}


@requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)
def status(request: UserRequest, pk: int, to: str) -> HttpResponse:
    """Ask, then do."""
    row = find(request, pk)
    if to not in FOLLOWING[row.status]:
        raise Http404
    step, back = STEPS[Order.Status(to)], reverse("sales:order", args=[pk])
    if request.method == "POST":
        change_status(row, status=to, at=timezone.now(), user=request.user)
        return toast(request, go(request, back), str(step.done))
    values = {
        "step": step,
        "heading": str(step.question) % {"number": row.number},
        "action": request.path,
        "back": back,
    }
    return render(request, "sales/status.html", values)


@requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)
def delete(request: UserRequest, pk: int) -> HttpResponse:
    row = find(request, pk)
    back = reverse("sales:order", args=[pk])
    if request.method == "POST":
        try:
            delete_order(row, at=timezone.now(), user=request.user)
        except OrderKept:
            text = _("Only what is pending or cancelled can be deleted. Cancel the order first.")
            return toast(request, go(request, back), text, tone="warn")
        text = _("The order %(number)s is deleted.") % {"number": row.number}
        return toast(request, go(request, reverse("sales:list")), text)
    values = {
        "heading": _("Delete the order %(number)s?") % {"number": row.number},
        "text": _("It goes with its lines, and its amount with it. This cannot be undone."),
        "action": request.path,
        "verb": _("Delete"),
        "back": back,
    }
    return render(request, "ui/confirm.html", values)
