"""A list page: filters, search, order, columns, saved views. Every app's list is made of this.

A view with a list reads::

    @requires(Permission.VIEW_CATALOG)
    def products(request: UserRequest) -> HttpResponse:
        listing = product_list(currency=company().currency)
        visible = Product.objects.visible_to(request.user)
        if answer := lists.aside(request, listing, visible, "catalog/list.html"):
            return answer
        page = lists.open_list(request, listing, visible)
        rows = Rows(page.table, Cells(page.fields, own={…}), url=row_url("catalog:product"))
        return render(request, "catalog/list.html", {"list": page, "rows": rows.of(page.rows)})

Its template extends ``ui/list/page.html``. ``aside`` answers what the list's own address is asked
besides showing rows: the dialogs of filters and views, keeping views and columns, and how many rows
there are, which the page asks when it is shown.
"""

from trato.identity.lists.aside import aside
from trato.identity.lists.page import ListPage, open_list, state_of

__all__ = ["ListPage", "aside", "open_list", "state_of"]
