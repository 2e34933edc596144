"""What goes with the lines of an order while it is written."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from trato.catalog.models import Product
from trato.customers.models import Customer
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.sales.forms import MOST_ROWS, BaseLines, cart_of, line_forms, product_words
from trato.sales.models import ProductPair
from trato.sales.queries.pairs import suggestions_for
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
    """What goes with the lines as they stand."""
    found = suggested(line_forms(request.POST), _customer(request), user=request.user)
    return render(request, "sales/order_suggestions.html", {"suggested": found})


@requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)
@require_POST
def add(request: UserRequest) -> HttpResponse:
    """The lines with one more, and what goes with them then."""
    data, place = with_added(request.POST, user=request.user)
    lines = line_forms(data)
    values = {
        "lines": lines,
        "added": place,
        "total": data["lines-TOTAL_FORMS"],
        "suggested": suggested(lines, _customer(request), user=request.user),
    }
    return render(request, "sales/order_added.html", values)


def _customer(request: UserRequest) -> Customer | None:
    chosen = request.POST.get("customer", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        return None
    return Customer.objects.visible_to(request.user).filter(pk=chosen).first()
