"""Writing an order by hand."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.catalog.queries import find_products
from trato.customers.custom.inputs import WithCustomFields
from trato.customers.models import Customer, CustomField
from trato.customers.queries.profile import custom_fields
from trato.identity.access import UserRequest, requires
from trato.identity.rules import Permission
from trato.sales.actions import (
    LinesRefused,
    NumberTaken,
    OrderClosed,
    UnknownProduct,
    amend_order,
    change_order,
    place_order,
)
from trato.sales.forms import BaseLines, OrderForm, line_forms, order_draft, product_words
from trato.sales.models import Order
from trato.sales.queries.orders import lines_of, stores
from trato.sales.views.orders import find
from trato.sales.views.suggesting import suggested, with_added
from trato.ui.responses import go, toast

SOURCE = "pages"
FOUND = 8
MORE_ROWS = 4

writes_orders = requires(Permission.VIEW_ORDERS, Permission.CHANGE_ORDERS)


@writes_orders
def new(request: UserRequest) -> HttpResponse:
    start = {
        "ordered_at": timezone.localtime().replace(second=0, microsecond=0),
        "status": Order.Status.PENDING,
        "currency": request.company.currency,
        "seller": request.user.pk,
        "customer": request.GET.get("customer", ""),
    }
    form = _form(request, initial=start)
    lines = line_forms(_written(request), products=_asked_products(request))
    if _is_sent(request) and _both_valid(form, lines):
        draft = order_draft(form, lines.drafts())
        try:
            made = place_order(draft, at=timezone.now(), user=request.user, source=SOURCE)
        except NumberTaken:
            form.add_error("number", _("Another order has this number."))
        except UnknownProduct as error:
            form.add_error(None, _("There is no product %(code)s.") % {"code": error})
        except LinesRefused as error:
            lines.refuse(error)
        else:
            text = _("The order %(number)s is written down.") % {"number": made.number}
            return toast(request, go(request, reverse("sales:order", args=[made.pk])), text)
    return _page(request, form, lines, None)


def _form(request: UserRequest, **more: Any) -> OrderForm:
    currency = request.company.currency
    return OrderForm(_written(request), user=request.user, currency=currency, **more)


def _asked_products(request: UserRequest) -> list[Product]:
    """What the order begins with, when a suggestion leads here."""
    codes = request.GET.getlist("product")[:MORE_ROWS]
    return list(Product.objects.visible_to(request.user).filter(code__in=codes)) if codes else []


@writes_orders
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Only an order that is still open."""
    row = find(request, pk)
    page = reverse("sales:order", args=[pk])
    if row.status != Order.Status.PENDING:
        text = _("Only an open order can be edited. Reopen it first.")
        return toast(request, redirect(page), text, tone="warn")
    kept = lines_of(row)
    start = {
        "customer": row.customer_id,
        "ordered_at": timezone.localtime(row.ordered_at).replace(second=0, microsecond=0),
        "status": row.status,
        "channel": row.channel,
        "store": row.store,
        "seller": row.seller_id,
        "currency": row.currency,
    }
    form = _form(request, order=row, initial=start)
    lines = line_forms(_written(request), lines=kept, blank=2)
    if _is_sent(request) and _both_valid(form, lines) and _is_latest(request, form, row):
        draft = order_draft(form, lines.drafts(kept))
        try:
            change_order(row, draft, at=timezone.now(), user=request.user, source=SOURCE)
        except OrderClosed:
            form.add_error(None, _("Somebody has closed this order meanwhile."))
        except UnknownProduct as error:
            form.add_error(None, _("There is no product %(code)s.") % {"code": error})
        except LinesRefused as error:
            lines.refuse(error)
        else:
            return toast(request, go(request, page), _("Saved."))
    return _page(request, form, lines, row)


@writes_orders
def own(request: UserRequest, pk: int) -> HttpResponse:
    """The company's own fields of an order, in whatever state it is."""
    row, page = find(request, pk), reverse("sales:order", args=[pk])
    form = WithCustomFields(request.POST if request.method == "POST" else None)
    asked = custom_fields(CustomField.About.ORDER)
    form.ask(asked, currency=request.company.currency, kept=row.custom)
    if request.method == "POST" and form.is_valid():
        changes = {"custom": form.custom_told}
        amend_order(row, changes=changes, at=timezone.now(), user=request.user, source=SOURCE)
        return toast(request, go(request, page), _("Saved."))
    values = {"form": form, "order": row, "back": page}
    return render(request, "sales/own.html", values, status=422 if form.errors else 200)


