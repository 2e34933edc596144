"""What the lake holds of the database, as queries. Days are those of the company's time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from trato.customers.models.event import CONTACTS, RESPONSES
from trato.identity.queries import company
from trato.insight.warehouse import joining, local
from trato.kit.bulk import Column, read_numbers, read_table

ORDERS = [
    ("order", "i8"),
    ("customer", "i8"),
    ("at", "f8"),
    ("rate", "f8"),
    ("channel", "i2"),
    ("store", "i2"),
    ("seller", "i4"),
    ("is_purchase", "?"),
    ("is_returned", "?"),
]
ROWS = [("order", "i8"), ("product", "i8"), ("quantity", "f8"), ("total", "f8"), ("tax", "f8")]
COSTS = [("product", "i8"), ("since", "f8"), ("cost", "f8")]
SIGNALS = [("customer", "i8"), ("at", "f8"), ("kind", "i2"), ("channel", "i2")]
SIGNAL_KINDS = sorted(CONTACTS | RESPONSES)

# A cost holds from its date on; one in a foreign currency is taken at the last known rate.
_COSTS = """
SELECT c.product_id, date_part('epoch', c.valid_from),
       (c.cost * CASE WHEN c.currency = %(currency)s THEN 1 ELSE r.rate END)::float8
FROM (
    SELECT product_id, valid_from, cost, currency, id FROM catalog_productprice
    WHERE cost IS NOT NULL
    UNION ALL
    SELECT id, TIMESTAMPTZ 'epoch', cost, currency, 0 FROM catalog_product p
    WHERE cost IS NOT NULL AND NOT EXISTS (
        SELECT FROM catalog_productprice h WHERE h.product_id = p.id AND h.cost IS NOT NULL)
) c
LEFT JOIN (
    SELECT DISTINCT ON (currency) currency, rate
    FROM catalog_exchangerate ORDER BY currency, date DESC
) r USING (currency)
WHERE c.currency = %(currency)s OR r.rate IS NOT NULL
ORDER BY c.product_id, c.valid_from, c.id
"""
# The rate turns a line's total into the company's currency: nothing while no rate is known, and
# nothing when the order was given back whole.
_ORDERS = """
SELECT id, customer_id, date_part('epoch', ordered_at),
       CASE WHEN status = 'returned' OR company_total IS NULL THEN 0
            WHEN company_total = total THEN 1
            WHEN total <> 0 THEN company_total::float8 / total::float8
            WHEN currency = %(currency)s THEN 1 ELSE 0 END::float8,
       coalesce(array_position(%(channels)s::text[], channel::text), 0)::int2 - 1::int2,
       coalesce(array_position(%(stores)s::text[], store::text), 0)::int2 - 1::int2,
       coalesce(seller_id, -1)::int4, status <> 'returned' AND total > 0, status = 'returned'
FROM sales_order
WHERE customer_id IS NOT NULL AND status <> 'cancelled'
  AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s::bigint[]))
"""
_ROWS = """
SELECT order_id, product_id, quantity::float8, total::float8, tax::float8 FROM sales_orderline
WHERE %(customers)s::bigint[] IS NULL
   OR order_id IN (SELECT id FROM sales_order WHERE customer_id = ANY(%(customers)s::bigint[]))
"""
_SIGNALS = """
SELECT customer_id, date_part('epoch', at),
       array_position(%(kinds)s::text[], kind::text)::int2 - 1::int2,
       coalesce(array_position(%(signal_channels)s::text[], channel::text), 0)::int2 - 1::int2
FROM customers_event
WHERE kind = ANY(%(kinds)s)
  AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s::bigint[]))
"""
# Who said no to personal recommendations on any channel has none.
_CUSTOMERS = """
SELECT c.id, ((least(c.created_at, c.since) AT TIME ZONE %(zone)s)::date - DATE '1970-01-01'),
       coalesce(c.owner_id, -1), coalesce(c.team_id, -1), c.origin, c.kind,
       coalesce(a.country, ''), coalesce(a.region, ''), coalesce(a.city, ''),
       NOT EXISTS (
           SELECT FROM customers_consent n
           WHERE n.customer_id = c.id AND n.purpose = 'profiling' AND NOT n.granted
             AND NOT EXISTS (
                 SELECT FROM customers_consent m
                 WHERE m.customer_id = c.id AND m.channel = n.channel AND m.purpose = n.purpose
                   AND (m.at, m.id) > (n.at, n.id)))
