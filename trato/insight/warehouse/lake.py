"""Bringing the lake up to date, and reading it.

What happened since the last update is told by the event log (every transaction that was not yet
visible then) and by orders rewritten since. The customers concerned are read anew as a whole, so
late, corrected, cancelled and deleted orders need no rules of their own. Afterwards counts and sums
must agree with the database, year by year; when they do not, everything is read anew, and when they
still do not, nothing is published and the difference is told. The lines are counted in the database
only when all is read anew: that takes as long as reading a part of them.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection, transaction

from trato.customers.models.event import TRANSACTIONS
from trato.identity.queries import company
from trato.insight.warehouse import extraction
from trato.insight.warehouse.place import Place

MANIFEST = "manifest.json"
VERSION = 2
# A transaction may have taken its time long before it was committed.
_SLACK = timedelta(minutes=10)
# With more customers than this beside the base, it is time for a new base.
_MOST_BESIDE = 0.1
_PIECE = 1_000_000


@dataclass(frozen=True, slots=True)
class Total:
    """Of a year; lines are None where nobody counted them."""

    orders: int
    lines: int | None
    amount: float


type Totals = dict[str, Total]


class NotReconciled(Exception):
    """The lake does not hold what the database holds; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``base`` and ``beside`` name the files of lines and signals; who is in ``beside`` counts
    there only. ``source`` tells which database, time zone, currency and costs they came from."""

    source: dict[str, Any]
    seen: int
    rewritten: str
    codes: extraction.Codes
    base: dict[str, str]
    beside: dict[str, str]
    customers: str
    products: str
    changed: list[int]
    totals: Totals

    def files(self) -> list[str]:
        return [*self.base.values(), *self.beside.values(), self.customers, self.products]


@dataclass(frozen=True)
class Lake:
    place: Place
    manifest: Manifest

    @property
    def customers(self) -> pa.Table:
        return self.place.read(self.manifest.customers)

    @property
    def products(self) -> pa.Table:
        return self.place.read(self.manifest.products)

    def batches(self, noun: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Lines or signals, sorted by customer and day."""
        wanted = None if columns is None else list(dict.fromkeys(["customer", *columns]))
        base = self.place.batches(self.manifest.base[noun], wanted)
        if noun not in self.manifest.beside:
            yield from base
            return
        beside = self.place.read(self.manifest.beside[noun], wanted)
        yield from _merged(base, beside, np.array(self.manifest.changed, dtype=np.int64))

    def pieces(self, noun: str, columns: list[str]) -> Iterator[pa.Table]:
        """The same, in pieces of some size that never cut a customer in two."""
        waiting: list[pa.RecordBatch] = []
        for batch in self.batches(noun, columns):
            waiting.append(batch)
            if sum(one.num_rows for one in waiting) < _PIECE:
                continue
            customer = batch.column("customer").to_numpy()
            last = int(np.searchsorted(customer, customer[-1]))
            if last:
                yield pa.Table.from_batches([*waiting[:-1], batch.slice(0, last)])
                waiting = [batch.slice(last)]
        yield pa.Table.from_batches(waiting)

    def table(self, noun: str, columns: list[str] | None = None) -> pa.Table:
        return pa.Table.from_batches(self.batches(noun, columns))


def _merged(
    base: Iterator[pa.RecordBatch], beside: pa.Table, changed: np.ndarray[Any, Any]
) -> Iterator[pa.RecordBatch]:
    """The base without the changed customers, and each of those in their place."""
    keys, done = beside["customer"].to_numpy(), 0
    for batch in base:
        kept = _without(batch, changed)
        if not kept.num_rows:
            continue
        until = int(np.searchsorted(keys, kept.column("customer")[-1].as_py()))
        if until == done:
            yield kept
            continue
        both = pa.concat_tables([pa.Table.from_batches([kept]), beside.slice(done, until - done)])
        order = np.argsort(both["customer"].to_numpy(), kind="stable")
        yield from both.take(pa.array(order)).combine_chunks().to_batches()
        done = until
    yield from beside.slice(done).to_batches() or [_none(beside)]


def _none(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=table.schema)


