"""From what programs send to orders, without touching those of others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Value

from trato.customers.actions import Result
from trato.customers.custom.programs import checked
from trato.customers.models import Customer, CustomField
from trato.customers.queries.profile import custom_fields
from trato.identity.programs import Call
from trato.identity.queries import colleagues
from trato.identity.rules import Visibility
from trato.kit.database import IsAny
from trato.kit.rest.refusals import FieldError, Invalid, Place, Refused
from trato.sales.actions import (
    LineProblem,
    LinesRefused,
    OrderClosed,
    Outcome,
    UnknownProduct,
    Wrong,
    amend_order,
    write_orders,
)
from trato.sales.api.schemas import LineGiven, OrderChange, OrderGiven
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import Order
from trato.sales.queries.orders import numbers_in_use

SOURCE = "api"
# Which field of a line a problem is told at; what adds up to too much is the line's.
_NAMES = {
    Wrong.QUANTITY_ZERO: "quantity",
    Wrong.DISCOUNT_TOO_LARGE: "discount",
    Wrong.DISCOUNT_NEGATIVE: "discount",
    Wrong.DISCOUNT_POSITIVE: "discount",
    Wrong.TAX_NEGATIVE: "tax",
    Wrong.TAX_POSITIVE: "tax",
}
type Wanted = tuple[Place, str, OrderGiven]


def save_visible(request: Call, wanted: Sequence[Wanted]) -> list[Outcome]:
    """Save orders, each with its place in the body and its number; one outcome each, in order.

    Those whose number is of an order that the user may not see are refused. Raises Invalid.
    """
    errors = [*_repeated(wanted), *_wrong(request, wanted)]
    if errors:
        raise Invalid(*errors)
    with transaction.atomic():
        seen, hidden = _known(request, [number for _place, number, _given in wanted])
        ours = [one for one in wanted if one[1] not in hidden]
        fields = _own_fields(given for _place, _number, given in ours)
        drafts = [_draft(*one, fields) for one in ours]
        try:
            saved = write_orders(drafts, at=request.at, user=request.user, source=SOURCE)
        except LinesRefused as error:
            raise _wrong_lines(error, [place for place, _number, _given in ours]) from None
        _check_saved(ours, saved, seen)
    outcomes = {outcome.number: outcome for outcome in saved}
    return [
        outcomes.get(number) or Outcome(Result.REFUSED, None, number)
        for _place, number, _given in wanted
    ]


def amend_visible(request: Call, order: Order, given: OrderChange) -> None:
    """Change what is sent of an order that the user sees. Raises Invalid, Refused."""
    sent = given.model_fields_set
    changes: dict[str, Any] = given.model_dump(include=sent - {"lines"})
    # What is not sent is not asked about: who sold it may have left since.
    told = {"lines": []} | {name: getattr(given, name) for name in sent}
    whole = OrderGiven.model_construct(**told)
    wrong = [one for one in _wrong(request, [((), order.number, whole)]) if one.place[0] in sent]
    if wrong:
        raise Invalid(*wrong)
    if "custom" in sent:
        changes["custom"] = checked(given.custom, _own_fields([given]), ("custom",))
    if "lines" in sent:
        changes["lines"] = tuple(map(_line, given.lines))
    try:
        amend_order(order, changes=changes, at=request.at, user=request.user, source=SOURCE)
    except OrderClosed:
        raise Refused("order_closed") from None
    except LinesRefused as error:
        raise _wrong_lines(error, [()]) from None
    except UnknownProduct as error:
        raise Invalid(_missing_product((), given.lines, str(error))) from None


def _known(request: Call, numbers: list[str]) -> tuple[set[str], set[str]]:
    """The numbers of orders that the user sees, and of those that are there unseen."""
    named = IsAny(F("number"), Value(numbers))
    visible = Order.objects.visible_to(request.user).filter(named)
    seen = set(visible.values_list("number", flat=True))
    return seen, numbers_in_use(numbers) - seen


def _check_saved(wanted: Sequence[Wanted], saved: Sequence[Outcome], seen: set[str]) -> None:
    errors = [
        _missing_product(one[0], one[2].lines, outcome.missing)
        for one, outcome in zip(wanted, saved, strict=True)
        if outcome.result == Result.REFUSED
    ]
    if errors:
        raise Invalid(*errors)
    if any(one.result != Result.CREATED and one.number not in seen for one in saved):
        # Somebody wrote it since we looked; whether we may see it is open.
        raise IntegrityError


def _wrong_lines(error: LinesRefused, places: Sequence[Place]) -> Invalid:
    """Each problem with its place; ``places`` are those of the orders."""
    return Invalid(
        *(FieldError((*places[one.order], *_at(one)), one.code) for one in error.problems)
    )


def _at(problem: LineProblem) -> Place:
    if problem.line is None:
        return ("lines",)
    name = _NAMES.get(problem.code)
    return ("lines", problem.line, name) if name else ("lines", problem.line)


def _own_fields(given: Iterable[OrderGiven | OrderChange]) -> dict[str, CustomField]:
    """By their keys; most programs tell none, and none are looked up for those."""
    if not any(one.custom for one in given):
        return {}
    return {field.key: field for field in custom_fields(CustomField.About.ORDER)}


def _missing_product(place: Place, lines: Sequence[LineGiven], code: str) -> FieldError:
    line = [line.product for line in lines].index(code)
    return FieldError((*place, "lines", line, "product"), "product_unknown")


def _repeated(wanted: Sequence[Wanted]) -> Iterable[FieldError]:
    times = Counter(number for _place, number, _given in wanted)
    for place, number, _given in wanted:
        if times[number] > 1:
            yield FieldError((*place, "number"), "number_repeated")


class _Known(NamedTuple):
    """What orders may name: customers that the user sees, and sellers."""

    customers: set[int]
    sellers: set[int]
    needs_customer: bool


def _wrong(request: Call, wanted: Sequence[Wanted]) -> Iterable[FieldError]:
    orders = [given for _place, _number, given in wanted]
    customers = list({given.customer_id for given in orders if given.customer_id})
    visible = Customer.objects.visible_to(request.user).filter(IsAny(F("pk"), Value(customers)))
    known = _Known(
        customers=set(visible.values_list("pk", flat=True)) if customers else set(),
        sellers={user.pk for user in colleagues()} if any(o.seller_id for o in orders) else set(),
        # Who sees only part of the customers could not see an order of nobody again.
        needs_customer=request.user.visibility != Visibility.ALL,
    )
    for place, _number, given in wanted:
        yield from _wrong_in(place, given, known)


def _wrong_in(place: Place, given: OrderGiven, known: _Known) -> Iterable[FieldError]:
    if given.customer_id is None and known.needs_customer:
        yield FieldError((*place, "customer_id"), "customer_required")
    if given.customer_id and given.customer_id not in known.customers:
        yield FieldError((*place, "customer_id"), "customer_unknown")
    if given.seller_id and given.seller_id not in known.sellers:
        yield FieldError((*place, "seller_id"), "user_unknown")


def _draft(
    place: Place, number: str, given: OrderGiven, fields: dict[str, CustomField]
) -> OrderDraft:
    return OrderDraft(
        number=number,
        ordered_at=given.ordered_at,
        lines=tuple(map(_line, given.lines)),
        customer_id=given.customer_id,
        status=given.status,
        channel=given.channel,
        store=given.store,
        currency=given.currency or "",
        seller_id=given.seller_id,
        custom=checked(given.custom, fields, (*place, "custom")),
    )


def _line(line: LineGiven) -> LineDraft:
    return LineDraft(
        product_code=line.product,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        tax=line.tax,
    )
