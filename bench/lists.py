"""The list of customers: whole pages and files beside the plain SQL of the same answer.

BENCH_CUSTOMERS says how many there are (100,000 when it does not).
"""

import os
import re
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from bench.measure import Row, timed
from trato.identity.actions import create_user
from trato.identity.models import User
from trato.identity.rules import Role

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
TIMES = 30
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"

_FILL = """
SELECT setseed(0.5);
INSERT INTO customers_customer (kind, status, name, given_name, family_name, tax_id, languages,
    tags, origin, custom, created_at, updated_at, owner_id)
SELECT CASE WHEN i %% 8 = 0 THEN 'organisation' ELSE 'person' END,
    (ARRAY['potential', 'current', 'current', 'lost'])[1 + i %% 4],
    given[1 + floor(random() * 10)::int] || ' ' || family[1 + floor(random() * 15)::int]
        || ' ' || family[1 + floor(random() * 15)::int],
    '', '', '', '{}', CASE WHEN random() < .03 THEN '{VIP}'::text[] ELSE '{}' END, 'web',
    CASE WHEN i %% 4 = 0 THEN jsonb_build_object('points', i %% 1000) ELSE '{}' END,
    %(at)s - random() * interval '1200 days', %(at)s, %(owner)s
FROM generate_series(1, %(customers)s) i, (SELECT
    ARRAY['Ana','Luis','Marta','Pablo','Nuria','Iván','Óscar','María','Begoña','Íñigo'] given,
    ARRAY['García','Pérez','Ruiz','Núñez','Ibáñez','López','Muñoz','Gil','Vázquez','Echeverría',
          'Puig','Roca','Zubizarreta','Domínguez','Peña'] family) words;
INSERT INTO customers_emailaddress (customer_id, address, label, is_primary)
SELECT id, 'c' || id || '@example.com', '', true FROM customers_customer
WHERE owner_id = %(owner)s AND id %% 10 < 8;
INSERT INTO customers_summary (customer_id, last_contact_at, contacts, first_purchase_at,
    last_purchase_at, purchases, amount, purchases_last_year, amount_last_year)
SELECT id, %(at)s - random() * interval '700 days', 3, NULL,
    CASE WHEN status <> 'potential' THEN %(at)s - random() * interval '1000 days' END,
    floor(random() * 20)::int, round((random() * 5000)::numeric, 2), 2, 20
FROM customers_customer WHERE owner_id = %(owner)s;
"""
_RAW = """
SELECT c.id, c.name, c.kind, c.status, u.name, c.tags, s.last_contact_at, s.last_purchase_at,
    s.amount, (SELECT address FROM customers_emailaddress e
               WHERE e.customer_id = c.id AND is_primary LIMIT 1)
FROM customers_customer c JOIN customers_summary s ON s.customer_id = c.id
LEFT JOIN identity_user u ON u.id = c.owner_id
WHERE {where} ORDER BY {order} LIMIT 51
"""
_USUAL = "s.last_purchase_at DESC NULLS LAST, s.customer_id DESC"
CASES = (
    ("first page", "", "true", _USUAL),
    ("by name", "sort=name", "true", "c.sort_key, c.id"),
    ("by amount", "sort=-amount", "true", "s.amount DESC, s.customer_id DESC"),
    ("by creation", "sort=-created", "true", "c.created_at DESC, c.id DESC"),
    ("filter: lost", "status.in=lost", "c.status = 'lost'", _USUAL),
    ("filter: tag, by amount", "tags.in=VIP&sort=-amount", "c.tags @> '{VIP}'", "s.amount DESC"),
    (
        "filter: custom number",
        "custom.points.more=990",
        "(c.custom ->> 'points')::numeric > 990",
        _USUAL,
    ),
    ("search: a word", "q=zubizarreta", "c.sort_key LIKE '%%zubizarreta%%'", _USUAL),
    ("search: a slip", "q=zubizareta", "c.sort_key LIKE '%%zubizarreta%%'", _USUAL),
    ("search: e-mail", "q=c777%40example", "c.id = 777", _USUAL),
)


def run() -> Iterator[Row]:
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}):
        yield from _rows()


def _rows() -> Iterator[Row]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(_fill(), "django.contrib.auth.backends.ModelBackend")
    for name, query, where, order in CASES:
        yield _row(name, client, query, _RAW.format(where=where, order=order))
    yield _row("deep page", client, _deep(client), _RAW.format(where="true", order=_USUAL))
    wall, cpu = timed(lambda: _read(client.get("/customers/export/?format=csv")))
    raw, _cpu = timed(_copy)
    yield Row("list to CSV", f"{CUSTOMERS:,} rows", wall, cpu, raw, "COPY of the same SELECT")


def _fill() -> User:
    user = create_user(
        email="bench@example.com", name="Bench", password=None, role=Role.ADMINISTRATOR
    )
    given: dict[str, Any] = {
        "at": datetime.now(UTC),
        "owner": user.pk,
        "customers": CUSTOMERS,
    }
    with connection.cursor() as sql:
        for statement in filter(str.strip, _FILL.split(";\n")):
            sql.execute(statement, given)
        sql.execute(
            "INSERT INTO customers_customfield (key, label, type, options, position, is_active)"
            " VALUES ('points', 'Points', 'number', '{}', 1, true)"
        )
        sql.execute("VACUUM ANALYZE")
    return user


def _row(name: str, client: Client, query: str, raw: str) -> Row:
    page = [_page(client, query) for _time in range(TIMES)][3:]
    p50, p95 = (statistics.quantiles((wall for wall, _cpu in page), n=20)[at] for at in (9, 18))
    cpu = statistics.median(cpu for _wall, cpu in page)
    plain = statistics.median(timed(lambda: _select(raw))[0] for _time in range(TIMES))
    return Row(f"list, {name}", f"p95 {p95 * 1000:.0f} ms", p50, cpu, plain, "the same SELECT")


def _page(client: Client, query: str) -> tuple[float, float]:
    return timed(lambda: _found(client.get(f"/customers/?{query}")))


def _found(response: Any) -> None:
    assert response.status_code == 200


def _deep(client: Client) -> str:
    """The address of the tenth page."""
    query = ""
    for _page_number in range(10):
        shown = client.get(f"/customers/?{query}").content.decode()
        [link] = re.findall(r'href="\?([^"]*)" rel="next"', shown)
        query = unescape(link)
    return query


def _select(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, ())
        cursor.fetchall()


def _read(response: Any) -> int:
    return sum(len(part) for part in response.streaming_content)


def _copy() -> int:
    select = _RAW.format(where="true", order=_USUAL).replace("LIMIT 51", "")
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT CSV") as copy:
        return sum(len(part) for part in copy)