def _without(batch: pa.RecordBatch, customers: np.ndarray[Any, Any]) -> pa.RecordBatch:
    if not customers.size:
        return batch
    held = batch.column("customer").to_numpy()
    place = np.searchsorted(customers, held).clip(max=customers.size - 1)
    return batch.filter(pa.array(customers[place] != held))


@dataclass(frozen=True)
class Update:
    """``changed`` is who was read anew; nothing means everybody."""

    lake: Lake
    changed: list[int] | None
    lines: int


def place() -> Place:
    return Place.at(settings.LAKE)


def current(where: Place | None = None) -> Lake | None:
    """The lake as the last update left it."""
    where = where or place()
    note = where.read_note(MANIFEST)
    if note is None or note.pop("version") != VERSION:
        return None
    note["codes"] = extraction.Codes(**note["codes"])
    note["totals"] = {year: Total(**total) for year, total in note["totals"].items()}
    return Lake(where, Manifest(**note))


def update(*, at: datetime, full: bool = False) -> Update:
    """Read what changed since the last update, or everything. Raises NotReconciled."""
    where = place()
    old = current(where)
    with _snapshot():
        state = _state(at)
        changed = None if full or old is None else _changed(old, state)
        if old is not None and changed is not None:
            found = _beside(old, changed, state)
            if not _differences(found.lake, with_lines=False):
                return _publish(found, old)
        found = _anew(where, state, old.manifest.codes if old else None)
        if differences := _differences(found.lake, with_lines=True):
            where.keep_only(old.manifest.files() if old else [])
            raise NotReconciled("; ".join(differences))
        return _publish(found, old)


@contextmanager
def _snapshot() -> Iterator[None]:
    """All is read as it was at one moment."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as sql:
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@dataclass(frozen=True)
class _State:
    source: dict[str, Any]
    seen: int
    at: datetime
    customers: int


_SOURCE = """
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || current_database(),
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT count(*) FROM customers_customer),
       (SELECT coalesce(max(id), 0)::text || '/' || count(*) FROM catalog_productprice)
       || ' ' || (SELECT coalesce(max(id), 0)::text || '/' || count(*) FROM catalog_exchangerate)
"""
_ORDERS_OF_YEARS = """
SELECT date_part('year', ordered_at AT TIME ZONE %(zone)s)::int::text, count(*), NULL,
       coalesce(sum(company_total) FILTER (WHERE status <> 'returned'), 0)::float8
FROM sales_order
WHERE customer_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1
"""
# An order without lines is one row of the lake.
_LINES_OF_YEARS = """
SELECT date_part('year', ordered_at AT TIME ZONE %(zone)s)::int::text, count(*),
       sum(coalesce(l.rows, 1))::int8,
       coalesce(sum(company_total) FILTER (WHERE status <> 'returned'), 0)::float8
