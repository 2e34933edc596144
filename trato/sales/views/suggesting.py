"""What the lines of an order add up to while it is written, and what goes with them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.kit.money import is_currency
from trato.sales.forms import MOST_ROWS, BaseLines, cart_of, line_forms, product_words
from trato.sales.models import OrderLine, ProductPair
from trato.sales.queries.orders import lines_of, sums_of
from trato.sales.queries.pairs import suggestions_for
from trato.sales.views.orders import find
from trato.sales.words import often_with

type Suggested = list[tuple[ProductPair, str]]


def suggested(lines: BaseLines, customer: Customer | None, *, user: User) -> Suggested:
    """Each with its reason."""
    cart = cart_of(lines, user=user)
    return [
        (pair, often_with(pair)) for pair in suggestions_for(cart, user=user, customer=customer)
    ]


def with_added(written: QueryDict, *, user: User) -> tuple[QueryDict, int]:
    """The lines with the product of ``add`` on the first that is empty, and which that is."""
    on_sale = Product.objects.visible_to(user).filter(is_active=True)
    product = get_object_or_404(on_sale, code=written["add"])
    data = written.copy()
    total = data.get("lines-TOTAL_FORMS", "")
    rows = min(int(total) if total.isdecimal() and len(total) < 4 else 0, MOST_ROWS)
    names = ("product", "quantity", "unit_price")
    blank = (
        place
        for place in range(rows)
        if not any(data.get(f"lines-{place}-{name}", "").strip() for name in names)
    )
    place = next(blank, rows)
    data["lines-TOTAL_FORMS"] = str(max(rows, place + 1))
    data[f"lines-{place}-product"] = product_words(product)
    data[f"lines-{place}-quantity"] = "1"
    return data, place


@requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)
@require_POST
def suggestions(request: UserRequest) -> HttpResponse:
    """What the lines as they stand come to, and what goes with them."""
    kept = _kept(request)
    lines = line_forms(request.POST, lines=kept)
    return render(request, "sales/order_so_far.html", _so_far(request, lines, kept))


@requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)
@require_POST
def add(request: UserRequest) -> HttpResponse:
    """The lines with one more, and what goes with them then."""
    data, place = with_added(request.POST, user=request.user)
    kept = _kept(request)
    lines = line_forms(data, lines=kept)
    values = {"lines": lines, "added": place, "total": data["lines-TOTAL_FORMS"]}
    return render(request, "sales/order_added.html", values | _so_far(request, lines, kept))


def _so_far(request: UserRequest, lines: BaseLines, kept: Sequence[OrderLine]) -> dict[str, Any]:
    """The order's own currency, once it is one."""
    currency = request.POST.get("currency", "")
    if not is_currency(currency):
        currency = request.company.currency
    finished, unfinished = lines.so_far(currency, kept)
    return {
        "sums": sums_of(finished) if finished else None,
        "unfinished": unfinished,
        "currency": currency,
        "suggested": suggested(lines, _customer(request), user=request.user),
    }


def _kept(request: UserRequest) -> list[OrderLine]:
    """The lines of the order that is being edited, if it is one."""
    pk = request.POST.get("order", "")
    return lines_of(find(request, int(pk))) if pk.isdecimal() and len(pk) < 18 else []


def _customer(request: UserRequest) -> Customer | None:
    chosen = request.POST.get("customer", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return None
    return Customer.objects.visible_to(request.user).filter(pk=chosen).first()
