"""Files in: orders of many lines, and customers, beside COPY of the same rows."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from bench.measure import Row, timed
from trato.customers import eventlog
from trato.imports import actions

LINES = 100_000
CUSTOMERS = 20_000
START = datetime(2024, 1, 1, tzinfo=UTC)


def run() -> Iterator[Row]:
    yield _row("import customers", "customers", _customers(), CUSTOMERS)
    orders = _orders()
    yield _row("import orders", "orders", orders, LINES)
    yield _row("the same orders again (nothing changes)", "orders", orders, LINES)
    at = datetime.now(UTC)
    wall, cpu = timed(lambda: eventlog.drain(at=at))
    raw = _aggregate()
    yield Row("consumers digest the log", f"{LINES // 10:,} orders", wall, cpu, raw, "one GROUP BY")


def _row(name: str, kind: str, text: str, rows: int) -> Row:
    def bring() -> None:
        at = datetime.now(UTC)
        run = actions.receive(
            io.BytesIO(text.encode()), name="bench.csv", kind=kind, user=None, at=at
        )
        actions.begin_staging(run, later=False)
        actions.run_staging(run.pk, at=at, with_preview=False)
        run.refresh_from_db()
        actions.begin_applying(run, later=False)
        actions.run_applying(run.pk, at=at)

    wall, cpu = timed(bring)
    raw, _cpu = timed(lambda: _copy(text))
    return Row(name, f"{rows:,} rows", wall, cpu, raw, "COPY of the file as text")


def _copy(text: str) -> None:
    """What the database alone needs to take the same rows, untyped and unchecked."""
    rows = list(csv.reader(io.StringIO(text)))
    columns = ", ".join(f"c{place} text" for place in range(len(rows[0])))
    with connection.cursor() as sql:
        sql.execute(f"CREATE TEMPORARY TABLE bench_raw ({columns})")
        with sql.copy("COPY bench_raw FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        sql.execute("DROP TABLE bench_raw")


def _aggregate() -> float:
    with connection.cursor() as sql:
        wall, _cpu = timed(
            lambda: sql.execute(
                "SELECT customer_id, min(ordered_at), max(ordered_at), count(*), sum(total)"
                " FROM sales_order GROUP BY customer_id"
            )
        )
    return wall


def _customers() -> str:
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["customer_id", "kind", "name", "email", "phone", "city", "country"])
    for number in range(CUSTOMERS):
        email, phone = f"c{number}@example.com", f"+346{number:08d}"
        out.writerow([f"C{number}", "person", f"Cliente {number}", email, phone, "León", "ES"])
    return target.getvalue()


def _orders() -> str:
    chance = random.Random(7)  # noqa: S311
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"])
    for line in range(LINES):
        order = line // 10
        day = START + timedelta(minutes=order * 60)
        customer = f"C{order * 7919 % CUSTOMERS}"
        product, price = f"P{chance.randrange(2000)}", f"{chance.randrange(100, 9900) / 100}"
        out.writerow([f"O{order}", customer, day.isoformat(), product, 1 + line % 4, price])
    return target.getvalue()
