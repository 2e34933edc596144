"""Orders on their way in: two tables of the transaction, compared and written set by set.

``incoming_order`` has a row an order, told by its ``place`` from 1 on; ``incoming_line`` its lines,
with the codes of their products. Whoever fills them (drafts here, a file in ``imports``) leaves the
rest to ``merge``, which decides for each order what it is, and to ``write``. A buyer is a key until
``settle_buyers`` says whose it is. See decision 9.

``custom`` are the company's own fields that are told of an order, NULL where none are: those that
are not told stay, and one that is null is erased.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from trato.sales.drafts import OrderDraft

# Amounts from here on have no room in their columns.
BEYOND = Decimal(10) ** 14
# Below this many orders the planner needs no figures to find its way.
MANY = 200

_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_order (
    place integer, number text, buyer text, customer_id bigint, ordered_at timestamptz, day date,
    status text, channel text, store text, currency text, seller_id bigint,
    custom jsonb
) ON COMMIT DROP;
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_line (
    place integer, position integer, product_code text, product_name text, category text,
    quantity numeric(14, 3), unit_price numeric(18, 4), discount numeric(18, 4), tax numeric(18, 4)
) ON COMMIT DROP;
TRUNCATE incoming_order, incoming_line;
DROP TABLE IF EXISTS merged_order
"""
_ORDERS = """
COPY incoming_order (place, number, buyer, customer_id, ordered_at, day, status, channel, store,
    currency, seller_id, custom) FROM STDIN
"""
_LINES = """
COPY incoming_line (place, position, product_code, product_name, category, quantity, unit_price,
    discount, tax) FROM STDIN
"""
_BUYERS = """
UPDATE incoming_order SET customer_id = known.id
FROM unnest(%s::text[], %s::bigint[]) AS known (buyer, id) WHERE incoming_order.buyer = known.buyer
"""
# Who has neither number nor e-mail would be somebody new each time the order comes in.
_KNOWN_BUYERS = """
UPDATE incoming_order i SET customer_id = c.id, buyer = ''
FROM unnest(%s::text[], %s::text[], %s::text[]) AS named (buyer, name, email), sales_order o
JOIN customers_customer c ON c.id = o.customer_id
WHERE i.buyer = named.buyer AND o.number = i.number AND c.name = named.name
AND (named.email = '' OR EXISTS (
    SELECT FROM customers_emailaddress e WHERE e.customer_id = c.id AND e.address = named.email
))
"""
# Codes that the catalogue lacks, or of which only lines told and that these lines complete.
_SKETCHED = """
SELECT product_code,
       coalesce((array_agg(product_name ORDER BY place, position)
                 FILTER (WHERE product_name NOT IN ('', product_code)))[1], ''),
       coalesce((array_agg(l.category ORDER BY place, position)
                 FILTER (WHERE l.category <> ''))[1], '')
FROM incoming_line l LEFT JOIN catalog_product p ON p.code = l.product_code
WHERE p.id IS NULL OR p.is_provisional AND (
    p.name = p.code AND product_name NOT IN ('', p.code)
    OR p.category_id IS NULL AND l.category <> ''
)
GROUP BY product_code ORDER BY product_code
"""
_WITHOUT_PRODUCT = """
SELECT DISTINCT ON (place) place, product_code
FROM incoming_line WHERE NOT EXISTS (SELECT FROM catalog_product WHERE code = product_code)
ORDER BY place, position
"""
_LEAVE_OUT = """
WITH gone AS (DELETE FROM incoming_order WHERE place = ANY(%(places)s))
DELETE FROM incoming_line WHERE place = ANY(%(places)s) RETURNING place
"""
# Columns that are joined, no more: it sorts each one.
_ANALYZE = "ANALYZE incoming_order (place, number), incoming_line (place, product_code)"
_MERGE = """
CREATE TEMPORARY TABLE merged_order ON COMMIT DROP AS
WITH sums AS (
    SELECT place, count(*) AS lines, sum(discount) AS discount, sum(tax) AS tax,
           round(sum(quantity * unit_price) - sum(discount) + sum(tax), 4) AS total
    FROM incoming_line GROUP BY place
), known AS (
    SELECT i.place, o.* FROM incoming_order i JOIN sales_order o ON o.number = i.number
), now_lines AS (
    SELECT place, position, p.id, quantity, unit_price, l.discount, l.tax
    FROM known JOIN incoming_line l USING (place) JOIN catalog_product p ON p.code = l.product_code
), old_lines AS (
    SELECT place, position, product_id, quantity, unit_price, l.discount, l.tax
    FROM known JOIN sales_orderline l ON l.order_id = known.id
), differing AS (
    SELECT place FROM (TABLE now_lines EXCEPT TABLE old_lines) AS added
    UNION
    SELECT place FROM (TABLE old_lines EXCEPT TABLE now_lines) AS gone
), given AS (
    SELECT i.place, i.number, i.customer_id, i.ordered_at, i.day, i.channel, i.store, i.seller_id,
           i.custom AS told,
           coalesce(nullif(i.status, ''), 'completed') AS status,
           coalesce(nullif(i.currency, ''), %(currency)s) AS currency,
           coalesce(lines, 0) AS lines, coalesce(discount, 0) AS discount, coalesce(tax, 0) AS tax,
           coalesce(total, 0) AS total
    FROM incoming_order i LEFT JOIN sums USING (place)
)
SELECT g.*,
       CASE WHEN g.currency = %(currency)s THEN g.total ELSE round(g.total * (
           SELECT rate FROM catalog_exchangerate r
           WHERE r.currency = g.currency AND r.date <= g.day ORDER BY r.date DESC LIMIT 1
       ), 4) END AS company_total,
       CASE WHEN told IS NULL THEN coalesce(k.custom, '{}')
            ELSE jsonb_strip_nulls(coalesce(k.custom, '{}') || told) END AS custom,
       coalesce(k.id, nextval(pg_get_serial_sequence('sales_order', 'id'))) AS order_id,
       CASE WHEN k.id IS NULL THEN 'created' WHEN d.place IS NOT NULL OR (
           g.customer_id, g.ordered_at, g.status, g.channel, g.store, g.seller_id, g.currency
       ) IS DISTINCT FROM (
           k.customer_id, k.ordered_at, k.status, k.channel, k.store, k.seller_id, k.currency
       ) OR told IS NOT NULL AND jsonb_strip_nulls(k.custom || told) <> k.custom
       THEN 'updated' ELSE 'unchanged' END AS result
FROM given g LEFT JOIN known k USING (place) LEFT JOIN differing d USING (place);
UPDATE merged_order SET result = 'refused'
WHERE greatest(abs(discount), abs(tax), abs(total), abs(company_total)) >= %(beyond)s
"""
_MERGED = """
SELECT place, order_id, result, lines, number, customer_id, ordered_at, status, channel, currency,
       total
FROM merged_order ORDER BY place
"""
_WRITTEN = "customer_id, ordered_at, status, channel, store, seller_id, currency, discount, tax"
_WRITTEN += ", total, company_total, custom"
_WRITE = f"""
INSERT INTO sales_order (id, number, created_at, updated_at, {_WRITTEN})
SELECT order_id, number, %(at)s, %(at)s, {_WRITTEN} FROM merged_order WHERE result = 'created'
ORDER BY order_id;
UPDATE sales_order o SET (updated_at, {_WRITTEN}) = ROW (%(at)s, m.{_WRITTEN.replace(", ", ", m.")})
FROM merged_order m WHERE m.order_id = o.id AND m.result = 'updated';
DELETE FROM sales_orderline
WHERE order_id IN (SELECT order_id FROM merged_order WHERE result = 'updated');
INSERT INTO sales_orderline (order_id, position, product_id, quantity, unit_price, discount, tax)
SELECT m.order_id, l.position, p.id, l.quantity, l.unit_price, l.discount, l.tax
FROM merged_order m JOIN incoming_line l USING (place)
JOIN catalog_product p ON p.code = l.product_code
WHERE m.result IN ('created', 'updated') ORDER BY m.order_id, l.position
"""  # noqa: S608 (names of columns, from above)


