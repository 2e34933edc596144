"""Taking back the orders that a file wrote, without harming what came after."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from trato.kit.database import erasing_events
from trato.sales.actions.figures import refresh_purchases
from trato.sales.actions.incoming import copy_lines
from trato.sales.models import Order, OrderLine

_EVENTS = """
DELETE FROM customers_event e USING sales_order o
WHERE o.id = ANY(%(ids)s) AND e.customer_id = o.customer_id AND e.source = %(source)s
  AND e.kind LIKE %(kinds)s AND (e.payload ->> 'order')::bigint = o.id
"""

# Who changed an order after the file is in its history, but for changes of nothing but lines.
_CHANGED = """
SELECT o.id FROM sales_order o
WHERE o.id = ANY(%(ids)s) AND o.updated_at > %(until)s AND coalesce((
    SELECT bool_or(coalesce(c.metadata ->> 'source', '') <> ALL (%(sources)s))
    FROM sales_orderevent e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
    WHERE e.pgh_obj_id = o.id AND e.pgh_created_at > %(until)s
), true)
"""


@transaction.atomic
def remove_orders(
    orders: Sequence[int],
    *,
    source: str,
    until: datetime,
    as_of: datetime,
    undone: Collection[str] = (),
) -> list[int]:
    """Delete the orders that a file created, with their events; returns those changed since.

    What the ``undone`` sources changed is as it was.
    """
    rows = Order.objects.filter(pk__in=orders)
    kept = _changed(orders, until, [source, *undone])
    gone = sorted(set(orders) - kept)
    customers = set(
        rows.exclude(pk__in=kept).exclude(customer=None).values_list("customer_id", flat=True)
    )
    with connection.cursor() as sql, erasing_events():
        sql.execute(_EVENTS, {"ids": gone, "source": source, "kinds": "order%"})
        sql.execute("DELETE FROM sales_orderline WHERE order_id = ANY(%s)", [gone])
        sql.execute("DELETE FROM sales_order WHERE id = ANY(%s)", [gone])
    refresh_purchases([pk for pk in customers if pk], as_of=as_of, imported=True)
    return sorted(kept)


def _changed(orders: Sequence[int], until: datetime, sources: list[str]) -> set[int]:
    with connection.cursor() as sql:
        sql.execute(_CHANGED, {"ids": list(orders), "until": until, "sources": sources})
        return {pk for (pk,) in sql.fetchall()}


@transaction.atomic
def restore_orders(
    before: Mapping[int, Mapping[str, Any]], *, source: str, until: datetime, at: datetime
) -> list[int]:
    """Put orders back to what they were before a file changed them; returns those changed since."""
    rows = {row.pk: row for row in Order.objects.filter(pk__in=before).select_for_update()}
    kept = {pk for pk, row in rows.items() if row.updated_at > until}
    touched = {row.customer_id for row in rows.values()}
    for pk in rows.keys() - kept:
        _restore(rows[pk], before[pk], at)
    touched |= {row.customer_id for row in rows.values()}
    with connection.cursor() as sql, erasing_events():
        sql.execute(
            _EVENTS, {"ids": sorted(rows.keys() - kept), "source": source, "kinds": "order%"}
        )
    refresh_purchases([pk for pk in touched if pk], as_of=at, imported=True)
    return sorted(kept)


def _restore(row: Order, before: Mapping[str, Any], at: datetime) -> None:
    for name, value in before["fields"].items():
        setattr(row, name, _typed(name, value))
    row.updated_at = at
    row.save()
    OrderLine.objects.filter(order=row).delete()
    copy_lines([(row.pk, [(line[0], *map(Decimal, line[1:])) for line in before["lines"]])])


def _typed(name: str, value: Any) -> Any:
    if name == "ordered_at":
        return datetime.fromisoformat(value)
    if name in {"discount", "tax", "total"}:
        return Decimal(value)
    return Decimal(value) if name == "company_total" and value is not None else value