FROM customers_customer c
LEFT JOIN LATERAL (
    SELECT country, region, city FROM customers_postaladdress
    WHERE customer_id = c.id ORDER BY is_primary DESC, id LIMIT 1
) a ON true
ORDER BY c.id
"""
CUSTOMERS = pa.schema(
    [
        ("customer", pa.int64()),
        ("known_day", pa.int32()),
        ("owner", pa.int32()),
        ("team", pa.int32()),
        ("origin", pa.string()),
        ("kind", pa.string()),
        ("country", pa.string()),
        ("region", pa.string()),
        ("city", pa.string()),
        ("may_profile", pa.bool_()),
    ]
)
_PRODUCTS = """
WITH rate AS (
    SELECT DISTINCT ON (currency) currency, rate::float8 AS rate
    FROM catalog_exchangerate ORDER BY currency, date DESC
)
SELECT p.id, p.code, p.name, coalesce(p.category_id, -1), coalesce(g.path, ''), p.brand,
       p.price::float8 * CASE WHEN p.currency = %(currency)s THEN 1
           ELSE (SELECT rate FROM rate r WHERE r.currency = p.currency) END,
       p.cost::float8 * CASE WHEN p.currency = %(currency)s THEN 1
           ELSE (SELECT rate FROM rate r WHERE r.currency = p.currency) END,
       coalesce(p.quality_tier, -1), p.is_active
FROM catalog_product p LEFT JOIN catalog_category g ON g.id = p.category_id
ORDER BY p.id
"""
PRODUCTS = pa.schema(
    [
        ("product", pa.int64()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("category", pa.int32()),
        ("category_path", pa.string()),
        ("brand", pa.string()),
        ("price", pa.float64()),
        ("cost", pa.float64()),
        ("tier", pa.int8()),
        ("active", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True)
class Codes:
    """Texts that lines and signals name by their place in these lists."""

    channels: list[str]
    stores: list[str]
    signal_channels: list[str]


def codes(known: Codes | None) -> Codes:
    """All texts in use; those known keep their places."""
    old = known or Codes([], [], [])
    return Codes(
        _distinct("sales_order", "channel", old.channels),
        _distinct("sales_order", "store", old.stores),
        _distinct("customers_event", "channel", old.signal_channels),
    )


# Reads one index entry a distinct text would need an index: a scan of one column is soon done.
def _distinct(table: str, column: str, known: Sequence[str]) -> list[str]:
    with connection.cursor() as sql:
        sql.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' ORDER BY 1")  # noqa: S608 - our names
        found = [row[0] for row in sql.fetchall()]
    return [*known, *(text for text in found if text not in set(known))]


def _parameters(codes: Codes, customers: Sequence[int] | None) -> dict[str, Any]:
    own = company()
    return {
        "zone": own.time_zone,
        "currency": own.currency,
        "customers": None if customers is None else list(customers),
        "kinds": SIGNAL_KINDS,
        "channels": codes.channels,
        "stores": codes.stores,
        "signal_channels": codes.signal_channels,
    }


def lines(codes: Codes, customers: Sequence[int] | None = None) -> pa.Table:
    """The lines of these customers, or of all, sorted by customer, day and order."""
    parameters = _parameters(codes, customers)
    orders = _with_days(_all(_ORDERS, parameters, ORDERS))
    orders = orders.take(pa.array(np.argsort(orders["order"].to_numpy(), kind="stable")))
    costs = _all(_COSTS, parameters, COSTS)
    return joining.lines(orders, _all(_ROWS, parameters, ROWS), costs)


def _with_days(table: pa.Table) -> pa.Table:
    """With the day and the hour of the company's own clock."""
    day, hour = local.days_and_hours(table["at"].to_numpy(), company().zone)
    return table.append_column("day", pa.array(day)).append_column("hour", pa.array(hour))


def _all(query: str, parameters: dict[str, Any], columns: Sequence[Column]) -> pa.Table:
    return pa.Table.from_batches(read_numbers(query, parameters, columns))


def signals(codes: Codes, customers: Sequence[int] | None = None) -> pa.Table:
    """Contacts and responses of these customers, or of all, sorted by customer and day."""
    found = _with_days(_all(_SIGNALS, _parameters(codes, customers), SIGNALS))
    table = found.select(["customer", "day", "kind", "channel"])
    keys = [table[name].to_numpy() for name in ("kind", "day", "customer")]
    return table.take(pa.array(np.lexsort(keys)))


def customers() -> pa.Table:
    return read_table(_CUSTOMERS, _parameters(Codes([], [], []), None), CUSTOMERS)


def products() -> pa.Table:
    return read_table(_PRODUCTS, _parameters(Codes([], [], []), None), PRODUCTS)
