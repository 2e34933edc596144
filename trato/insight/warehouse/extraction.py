"""What the lake holds of the database, as queries. Days are those of the company's time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from trato.customers.models.event import CONTACTS, RESPONSES
from trato.identity.queries import company
from trato.kit.bulk import read_numbers, read_table

LINES = [
    ("customer", "i8"),
    ("day", "i4"),
    ("hour", "i2"),
    ("order", "i8"),
    ("product", "i8"),
    ("quantity", "f8"),
    ("amount", "f8"),
    ("margin", "f8"),
    ("channel", "i2"),
    ("store", "i2"),
    ("seller", "i4"),
    ("is_purchase", "?"),
    ("is_return", "?"),
]
SIGNALS = [("customer", "i8"), ("day", "i4"), ("kind", "i2"), ("channel", "i2")]
SIGNAL_KINDS = sorted(CONTACTS | RESPONSES)

# A cost holds from its date on; the first one known also holds before it. A cost in a foreign
# currency is taken at the last known rate.
_COSTS = """
WITH rate AS (
    SELECT DISTINCT ON (currency) currency, rate::float8 AS rate
    FROM catalog_exchangerate ORDER BY currency, date DESC
), cost AS (
    SELECT product_id, valid_from, cost::float8 * CASE WHEN c.currency = %(currency)s THEN 1
               ELSE (SELECT rate FROM rate r WHERE r.currency = c.currency) END AS cost,
           lead(valid_from, 1, 'infinity') OVER (PARTITION BY product_id ORDER BY valid_from, id)
               AS valid_to,
           row_number() OVER (PARTITION BY product_id ORDER BY valid_from, id) AS number
    FROM (SELECT product_id, valid_from, cost, currency, id FROM catalog_productprice
          WHERE cost IS NOT NULL
          UNION ALL
          SELECT id, '-infinity', cost, currency, 0 FROM catalog_product p
          WHERE cost IS NOT NULL AND NOT EXISTS (
              SELECT FROM catalog_productprice h WHERE h.product_id = p.id AND h.cost IS NOT NULL)
         ) c
)
"""
# A line has its share of the order's total in the company's currency: nothing while no rate is
# known, and nothing when the order was given back whole.
_LINES = """
SELECT o.customer_id, (o.local::date - DATE '1970-01-01')::int4, extract(hour FROM o.local)::int2,
       o.id, coalesce(l.product_id, -1)::int8, coalesce(l.quantity, 0)::float8,
       coalesce(l.total::float8 * o.rate, 0),
       CASE WHEN o.rate = 0 THEN 0
            ELSE coalesce((l.total - l.tax)::float8 * o.rate - l.quantity::float8 * c.cost, 'NaN')
       END::float8,
       coalesce(array_position(%(channels)s::text[], o.channel::text), 0)::int2 - 1::int2,
       coalesce(array_position(%(stores)s::text[], o.store::text), 0)::int2 - 1::int2,
       o.seller, o.is_purchase, o.is_returned OR coalesce(l.quantity < 0, false)
FROM (
    SELECT id, customer_id, ordered_at, ordered_at AT TIME ZONE %(zone)s AS local, channel, store,
           coalesce(seller_id, -1)::int4 AS seller, status = 'returned' AS is_returned,
           status <> 'returned' AND total > 0 AS is_purchase,
           CASE WHEN status = 'returned' OR company_total IS NULL THEN 0
                WHEN total <> 0 THEN company_total::float8 / total::float8
                WHEN currency = %(currency)s THEN 1 ELSE 0 END::float8 AS rate
    FROM sales_order
    WHERE customer_id IS NOT NULL AND status <> 'cancelled'
      AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s::bigint[]))
) o
LEFT JOIN sales_orderline l ON l.order_id = o.id
LEFT JOIN cost c ON c.product_id = l.product_id AND o.ordered_at < c.valid_to
                 AND (o.ordered_at >= c.valid_from OR c.number = 1)
"""
_SIGNALS = """
SELECT customer_id, ((at AT TIME ZONE %(zone)s)::date - DATE '1970-01-01')::int4,
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
SELECT p.id, p.code, p.name, coalesce(p.category_id, -1), coalesce(g.path, ''), p.brand,
       p.price::float8 * CASE WHEN p.currency = %(currency)s THEN 1
           ELSE (SELECT rate FROM rate r WHERE r.currency = p.currency) END,
       (SELECT cost FROM cost c WHERE c.product_id = p.id AND c.valid_to = 'infinity' LIMIT 1),
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
    batches = list(read_numbers(_COSTS + _LINES, _parameters(codes, customers), LINES))
    return _sorted(pa.Table.from_batches(batches), "order")


def signals(codes: Codes, customers: Sequence[int] | None = None) -> pa.Table:
    """Contacts and responses of these customers, or of all, sorted by customer and day."""
    batches = list(read_numbers(_SIGNALS, _parameters(codes, customers), SIGNALS))
    return _sorted(pa.Table.from_batches(batches), "kind")


def _sorted(table: pa.Table, last: str) -> pa.Table:
    keys = [table[name].to_numpy() for name in (last, "day", "customer")]
    return table.take(pa.array(np.lexsort(keys)))


def customers() -> pa.Table:
    return read_table(_CUSTOMERS, _parameters(Codes([], [], []), None), CUSTOMERS)


def products() -> pa.Table:
    return read_table(_COSTS + _PRODUCTS, _parameters(Codes([], [], []), None), PRODUCTS)