def _is_latest(request: UserRequest, form: OrderForm, row: Order) -> bool:
    """What somebody else has saved since the form was opened is not overwritten unseen."""
    version = row.updated_at.isoformat()
    if request.POST.get("version", version) == version:
        return True
    words = _("Somebody changed this order meanwhile. Look at it again before saving.")
    form.add_error(None, words)
    return False


def _both_valid(form: OrderForm, lines: BaseLines) -> bool:
    both = all([form.is_valid(), lines.is_valid()])
    return both and lines.weigh(form.cleaned_data["currency"])


def _is_sent(request: UserRequest) -> bool:
    """The form also comes to look for a customer, to get more rows or a suggested product."""
    sent, aside = request.method == "POST", "add" in request.POST
    return sent and not aside and request.POST.get("do", "save") == "save"


def _written(request: UserRequest) -> QueryDict | None:
    if request.method != "POST":
        return None
    if "add" in request.POST:
        return with_added(request.POST, user=request.user)[0]
    if request.POST.get("do") != "rows":
        return request.POST
    data = request.POST.copy()
    rows = data.get("lines-TOTAL_FORMS", "")
    data["lines-TOTAL_FORMS"] = str(min(int(rows) if rows.isdecimal() else 0, 296) + MORE_ROWS)
    return data


def _page(
    request: UserRequest, form: OrderForm, lines: BaseLines, row: Order | None
) -> HttpResponse:
    words = request.POST.get("q", "") if request.method == "POST" else ""
    chosen = form["customer"].value()
    found = _customers(request, words, chosen)
    customer = next((one for one in found if str(one.pk) == str(chosen)), None)
    values = {
        "form": form,
        "lines": lines,
        "order": row,
        "stores": stores(),
        "q": words,
        "customers": found,
        "chosen": str(chosen or ""),
        "suggested": suggested(lines, customer, user=request.user),
        "most": FOUND,
        "asked": _is_sent(request),
        "version": _version(request, row),
    }
    failed = _is_sent(request) and (form.errors or lines.errors or lines.non_form_errors())
    return render(request, "sales/order_form.html", values, status=422 if failed else 200)


def _version(request: UserRequest, row: Order | None) -> str:
    """As it was when the form was opened, until one has been told of a newer one."""
    opened = "" if _is_sent(request) else request.POST.get("version", "")
    return opened or (row.updated_at.isoformat() if row else "")


def _customers(request: UserRequest, words: str, chosen: Any) -> list[Customer]:
    """The chosen one first, then those whose name has the words."""
    rows = Customer.objects.visible_to(request.user)
    first = list(rows.filter(pk=chosen)) if str(chosen or "").isdecimal() else []
    if len(words.strip()) < 2:
        return first
    named = rows.named_like(words.strip()).exclude(pk__in=[one.pk for one in first])
    return [*first, *named.order_by("sort_key", "pk")[:FOUND]]


@writes_orders
def customers(request: UserRequest) -> HttpResponse:
    """What is found while one types a name."""
    words, chosen = request.GET.get("q", ""), request.GET.get("customer", "")
    values: dict[str, Any] = {
        "q": words,
        "chosen": chosen,
        "customers": _customers(request, words, chosen),
    }
    values["most"] = FOUND
    return render(request, "sales/customers_found.html", values)


@writes_orders
def products(request: UserRequest) -> HttpResponse:
    """The list that a line's field offers while one types."""
    words = next((value for key, value in request.GET.items() if key.endswith("-product")), "")
    found = find_products(str(words), user=request.user)
    values = {"products": [(product_words(product), product) for product in found]}
    return render(request, "sales/products_found.html", values)


@writes_orders
def rows(request: UserRequest) -> HttpResponse:
    """More blank lines, beginning with this number."""
    start = request.GET.get("lines-TOTAL_FORMS", "0")
    first = min(int(start) if start.isdecimal() and len(start) < 4 else 0, 296)
    blank = line_forms(blank=first + MORE_ROWS)
    values = {"forms": blank.forms[first:], "total": first + MORE_ROWS}
    return render(request, "sales/order_rows.html", values)
