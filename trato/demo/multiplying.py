"""A company of a million: copies of a smaller one, made within the database.

Each copy has the same histories under other names, numbers and addresses, some minutes earlier.
Rows of a copy have the ids of the first ones plus a stride, so that what refers still refers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from psycopg.sql import SQL, Composable, Identifier, Literal

from trato.customers.eventlog import skip_to_end
from trato.sales.actions import refresh_purchases

_WHO = "customer_id + %(copy)s * %(customers)s"
_EARLIER = "- %(copy)s * interval '11 minutes'"
_NAMES = """
CREATE TEMPORARY TABLE demo_name ON COMMIT DROP AS
SELECT place, family_name, row_number() OVER (ORDER BY place) - 1 AS row, count(*) OVER () AS rows
FROM (SELECT id AS place, family_name FROM customers_customer WHERE family_name <> '') named;
CREATE UNIQUE INDEX ON demo_name (place);
CREATE UNIQUE INDEX ON demo_name (row);
ANALYZE demo_name
"""
_FAMILY = """(SELECT other.family_name FROM demo_name mine JOIN demo_name other
    ON other.row = (mine.row + %(copy)s * 7919) %% mine.rows WHERE mine.place = t.id)"""
# What a copy has otherwise; the columns that are not named are copied as they are.
_COPIED: dict[str, dict[str, str]] = {
    "customers_customer": {
        "id": "id + %(copy)s * %(customers)s",
        "name": f"CASE WHEN family_name = '' THEN name || ' ' || %(copy)s + 1"
        f" ELSE given_name || ' ' || {_FAMILY} END",
        "family_name": f"coalesce({_FAMILY}, '')",
        "tax_id": "CASE WHEN tax_id = '' THEN '' ELSE tax_id || %(copy)s END",
        "created_at": f"created_at {_EARLIER}",
        "since": f"since {_EARLIER}",
    },
    "customers_emailaddress": {"address": "replace(address, '@', %(copy)s || '@')"},
    "customers_phonenumber": {
        "number": "left(number, -6) || lpad(((right(number, 6)::integer + %(copy)s * 15013)"
        " %% 1000000)::text, 6, '0')"
    },
    "customers_postaladdress": {},
    "customers_externalid": {"value": "value || '-' || %(copy)s"},
    "customers_roleinorganisation": {
        "person_id": "person_id + %(copy)s * %(customers)s",
        "organisation_id": "organisation_id + %(copy)s * %(customers)s",
    },
    "customers_fact": {},
    "customers_consent": {},
    "customers_summary": {
        "last_contact_at": f"last_contact_at {_EARLIER}",
    },
    "sales_order": {
        "id": "id + %(copy)s * %(orders)s",
        "number": "number || '-' || %(copy)s",
        "ordered_at": f"ordered_at {_EARLIER}",
    },
    "sales_orderline": {"order_id": "order_id + %(copy)s * %(orders)s"},
    "customers_event": {
        "at": f"at {_EARLIER}",
        "key": "key || '-' || %(copy)s",
        "payload": "CASE WHEN payload ? 'order' THEN payload || jsonb_build_object('order',"
        " (payload ->> 'order')::bigint + %(copy)s * %(orders)s) ELSE payload END",
    },
}
_OWN_IDS = ("customers_customer", "sales_order")
_FIGURES = ("purchase figures", "contact figures")
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""
# All but what other tables refer to.
_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint c
WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') AND NOT EXISTS (
    SELECT FROM pg_constraint f WHERE f.conindid = c.conindid AND f.contype = 'f'
    AND f.oid <> c.oid AND c.contype <> 'f')
ORDER BY contype = 'f'
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (
    SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
"""
_FIRST_KEY = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = %s::regclass AND indisprimary
"""


@transaction.atomic
def multiply(copies: int, *, at: datetime) -> None:
    """Add so many copies of all customers and what they did, all or nothing."""
    with connection.cursor() as sql:
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        sql.execute(_NAMES)
        strides = {"customers": _top("customers_customer"), "orders": _top("sales_order")}
        for table, changed in _COPIED.items():
            statement = _statement(table, changed)
            with _bare(table), _first_rows(table):
                for copy in range(1, copies + 1):
                    sql.execute(statement, {"copy": copy, **strides})
        for table in _OWN_IDS:
            sql.execute(
                SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))"
                ).format(Literal(table), Identifier(table))
            )
    refresh_purchases(None, as_of=at, imported=True)


def finish(*, at: datetime) -> None:
    """What the copies tell is known already, and the planner looks at the tables anew."""
    skip_to_end(_FIGURES, at=at)
    with connection.cursor() as sql:
        sql.execute("ANALYZE")


def _top(table: str) -> int:
    with connection.cursor() as sql:
        sql.execute(SQL("SELECT coalesce(max(id), 0) FROM {}").format(Identifier(table)))
        [top] = sql.fetchone()
    return int(top)


def _statement(table: str, changed: Mapping[str, str]) -> Composable:
    """The first rows once more, with what the copy has otherwise."""
    with connection.cursor() as sql:
        sql.execute(_COLUMNS, [table])
        columns = [name for (name,) in sql.fetchall() if name in changed or not _is_given(name)]
    if table not in _OWN_IDS and "id" in columns:
        columns.remove("id")
    if "customer_id" in columns:
        changed = {"customer_id": _WHO, **changed}
    return SQL("INSERT INTO {table} ({columns}) SELECT {values} FROM demo_first t").format(
        table=Identifier(table),
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(SQL(changed.get(name, f'"{name}"')) for name in columns),
    )


def _is_given(column: str) -> bool:
    """The database gives it to each new row."""
    return column == "transaction"


@contextmanager
def _first_rows(table: str) -> Iterator[None]:
    """Put aside, so that no copy looks for them among the copies."""
    with connection.cursor() as sql:
        sql.execute(f"CREATE TEMPORARY TABLE demo_first ON COMMIT DROP AS TABLE {table}")
        yield
        sql.execute("DROP TABLE demo_first")


@contextmanager
def _bare(table: str) -> Iterator[None]:
    """Without its indexes and keys, which are quicker made anew than kept row by row.

    What a transaction writes to a file of its own is not in the log of the server, if that has
    nobody to copy to: the table begins a new one.
    """
    with connection.cursor() as sql:
        sql.execute(_FIRST_KEY, [table])
        for (index,) in sql.fetchall():
            sql.execute(f"CLUSTER {table} USING {index}")
        sql.execute(_KEYS, [table])
        keys = sql.fetchall()
        sql.execute(_INDEXES, [table])
        indexes = sql.fetchall()
        for name, _definition in keys:
            sql.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            sql.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            sql.execute(definition)
        for name, definition in keys:
            sql.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
