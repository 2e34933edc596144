"""What the lake holds of the database, as queries. Days are those of the company's time zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from trato.customers.models.event import CONTACTS, RESPONSES, EventKind
from trato.identity.queries import company
from trato.insight.warehouse import joining, local
from trato.insight.warehouse.joining import Column
from trato.kit.bulk import read_numbers, read_table

ORDERS = [
    ("order", "i8"),
    ("customer", "i8"),
    ("at", "f8"),
    ("rate", "f8"),
    ("channel", "i8"),
    ("store", "i8"),
    ("seller", "i4"),
    ("is_purchase", "?"),
    ("is_returned", "?"),
]
ROWS = [("order", "i8"), ("product", "i8"), ("quantity", "f8"), ("total", "f8"), ("tax", "f8")]
COSTS = [("product", "i8"), ("since", "f8"), ("cost", "f8")]
SIGNALS = [
    ("customer", "i8"),
    ("at", "f8"),
    ("kind", "i2"),
    ("channel", "i8"),
    ("campaign", "i8"),
]
SIGNAL_KINDS = sorted(CONTACTS | RESPONSES)
ANSWERS = sorted({EventKind.CAMPAIGN_OPENED, EventKind.CAMPAIGN_CLICKED, EventKind.COUPON_REDEEMED})

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
       hashtextextended(channel, 0), hashtextextended(store, 0),
       coalesce(seller_id, -1)::int4, status <> 'returned' AND total > 0, status = 'returned'
FROM sales_order
WHERE customer_id IS NOT NULL AND status <> 'cancelled'
  AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s::bigint[]))
"""
_ROWS = """
SELECT order_id, product_id, quantity::float8, total::float8, tax::float8 FROM sales_orderline
"""
_ROWS_OF = f"{_ROWS} WHERE order_id = ANY(%(orders)s)"
_CAMPAIGN = "coalesce(payload ->> 'campaign', '')"
# Which campaign was answered; of other signals nobody asks.
_SIGNAL = f"""
SELECT customer_id, date_part('epoch', at),
       array_position(%(kinds)s::text[], kind::text)::int2 - 1::int2,
       hashtextextended(channel, 0),
       hashtextextended(CASE WHEN kind = ANY(%(answers)s) THEN {_CAMPAIGN} ELSE '' END, 0)
"""
_SIGNALS = f"""{_SIGNAL}
FROM customers_event
WHERE kind = ANY(%(kinds)s)
  AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s::bigint[]))
"""
_SIGNALS_SINCE = f"""{_SIGNAL}
FROM customers_event
WHERE transaction >= pg_snapshot_xmin(%(seen)s::pg_snapshot)::text::bigint
  AND NOT pg_visible_in_snapshot(transaction::text::xid8, %(seen)s::pg_snapshot)
  AND kind = ANY(%(kinds)s)
"""
# Who said no to personal recommendations on any channel has none.
_CUSTOMERS = """
SELECT c.id, ((least(c.created_at, c.since) AT TIME ZONE %(zone)s)::date - DATE '1970-01-01'),
       coalesce(c.owner_id, -1), coalesce(c.team_id, -1), c.origin, c.kind,
       coalesce(a.country, ''), coalesce(a.region, ''), coalesce(a.city, ''),
       no.customer_id IS NULL
FROM customers_customer c
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, country, region, city
    FROM customers_postaladdress ORDER BY customer_id, is_primary DESC, id
) a ON a.customer_id = c.id
LEFT JOIN (
    SELECT DISTINCT customer_id FROM customers_consent n
    WHERE purpose = 'profiling' AND NOT granted AND NOT EXISTS (
        SELECT FROM customers_consent m
        WHERE m.customer_id = n.customer_id AND m.channel = n.channel AND m.purpose = n.purpose
          AND (m.at, m.id) > (n.at, n.id))
) no ON no.customer_id = c.id
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
    """Texts that lines and signals name by their place in these lists; -1 is no text."""

    channels: list[str]
    stores: list[str]
    signal_channels: list[str]
    campaigns: list[str]


@dataclass(frozen=True, slots=True)
class Extract:
    """``blocks`` are sorted by customer and day; ``codes`` name all texts in them."""

    blocks: Iterator[pa.RecordBatch | pa.Table]
    codes: Codes


def lines(codes: Codes, customers: Sequence[int] | None = None) -> Extract:
    """The lines of these customers, or of all; by order within a day."""
    parameters = _parameters(customers)
    orders = _with_days(read_numbers(_ORDERS, parameters, ORDERS))
    by_time = np.lexsort([orders[name] for name in ("order", "day", "customer")])
    orders = {name: orders.pop(name)[by_time] for name in list(orders)}
    whose = orders["customer"]
    channels, channel = _coded("sales_order", "channel", orders["channel"], whose, codes.channels)
    stores, store = _coded("sales_order", "store", orders["store"], whose, codes.stores)
    orders |= {"channel": channel.astype(np.int16), "store": store.astype(np.int16)}
    if customers is None:
        rows = read_numbers(_ROWS, {}, ROWS)
    else:
        rows = read_numbers(_ROWS_OF, {"orders": orders["order"].tolist()}, ROWS)
    costs = read_numbers(_COSTS, parameters, COSTS)
    known = replace(codes, channels=channels, stores=stores)
    return Extract(joining.lines(orders, rows, costs), known)


@dataclass(frozen=True, slots=True)
class Since:
    """``known`` are the signals of some customers that a snapshot of the database showed."""

    snapshot: str
    known: pa.Table


def signals(
    codes: Codes, customers: Sequence[int] | None = None, since: Since | None = None
) -> Extract:
    """Contacts and responses of these customers, or of all.

    The log only grows: with ``since`` only what came then is read. But what a transaction wrote
    itself is in no snapshot of its own, so there all is read.
    """
    if since is None or _is_writing():
        found = read_numbers(_SIGNALS, _parameters(customers), SIGNALS)
        since = None
    else:
        seen = {"seen": since.snapshot}
        found = read_numbers(_SIGNALS_SINCE, _parameters(customers) | seen, SIGNALS)
    found = _with_days(found)
    del found["hour"], found["at"]
    whose, log = found["customer"], "customers_event"
    known, channel = _coded(log, "channel", found["channel"], whose, codes.signal_channels)
    campaigns, campaign = _coded(log, _CAMPAIGN, found["campaign"], whose, codes.campaigns)
    found |= {"channel": channel.astype(np.int16), "campaign": campaign.astype(np.int32)}
    if since:
        for name in found:
            found[name] = np.append(since.known[name].to_numpy(), found[name])
    order = np.lexsort([found[name] for name in ("kind", "day", "customer")])
    names = ("customer", "day", "kind", "channel", "campaign")
    table = pa.table({name: found.pop(name)[order] for name in names})
    return Extract(iter([table]), replace(codes, signal_channels=known, campaigns=campaigns))


def _is_writing() -> bool:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        return bool(sql.fetchone()[0])


_HASHES = (
    "SELECT hashtextextended(word, 0) FROM unnest(%s::text[]) WITH ORDINALITY w(word, n) ORDER BY n"
)


def _coded(
    table: str, text: str, hashes: Column, whose: Column, known: Sequence[str]
) -> tuple[list[str], Column]:
    """The known texts and those that are new, and the place of each hash's text among them.

    The text of a new hash is looked for among the few rows of a customer who has it.
    """
    values, first, where = np.unique(hashes, return_index=True, return_inverse=True)
    customer = dict(zip(values.tolist(), whose[first].tolist(), strict=True))
    with connection.cursor() as sql:
        sql.execute(_HASHES, [["", *known]])
        own = [row[0] for row in sql.fetchall()]
        words = list(known)
        for value in sorted(set(values.tolist()) - set(own)):
            sql.execute(
                f"SELECT {text} FROM {table} WHERE customer_id = %s"  # noqa: S608 - our names
                f" AND hashtextextended({text}, 0) = %s LIMIT 1",
                [customer[value], value],
            )
            words.append(sql.fetchone()[0])
            own.append(value)
    code = {value: number - 1 for number, value in enumerate(own)}
    return words, np.array([code[value] for value in values.tolist()], np.int64)[where]


def _parameters(customers: Sequence[int] | None) -> dict[str, Any]:
    own = company()
    return {
        "zone": own.time_zone,
        "currency": own.currency,
        "customers": None if customers is None else list(customers),
        "kinds": SIGNAL_KINDS,
        "answers": ANSWERS,
    }


def _with_days(found: dict[str, Column]) -> dict[str, Column]:
    """With the day and the hour of the company's own clock."""
    day, hour = local.days_and_hours(found["at"], company().zone)
    return {**found, "day": day, "hour": hour}


def customers() -> pa.Table:
    return read_table(_CUSTOMERS, _parameters(None), CUSTOMERS)


def products() -> pa.Table:
    return read_table(_PRODUCTS, _parameters(None), PRODUCTS)
