"""The list of customers."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trato.customers.forms.listing import form_name
from trato.customers.models import Customer
from trato.customers.queries.listing import customer_list
from trato.identity import lists
from trato.identity.access import UserRequest, requires
from trato.identity.lists import ListPage
from trato.identity.rules import Permission
from trato.kit.listing import Listing, Row
from trato.ui import formats
from trato.ui.components.basics import avatar, icon_button, stage, status
from trato.ui.components.data import row_actions
from trato.ui.components.markup import filled
from trato.ui.components.values import breakable
from trato.ui.lists import Cells, Rows, Writer, row_url

# Rows show whether they are a person or an organisation, whatever their columns.
ALSO = ("kind",)


def own_list(request: UserRequest) -> Listing:
    return customer_list(currency=request.company.currency)


@requires(Permission.VIEW_CUSTOMERS)
def customers(request: UserRequest) -> HttpResponse:
    listing = own_list(request)
    visible = Customer.objects.visible_to(request.user)
    if answer := lists.aside(request, listing, visible, "customers/list.html"):
        return answer
    may_change = request.user.may(Permission.CHANGE_CUSTOMERS)
    page = lists.open_list(
        request, listing, visible, also=ALSO, selectable=may_change, has_actions=may_change
    )
    context = {
        "list": page,
        "rows": _rows(page, may_change),
        "may_change": may_change,
        "may_import": request.user.may(Permission.IMPORT),
        "may_export": request.user.may(Permission.EXPORT),
    }
    return render(request, "customers/list.html", context)


def _rows(page: ListPage, may_change: bool) -> SafeString:
    editable = ["name", *(one.key for one in page.fields if form_name(one.key))]
    rows = Rows(
        page.table,
        Cells(page.fields, own_cells()),
        url=row_url("web:customer"),
        before=face,
        edit_urls={key: row_url("customers:cell", key) for key in editable if may_change},
        end=_actions() if may_change else "",
    )
    return rows.of(page.rows)


def face(row: Row) -> SafeString:
    return avatar(row["name"], 24, row["kind"] == Customer.Kind.ORGANISATION)


def _actions() -> SafeString:
    return row_actions(icon_button(_("Edit"), "pencil", row_url("web:customer-edit"), size="small"))


def _email(row: Row) -> Any:
    address = row.get("email")
    if not address:
        return ""
    return filled('<a href="mailto:{}">{}</a>', address, breakable(address))


def _phone(row: Row) -> Any:
    number = row.get("phone")
    return filled('<a href="tel:{0}">{0}</a>', number) if number else ""


def _figure(key: str) -> Writer:
    """Nothing for nothing: zeros would hide the figures of those who buy."""
    return lambda row: row.get(key) or ""


def _percent(key: str) -> Writer:
    return lambda row: SafeString(formats.percent(row.get(key)))


_FIGURES = ("purchases", "amount", "purchases_last_year", "amount_last_year", "contacts")


def own_cells() -> dict[str, Writer]:
    shown = cache(status)
    return {
        "status": lambda row: shown(row["status"]),
        "stage": lambda row: stage(row["stage"]),
        **{key: _percent(key) for key in ("risk", "p_alive", "habit")},
        "rhythm": lambda row: SafeString(formats.number(row["rhythm"], 0)),
        "expected": lambda row: SafeString(formats.number(row["expected"], 1)),
        "languages": lambda row: [formats.language(code) for code in row["languages"] or ()],
        "email": _email,
        "phone": _phone,
        **{key: _figure(key) for key in _FIGURES},
    }
