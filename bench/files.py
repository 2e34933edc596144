"""Files in: customers, and orders of many lines, beside COPY of the same rows."""

import csv
import io
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.measure import Took, row, timed
from bench.peers import as_text, same_shape, these_tables
from trato.imports import actions
from trato.imports.models import Import

LINES = 100_000
CUSTOMERS = 20_000
START = datetime(2024, 1, 1, tzinfo=UTC)
_OF_CUSTOMERS = ("emailaddress", "phonenumber", "postaladdress", "externalid", "summary")
# Ids far beyond those there are, numbers of their own, and other days, so that neither side finds
# the pages of its days in memory because the other has just fetched them.
_BEYOND = 10**12
_OTHER = {
    "id": f"id + {_BEYOND}",
    "order_id": f"order_id + {_BEYOND}",
    "number": "reverse(number)",
    "ordered_at": "ordered_at + interval '420 days'",
    "at": "at + interval '420 days'",
    "key": "NULL",
}
# The same days once more, a moment later: both sides find the pages that they fetched before.
LATER = timedelta(minutes=10)
# A database that is measured twice does not know these customers yet.
MARK = f"{uuid.uuid4().hex[:8]}-"
FIRST = random.randrange(9_000_000)  # noqa: S311
SHAPE = "COPY into empty tables of the same shape"
THESE = "COPY into the same tables"
TEXT = "COPY as text"


def run() -> Iterator[str]:
    text = _customers()
    took, made = _bring("customers", text)
    peers = {SHAPE: same_shape(_customer_tables(made)), TEXT: as_text(text)}
    yield row("import customers", CUSTOMERS, "rows", took, peers)
    for name, mark, begin in (("", "", START), (", pages in memory", "B", START + LATER)):
        text = _orders(mark, begin)
        took, made = _bring("orders", text)
        tables = _order_tables(made)
        peers = {
            SHAPE: same_shape(tables),
            THESE: these_tables(tables, _OTHER),
            TEXT: as_text(text),
        }
        yield row(f"import orders{name}", LINES, "lines", took, peers)
    took, _again = _bring("orders", text)
    yield row("the same orders, nothing changes", LINES, "lines", took, peers)


def _bring(kind: str, text: str) -> tuple[Took, Import]:
    """From the bytes of the file to the books, as the command does it."""
    at = datetime.now(UTC)
    runs: list[Import] = []

    def bring() -> None:
        file = io.BytesIO(text.encode())
        run = actions.receive(file, name="bench.csv", kind=kind, user=None, at=at)
        actions.begin_staging(run, later=False)
        run = actions.run_staging(run.pk, at=at, with_preview=False)
        actions.begin_applying(run, later=False)
        runs.append(actions.run_applying(run.pk, at=at))

    return timed(bring), runs[0]


def _made(run: Import, model: str) -> str:
    return (
        f"SELECT object_id FROM imports_importchange WHERE run_id = {run.pk}"  # noqa: S608
        f" AND model = '{model}' AND action = 'created'"
    )


def _customer_tables(run: Import) -> dict[str, str]:
    made = _made(run, "customer")
    hanging = {f"customers_{table}": f"customer_id IN ({made})" for table in _OF_CUSTOMERS}
    return {
        "customers_customer": f"id IN ({made})",
        **hanging,
        "customers_event": f"source = 'import:{run.pk}' AND customer_id IN ({made})",
    }


def _order_tables(run: Import) -> dict[str, str]:
    made = _made(run, "order")
    return {
        "sales_order": f"id IN ({made})",
        "sales_orderline": f"order_id IN ({made})",
        "customers_event": f"source = 'import:{run.pk}'",
    }


def _customers() -> str:
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["customer_id", "kind", "name", "email", "phone", "city", "country"])
    for number in range(CUSTOMERS):
        email, phone = f"{MARK}{number}@example.com", f"+3471{FIRST + number:07d}"
        out.writerow([f"{MARK}{number}", "person", f"Cliente {number}", email, phone, "León", "ES"])
    return target.getvalue()


def _orders(mark: str, begin: datetime) -> str:
    chance = random.Random(7)  # noqa: S311
    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"])
    for line in range(LINES):
        order = line // 10
        day = begin + timedelta(minutes=order * 60)
        customer = f"{MARK}{order * 7919 % CUSTOMERS}"
        product, price = f"{MARK}{chance.randrange(2000)}", f"{chance.randrange(100, 9900) / 100}"
        out.writerow(
            [f"{MARK}{mark}{order}", customer, day.isoformat(), product, 1 + line % 4, price]
        )
    return target.getvalue()
