"""Lists of any size: filters as sentences, search, order, columns, pages without OFFSET or COUNT.

An app declares a ``Listing``: its model, its ``Field``s (where each value lives, how it is
filtered and sorted) and how it is searched. Then::

    state = read(LISTING, request.META["QUERY_STRING"], moment=Moment(as_of, user.pk))
    page = find(state, Product.objects.visible_to(user), columns)

``page.rows`` are dictionaries by field key; ``page.newer`` and ``page.older`` are query strings;
``page.count`` is bounded; of a list with filters it says no more than the page shows, and ``count``
does. The same ``state`` feeds ``stream`` for exports and ``matching`` for bulk actions. What is
wrong in a query string is left out and told in ``state.notices``.

The query string: ``q=words``, ``sort=-amount``, ``columns=name,amount``, ``view=3``, and filters as
``field.operator=value`` (``status.in=current&status.in=lost&last_purchase.older=90``).
"""

from trato.kit.listing.bounds import TooSlow, within
from trato.kit.listing.fields import Aside, Field, Kind, Listing, Order
from trato.kit.listing.narrowing import Narrow
from trato.kit.listing.operators import ME, Malformed, Moment, Operator, Shape, operators_of
from trato.kit.listing.paging import Count, Page, count, find, in_order, matching
from trato.kit.listing.sources import Column, JsonKey, Related, Source, Worked
from trato.kit.listing.state import (
    Filter,
    Notice,
    Sort,
    State,
    default_sort,
    make_filter,
    read,
    with_fixed,
)
from trato.kit.listing.values import Row, rows_of, stream

__all__ = [
    "ME",
    "Aside",
    "Column",
    "Count",
    "Field",
    "Filter",
    "JsonKey",
    "Kind",
    "Listing",
    "Malformed",
    "Moment",
    "Narrow",
    "Notice",
    "Operator",
    "Order",
    "Page",
    "Related",
    "Row",
    "Shape",
    "Sort",
    "Source",
    "State",
    "TooSlow",
    "Worked",
    "count",
    "default_sort",
    "find",
    "in_order",
    "make_filter",
    "matching",
    "operators_of",
    "read",
    "rows_of",
    "stream",
    "with_fixed",
    "within",
]
