"""The list of orders."""

from decimal import Decimal
from functools import cache, partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trato.identity import lists
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.sales.models import Order
from trato.sales.queries.listing import order_list
from trato.sales.words import channel_word, state
from trato.ui import formats
from trato.ui.components.basics import person
from trato.ui.components.markup import filled
from trato.ui.lists import Cells, Rows, Writer, row_url


@requires(Permission.VIEW_ORDERS)
def orders(request: UserRequest) -> HttpResponse:
    listing = order_list(currency=request.company.currency)
    visible = Order.objects.visible_to(request.user)
    if answer := lists.aside(request, listing, visible, "sales/list.html"):
        return answer
    page = lists.open_list(request, listing, visible)
    values = {
        "list": page,
        "rows": _rows(page, request.user),
        "may_change": request.user.may(Permission.CHANGE_ORDERS),
        "may_export": request.user.may(Permission.EXPORT),
        "may_import": request.user.may(Permission.IMPORT),
    }
    return render(request, "sales/list.html", values)


def _rows(page: lists.ListPage, user: User) -> SafeString:
    """What a cell needs besides its own value comes with one question for all rows."""
    rows = Order.objects.visible_to(user).filter(pk__in=[row["pk"] for row in page.rows])
    needed = ("currency", "status", "total", "customer__name", "customer__kind")
    found = rows.select_related("customer").only(*needed).in_bulk()
    shown = cache(partial(state, return_word=_("Return")))

    def money(key: str) -> Writer:
        return lambda row: _amount(row[key], found[row["pk"]].currency)

    cells = Cells(
        page.fields,
        {
            "customer": lambda row: _customer(found[row["pk"]]),
            "status": lambda row: shown(row["status"], is_return=found[row["pk"]].is_return),
            "channel": lambda row: channel_word(row["channel"]),
            **{key: money(key) for key in ("total", "discount", "tax")},
        },
    )
    named = [row | {"name": row["number"]} for row in page.rows]
    return Rows(page.table, cells, url=row_url("sales:order")).of(named)


def _amount(amount: Decimal, currency: str) -> SafeString:
    shown = formats.money(amount, currency)
    return filled('<span class="text-granate">{}</span>' if amount < 0 else "{}", shown)


def _customer(order: Order) -> SafeString:
    if order.customer is None:
        return SafeString("")
    url = reverse("web:customer", args=[order.customer.pk])
    return person(order.customer.name, href=url, square=order.customer.is_organisation)