class Merged(NamedTuple):
    """An order and what it is to the books."""

    place: int
    pk: int
    result: str
    lines: int
    number: str
    customer_id: int | None
    ordered_at: datetime
    status: str
    channel: str
    currency: str
    total: Decimal


def prepare() -> None:
    """Empty tables, which the end of the caller's transaction takes away."""
    with connection.cursor() as sql:
        sql.execute(_TABLES)


def fill(drafts: Sequence[OrderDraft], buyers: Sequence[str]) -> None:
    """Put drafts and the keys of their buyers into the tables."""
    prepare()
    _copy(_ORDERS, map(_order, range(1, len(drafts) + 1), drafts, buyers))
    _copy(_LINES, (row for place, draft in enumerate(drafts, 1) for row in _lines(place, draft)))


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as sql, sql.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _order(place: int, draft: OrderDraft, buyer: str) -> Sequence[Any]:
    return (
        place,
        draft.number,
        buyer,
        draft.customer_id,
        draft.ordered_at,
        draft.ordered_at.date(),
        draft.status,
        draft.channel,
        draft.store,
        draft.currency,
        draft.seller_id,
        json.dumps(draft.custom) if draft.custom else None,
    )


def _lines(place: int, draft: OrderDraft) -> Iterable[Sequence[Any]]:
    for position, line in enumerate(draft.lines, 1):
        yield (
            place,
            position,
            line.product_code,
            line.product_name,
            line.category,
            line.quantity,
            line.unit_price,
            line.discount,
            line.tax,
        )


