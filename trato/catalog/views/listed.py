"""The list of products, and what is done to many at once."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from trato.catalog.actions import set_on_sale
from trato.catalog.listing import product_list
from trato.catalog.models import Product
from trato.catalog.words import price, tier_of_five
from trato.identity import lists
from trato.identity.access import UserRequest, requires
from trato.identity.models import User
from trato.identity.rules import Permission
from trato.kit.listing import Listing, Row, matching
from trato.ui.components.basics import badge
from trato.ui.lists import Cells, Rows, Writer, row_url
from trato.ui.responses import go, toast

# More are not undone from a message: the list of them would not fit its address.
MOST_UNDONE = 200


def own_list(request: UserRequest) -> Listing:
    return product_list(currency=request.company.currency)


@requires(Permission.VIEW_CATALOG)
def products(request: UserRequest) -> HttpResponse:
    listing = own_list(request)
    visible = Product.objects.visible_to(request.user)
    if answer := lists.aside(request, listing, visible, "catalog/list.html"):
        return answer
    may_change = request.user.may(Permission.CHANGE_CATALOG)
    page = lists.open_list(request, listing, visible, selectable=may_change)
    values = {
        "list": page,
        "rows": _rows(page, request.user),
        "may_change": may_change,
        "may_export": request.user.may(Permission.EXPORT),
        "may_import": request.user.may(Permission.IMPORT),
    }
    return render(request, "catalog/list.html", values)


def _rows(page: lists.ListPage, user: User) -> SafeString:
    """Each price in the currency of its product."""
    found = Product.objects.visible_to(user).filter(pk__in=[row["pk"] for row in page.rows])
    currencies = dict(found.values_list("pk", "currency"))

    def money(key: str) -> Writer:
        return lambda row: escape(price(row[key], currencies.get(row["pk"], "")))

    cells = Cells(
        page.fields,
        {
            "price": money("price"),
            "cost": money("cost"),
            "tier": lambda row: escape(tier_of_five(row["tier"])),
            "category": lambda row: row["category"] or "",
            "on_sale": _on_sale,
        },
    )
    return Rows(page.table, cells, url=row_url("catalog:product")).of(page.rows)


def _on_sale(row: Row) -> object:
    return _("Yes") if row["on_sale"] else badge(_("Not on sale"), icon="archive")


@requires(Permission.CHANGE_CATALOG)
@require_POST
def on_sale(request: UserRequest) -> HttpResponse:
    """Those picked, or all that the list shows with its filters in force."""
    wanted = request.POST.get("do") == "yes" or request.GET.get("on_sale") == "yes"
    changed = set_on_sale(_picked(request), on_sale=wanted, at=timezone.now())
    count = len(changed)
    text = ngettext("%(count)s product is on sale.", "%(count)s products are on sale.", count)
    if not wanted:
        text = ngettext(
            "%(count)s product is no longer on sale.",
            "%(count)s products are no longer on sale.",
            count,
        )
    back = reverse("catalog:list") + (
        f"?{request.POST['query']}" if request.POST.get("query") else ""
    )
    undo = _undo_url(changed, wanted) if 0 < count <= MOST_UNDONE else ""
    return toast(request, go(request, back), text % {"count": count}, undo_url=undo)


def _picked(request: UserRequest) -> list[int]:
    visible = Product.objects.visible_to(request.user)
    if request.POST.get("everything"):
        state = lists.state_of(request, own_list(request), request.POST.get("query", ""))
        return list(matching(state, visible).values_list("pk", flat=True))
    given = request.POST.getlist("selected") or request.GET.get("selected", "").split(",")
    ids = [int(word) for word in given if word.isdecimal() and len(word) < 18]
    return list(visible.filter(pk__in=ids).values_list("pk", flat=True))


def _undo_url(changed: list[int], wanted: bool) -> str:
    asked = {"on_sale": "no" if wanted else "yes", "selected": ",".join(map(str, changed))}
    return f"{reverse('catalog:put_on_sale')}?{urlencode(asked)}"
