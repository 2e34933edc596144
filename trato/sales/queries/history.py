"""What people changed in the lines of an order. Lines are written anew, never changed: each set
that was deleted is what was there before the next one, or before those of now."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.catalog.words import price
from trato.customers.custom.words import custom_word
from trato.customers.models import CustomField
from trato.customers.queries.profile import all_custom_fields
from trato.identity.audit import MOST as MOST_TOLD
from trato.identity.audit import (
    Change,
    Keys,
    authors,
    changes,
    newest_first,
    plain_value,
    plain_values,
    plain_word,
)
from trato.identity.models import User
from trato.sales.models import Order, OrderLine

MOST = 2000
_COMPARED: list[Any] = [
    OrderLine._meta.get_field(name) for name in ("quantity", "unit_price", "discount", "tax")
]
_LINE = [OrderLine._meta.get_field("product"), *_COMPARED]


def order_changes(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    currency: str,
    own: Sequence[CustomField] | None = None,
    limit: int = MOST_TOLD,
) -> list[Change]:
    """In the order and its lines, newest first; ``currency`` is the company's, ``own`` all of its
    own fields for orders, where they are known already."""
    fields = all_custom_fields(CustomField.About.ORDER) if own is None else own
    found = changes(order, keys=_keys(order, currency, fields))
    return newest_first(found, line_changes(order, lines), limit=limit)


def _keys(order: Order, main: str, fields: Sequence[CustomField]) -> Keys:
    """Of an order in the company's currency both totals are the same."""
    own = {field.key: field for field in fields}
    # An own field may have the key of one that every order has, which is told by its own name.
    given = {field.name for field in Order._meta.concrete_fields}
    return Keys(
        labels={key: field.label for key, field in own.items() if key not in given},
        write=lambda key, value: custom_word(value, own.get(key), main),
        money={"total": order.currency, "company_total": main},
        hidden=() if order.currency != main else ("company_total",),
    )


def line_changes(order: Order, lines: Sequence[OrderLine]) -> list[Change]:
    """The newest first; ``lines`` are those of now."""
    tracked: Any = OrderLine
    rows = tracked.pgh_event_model.objects.filter(order=order.pk).select_related("pgh_context")
    kept = list(rows.order_by("-pgh_created_at", "pgh_context_id", "position")[:MOST])
    users = authors(kept)
    names = {line.product_id: line.product for line in lines}
    if gone := {row.product_id for row in kept} - names.keys():
        names |= Product.objects.in_bulk(gone)
    found: list[Change] = []
    after: list[Any] = list(lines)
    for _version, group in groupby(kept, lambda row: (row.pgh_created_at, row.pgh_context_id)):
        before = list(group)
        at, user = before[0].pgh_created_at, users.get(before[0].pk)
        for old, new in _pairs(before, after):
            part = str(names.get((old or new).product_id, ""))
            found += _told(old, new, part, order.currency, at, user)
        after = before
    return found


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """The lines of each product, the first with the first."""
    of_product: dict[int, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for side, lines in enumerate((before, after)):
        for line in lines:
            of_product[line.product_id][side].append(line)
    for old, new in of_product.values():
        yield from zip_longest(old, new)


def _told(
    old: Any, new: Any, part: str, currency: str, at: datetime, user: User | None
) -> Iterator[Change]:
    common: dict[str, Any] = {"at": at, "user": user, "record": part, "part": part}
    if old is None or new is None:
        yield Change(
            **common,
            field="",
            before=_whole(old, currency),
            after=_whole(new, currency),
            old=old and plain_values(old, _LINE),
            new=new and plain_values(new, _LINE),
        )
        return
    for field in _COMPARED:
        name, before, after = field.name, getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield Change(
                **common,
                field=str(capfirst(field.verbose_name)),
                before=_word(name, before, currency),
                after=_word(name, after, currency),
                name=name,
                old=plain_value(field, before),
                new=plain_value(field, after),
            )


def _word(name: str, value: Any, currency: str) -> str:
    return plain_word(value) if name == "quantity" else price(value, currency)


def _whole(line: Any, currency: str) -> str:
    """A line that came or went."""
    if line is None:
        return ""
    words = {"quantity": plain_word(line.quantity), "price": price(line.unit_price, currency)}
    return _("%(quantity)s × %(price)s") % words