FROM sales_order o
LEFT JOIN (SELECT order_id, count(*) AS rows FROM sales_orderline GROUP BY 1) l ON l.order_id = o.id
WHERE customer_id IS NOT NULL AND status <> 'cancelled' GROUP BY 1
"""


def _state(at: datetime) -> _State:
    own = company()
    with connection.cursor() as sql:
        sql.execute(_SOURCE)
        database, seen, customers, costs = sql.fetchone()
    source = {
        "database": database,
        "zone": own.time_zone,
        "currency": own.currency,
        "costs": costs,
        "kinds": extraction.SIGNAL_KINDS,
    }
    return _State(source, seen, at, customers)


_CHANGED = """
SELECT customer_id FROM customers_event WHERE transaction >= %s AND kind = ANY(%s)
UNION
SELECT customer_id FROM sales_order WHERE updated_at >= %s AND customer_id IS NOT NULL
ORDER BY 1
"""


_TELLING = sorted(TRANSACTIONS | set(extraction.SIGNAL_KINDS))


def _changed(old: Lake, state: _State) -> list[int] | None:
    """Whom something happened to since; nothing when too many, or when all is to be read anew."""
    if old.manifest.source != state.source:
        return None
    since = datetime.fromisoformat(old.manifest.rewritten) - _SLACK
    with connection.cursor() as sql:
        sql.execute(_CHANGED, [old.manifest.seen, _TELLING, since])
        found = {row[0] for row in sql.fetchall()}
    changed = sorted(found | set(old.manifest.changed))
    return changed if len(changed) <= max(1000, _MOST_BESIDE * state.customers) else None


def _beside(old: Lake, changed: list[int], state: _State) -> Update:
    where = old.place
    codes, beside = _extracted(where, old.manifest.codes, changed)
    manifest = replace(
        _manifest(where, state, codes), base=old.manifest.base, beside=beside, changed=changed
    )
    return _counted(Lake(where, manifest), changed)


def _anew(where: Place, state: _State, known: extraction.Codes | None) -> Update:
    codes, base = _extracted(where, known or extraction.Codes([], [], []), None)
    return _counted(Lake(where, replace(_manifest(where, state, codes), base=base)), None)


def _extracted(
    where: Place, known: extraction.Codes, customers: list[int] | None
) -> tuple[extraction.Codes, dict[str, str]]:
    """New files of lines and signals of these customers, or of all."""
    lines = extraction.lines(known, customers)
    files = {"lines": where.write_blocks("lines", lines.blocks)}
    signals = extraction.signals(lines.codes, customers)
    files["signals"] = where.write_blocks("signals", signals.blocks)
    return signals.codes, files


def _manifest(where: Place, state: _State, codes: extraction.Codes) -> Manifest:
    return Manifest(
        source=state.source,
        seen=state.seen,
        rewritten=state.at.isoformat(),
        codes=codes,
        base={},
        beside={},
        customers=where.write("customers", extraction.customers()),
        products=where.write("products", extraction.products()),
        changed=[],
        totals={},
    )


def _counted(lake: Lake, changed: list[int] | None) -> Update:
    manifest = replace(lake.manifest, totals=_totals(lake))
    files = manifest.beside or manifest.base
    return Update(Lake(lake.place, manifest), changed, lake.place.rows(files["lines"]))


def _totals(lake: Lake) -> Totals:
    """What each year has, as the files hold it."""
    totals: Totals = {}
    last = None
    for batch in lake.batches("lines", ["day", "order", "amount"]):
        order = batch.column("order").to_numpy()
        is_new = np.append(order[:1] != last, order[1:] != order[:-1])
        last = order[-1] if order.size else last
        table = pa.table(
            {
                "year": pc.year(batch.column("day").cast(pa.date32())),
                "amount": batch.column("amount"),
                "new": pa.array(is_new.astype(np.int32)),
            }
        )
        for row in (
            table.group_by("year")
            .aggregate([("amount", "sum"), ("new", "sum"), ([], "count_all")])
            .to_pylist()
        ):
            year = str(row["year"])
            total = totals.get(year, Total(0, 0, 0.0))
            totals[year] = Total(
                orders=total.orders + row["new_sum"],
                lines=(total.lines or 0) + row["count_all"],
                amount=total.amount + row["amount_sum"],
            )
    return totals


def _differences(lake: Lake, *, with_lines: bool) -> list[str]:
    """Where lake and database disagree, in words."""
    with connection.cursor() as sql:
        sql.execute(
            _LINES_OF_YEARS if with_lines else _ORDERS_OF_YEARS, {"zone": company().time_zone}
        )
        expected = {year: Total(*total) for year, *total in sql.fetchall()}
    found, nothing = lake.manifest.totals, Total(0, 0, 0.0)
    years = sorted(found.keys() | expected.keys())
    pairs = [(year, found.get(year, nothing), expected.get(year, nothing)) for year in years]
    return [
        f"{year}: {_words(here)} in the lake; {_words(there)} in the database"
        for year, here, there in pairs
        if not _agree(here, there)
    ]


def _words(total: Total) -> str:
    lines = "" if total.lines is None else f"{total.lines} lines, "
    return f"{total.orders} orders, {lines}{total.amount:.2f}"


def _agree(here: Total, there: Total) -> bool:
    return (
        here.orders == there.orders
        and there.lines in {None, here.lines}
        and math.isclose(here.amount, there.amount, rel_tol=1e-9, abs_tol=0.01)
    )


def _publish(found: Update, old: Lake | None) -> Update:
    """From here on readers see the new files; the last lake's stay for who reads them now."""
    lake = found.lake
    lake.place.write_note(MANIFEST, {"version": VERSION, **asdict(lake.manifest)})
    lake.place.keep_only([*lake.manifest.files(), *(old.manifest.files() if old else [])])
    return found
