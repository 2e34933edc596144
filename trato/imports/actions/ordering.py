"""Staged lines of a file into the tables of orders on their way in, without leaving the database.

What any line says of its order holds for all of it; of several, the first one counts. Different
texts in the company's own fields are kept together, so that a file loses none.
"""

import json
from dataclasses import dataclass

from django.db import connection

from trato.customers.drafts import CustomerDraft
from trato.customers.models import CustomField
from trato.imports.drafting import buyer_draft, colleagues
from trato.imports.mapping import Mapping
from trato.imports.models import Import
from trato.sales.actions import incoming

_STAGED = """
DROP TABLE IF EXISTS staged_line;
CREATE TEMPORARY TABLE staged_line ON COMMIT DROP AS
SELECT dense_rank() OVER (ORDER BY r."group") AS place,
       row_number() OVER (PARTITION BY r."group" ORDER BY r.number) AS position,
       r."group" AS order_number, v.*
FROM imports_importrow r, jsonb_to_record(r."values") AS v (
    ordered_at text, customer_id text, customer_email text, customer_name text, country text,
    status text, channel text, store text, currency text, seller text,
    product_id text, product_name text, category text, custom jsonb,
    quantity numeric, unit_price numeric, discount numeric, tax numeric
)
WHERE r.run_id = %(run)s AND r.problems IS NULL
  AND r."group" > %(after)s AND r."group" <= %(until)s
"""
_LINES = """
INSERT INTO incoming_line
SELECT place, position, product_id, coalesce(product_name, ''), coalesce(category, ''),
       quantity, unit_price, coalesce(discount, 0), coalesce(tax, 0)
FROM staged_line
"""
_HEADS = (
    "ordered_at",
    "customer_id",
    "customer_email",
    "customer_name",
    "country",
    "status",
    "channel",
    "store",
    "currency",
    "seller",
)
_FIRST = ", ".join(
    f"(array_agg({name} ORDER BY position) FILTER (WHERE {name} <> ''))[1] AS {name}"
    for name in _HEADS
)
_ORDERS = f"""
INSERT INTO incoming_order (place, number, buyer, ordered_at, day, status, channel, store,
    currency, seller_id)
SELECT place, order_number,
       CASE WHEN coalesce(customer_id, customer_email, customer_name) <> '' THEN
           jsonb_build_array(customer_id, customer_email::jsonb, customer_name, country)::text
       END,
       ordered_at::timestamptz, left(ordered_at, 10)::date, coalesce(status, ''),
       coalesce(channel, ''), coalesce(store, ''), coalesce(currency, ''), known.id
FROM (SELECT place, order_number, {_FIRST} FROM staged_line GROUP BY place, order_number) head
LEFT JOIN unnest(%(sellers)s::text[], %(ids)s::bigint[]) AS known (name, id) ON known.name = seller
"""  # noqa: S608 (names of columns, from above)
# Texts that differ among the lines of an order are joined; of all else the first one holds.
_OWN = """
UPDATE incoming_order i SET custom = own.custom
FROM (
    SELECT place, jsonb_object_agg(key, value) AS custom
    FROM (
        SELECT place, key, CASE WHEN key = ANY(%(texts)s)
                 THEN to_jsonb(left(
                     string_agg(value #>> '{}', %(between)s ORDER BY first), %(longest)s
                 ))
                 ELSE (array_agg(value ORDER BY first))[1] END AS value
        FROM (
            SELECT place, key, value, min(position) AS first
            FROM staged_line, jsonb_each(custom) GROUP BY place, key, value
        ) different
        GROUP BY place, key
    ) one
    GROUP BY place
) own
WHERE own.place = i.place
"""
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Span:
    """Staged rows after one group up to another: whole groups, so that no order is cut in two."""

    after: str
    until: str


def take_in(run: Import, span: Span) -> dict[str, CustomerDraft]:
    """Fill the tables of ``incoming`` with the orders of a span; returns their buyers by key."""
    incoming.prepare()
    with connection.cursor() as sql:
        sql.execute(_STAGED, {"run": run.pk, "after": span.after, "until": span.until})
        sql.execute(_LINES)
        sellers = _sellers()
        sql.execute(_ORDERS, {"sellers": list(sellers), "ids": list(sellers.values())})
        if own := Mapping.from_json(run.mapping).custom_columns:
            texts = [column.custom_key for column in own if column.type in ("", "text")]
            longest = CustomField.LONGEST_TEXT
            sql.execute(_OWN, {"texts": texts, "between": BETWEEN, "longest": longest})
        sql.execute("SELECT DISTINCT buyer FROM incoming_order WHERE buyer <> '' ORDER BY buyer")
        return {key: buyer_draft(*json.loads(key), system=run.system) for (key,) in sql.fetchall()}


def _sellers() -> dict[str, int]:
    """The colleagues that the lines name, as far as we know them."""
    find = colleagues()
    with connection.cursor() as sql:
        sql.execute("SELECT DISTINCT seller FROM staged_line WHERE seller <> ''")
        found = {name: find(name) for (name,) in sql.fetchall()}
    return {name: pk for name, pk in found.items() if pk is not None}