def numbers() -> dict[int, tuple[str, str]]:
    """The number and the key of the buyer of each place."""
    with connection.cursor() as sql:
        sql.execute("SELECT place, number, coalesce(buyer, '') FROM incoming_order ORDER BY place")
        return {place: (number, buyer) for place, number, buyer in sql.fetchall()}


def sketched_products() -> list[tuple[str, str, str]]:
    """Code, name and category of each product that the catalogue lacks or lines complete."""
    with connection.cursor() as sql:
        sql.execute(_SKETCHED)
        return [(code, name, category) for code, name, category in sql.fetchall()]


def without_product() -> dict[int, str]:
    """The first unknown code of each order that has one."""
    with connection.cursor() as sql:
        sql.execute(_WITHOUT_PRODUCT)
        return dict(sql.fetchall())


def leave_out(places: Iterable[int]) -> Counter[int]:
    """Take orders out of the tables; returns how many lines each had."""
    with connection.cursor() as sql:
        sql.execute(_LEAVE_OUT, {"places": list(places)})
        return Counter(place for (place,) in sql.fetchall())


def settle_buyers(ids: Mapping[str, int | None]) -> None:
    known = {buyer: pk for buyer, pk in ids.items() if pk is not None}
    if known:
        with connection.cursor() as sql:
            sql.execute(_BUYERS, [list(known), list(known.values())])


def keep_buyers(named: Iterable[tuple[str, str, str]]) -> None:
    """An order that is known stays with its customer, of whom a file knows a name and an e-mail.

    ``named`` are the keys of such buyers with both; the e-mail may be empty.
    """
    if rows := list(named):
        with connection.cursor() as sql:
            sql.execute(_KNOWN_BUYERS, [list(column) for column in zip(*rows, strict=True)])


def merge(*, currency: str, many: bool) -> list[Merged]:
    """Compare with what is there; what has no room is refused. ``currency`` is the company's."""
    with connection.cursor() as sql:
        if many:
            sql.execute(_ANALYZE)
        sql.execute(_MERGE, {"currency": currency, "beyond": BEYOND})
        sql.execute(_MERGED)
        return [Merged._make(row) for row in sql.fetchall()]


def write(*, at: Any) -> None:
    """Create what is new and rewrite what differs, lines and all."""
    with connection.cursor() as sql:
        sql.execute(_WRITE, {"at": at})


type LineRow = tuple[int, Decimal, Decimal, Decimal, Decimal]


def copy_lines(orders: Iterable[tuple[int, Iterable[LineRow]]]) -> None:
    """Write the lines of (order id, lines) pairs by COPY."""
    statement = (
        "COPY sales_orderline (order_id, position, product_id, quantity, unit_price, discount, tax)"
        " FROM STDIN"
    )
    rows = ((order, place, *line) for order, lines in orders for place, line in enumerate(lines, 1))
    _copy(statement, rows)
