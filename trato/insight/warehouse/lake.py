"""Bringing the lake up to date, and reading it.

What happened since the last update is told by the event log (every transaction that was not yet
visible then) and by orders rewritten since. The orders of the customers concerned are read anew as
a whole, so late, corrected, cancelled and deleted ones need no rules of their own; of the log,
which only grows, what came since. When something was taken back from it, as the contacts of a file
that is undone, everything is read anew. Afterwards counts and sums must agree with the
database, year by year; when they do not, everything is read anew, and when they still do not,
nothing is published and the difference is told. The lines are counted in the database only when all
is read anew: that takes as long as reading a part of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray

from trato.customers.models.event import TRANSACTIONS
from trato.identity.queries import company
from trato.insight.warehouse import extraction, merging, totals
from trato.insight.warehouse.place import Place
from trato.insight.warehouse.totals import Totals

MANIFEST = "manifest.json"
VERSION = 5
# A transaction may have taken its time long before it was committed.
_SLACK = timedelta(minutes=10)
# With more customers than this beside the base, it is time for a new base.
_MOST_BESIDE = 0.1
_PIECE = 1_000_000


type Column = NDArray[Any]


class NotReconciled(Exception):
    """The lake does not hold what the database holds; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``base`` and ``beside`` name the files of lines and signals; who is in ``beside`` counts
    there only. ``source`` tells which database, time zone, currency and costs they came from;
    ``seen`` is the snapshot of the database in which all was read."""

    source: dict[str, Any]
    seen: str
    rewritten: str
    codes: extraction.Codes
    base: dict[str, str]
    beside: dict[str, str]
    customers: str
    products: str
    changed: list[int]
    base_totals: Totals
    totals: Totals

    def files(self) -> list[str]:
        return [*self.base.values(), *self.beside.values(), self.customers, self.products]


@dataclass(frozen=True)
class Lake:
    place: Place
    manifest: Manifest

    @property
    def name(self) -> str:
        """No other update has it."""
        return self.manifest.customers

    @property
    def customers(self) -> pa.Table:
        return self.place.read(self.manifest.customers)

    def people(self, columns: list[str]) -> pa.Table:
        """Some columns of `customers`, always of all of them."""
        return self.place.read(self.manifest.customers, columns)

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
        changed = np.array(self.manifest.changed, dtype=np.int64)
        yield from merging.merged(base, beside, changed)

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

    def of(self, noun: str, whom: Column, columns: list[str] | None = None) -> pa.Table:
        """Lines or signals of some customers, given sorted."""
        wanted = None if columns is None else list(dict.fromkeys(["customer", *columns]))
        changed = np.array(self.manifest.changed, dtype=np.int64)
        is_beside = np.isin(whom, changed)
        files = [(self.manifest.base, whom[~is_beside]), (self.manifest.beside, whom[is_beside])]
        found = [
            merging.picked(batch, some)
            for held, some in files
            if noun in held and (some.size or held is self.manifest.base)
            for batch in self._some(held[noun], wanted, some)
        ]
        both = pa.Table.from_batches(found)
        order = np.argsort(both["customer"].to_numpy(), kind="stable")
        return both.take(pa.array(order))

    def _some(self, name: str, columns: list[str] | None, whom: Column) -> Iterator[pa.RecordBatch]:
        """Nobody's rows are found in the first batch as well as in all."""
        batches = self.place.batches(name, columns)
        return batches if whom.size else islice(batches, 1)


@dataclass(frozen=True)
class Part(Lake):
    """The lake of some customers, given sorted: of those who changed or are new, so that nothing is
    known of them but what lies beside the base."""

    whom: Column

    @property
    def customers(self) -> pa.Table:
        people = super().customers
        return people.filter(pa.array(np.isin(people["customer"].to_numpy(), self.whom)))

    def batches(self, noun: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        known = np.intersect1d(self.whom, np.array(self.manifest.changed, dtype=np.int64))
        yield from merging.batches(self.of(noun, known, columns))


@dataclass(frozen=True)
class Update:
    """``changed`` is who was read anew; nothing means everybody. ``before`` is the last lake."""

    lake: Lake
    changed: list[int] | None
    lines: int
    before: Lake | None = None


def place() -> Place:
    return Place.at(settings.LAKE)


def current(where: Place | None = None) -> Lake | None:
    """The lake as the last update left it."""
    where = where or place()
    note = where.read_note(MANIFEST)
    if note is None or note.pop("version") != VERSION:
        return None
    note["codes"] = extraction.Codes(**note["codes"])
    for name in ("base_totals", "totals"):
        note[name] = {year: totals.Total(**total) for year, total in note[name].items()}
    return Lake(where, Manifest(**note))


def update(*, at: datetime, full: bool = False) -> Update:
    """Read what changed since the last update, or everything. Raises NotReconciled."""
    where = place()
    old = current(where)
    with _snapshot():
        now = _now(at)
        if old is not None and not full and old.manifest.source == now.source:
            orders = totals.orders(since=datetime.fromisoformat(old.manifest.rewritten) - _SLACK)
            changed = _changed(old, now, orders.rewritten)
            if len(changed) <= max(1000, _MOST_BESIDE * now.customers.num_rows):
                found = _beside(old, changed, now)
                if not totals.differences(found.lake.manifest.totals, orders.totals):
                    return _publish(found)
        found = _anew(where, now, old)
        if differences := totals.differences(found.lake.manifest.totals, totals.with_lines()):
            where.keep_only(old.manifest.files() if old else [])
            raise NotReconciled("; ".join(differences))
        return _publish(found)


@contextmanager
def _snapshot() -> Iterator[None]:
    """All is read as it was at one moment."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as sql:
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # A million addresses are sorted in memory sooner than on the disk.
            sql.execute("SET LOCAL work_mem = '64MB'")
        yield


@dataclass(frozen=True)
class _Now:
    """The database at the moment of the update."""

    source: dict[str, Any]
    seen: str
    at: datetime
    customers: pa.Table


_SOURCE = """
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || current_database(),
       pg_current_snapshot()::text,
       (SELECT coalesce(max(id), 0)::text || '/' || count(*) FROM catalog_productprice)
       || ' ' || (SELECT coalesce(max(id), 0)::text || '/' || count(*) FROM catalog_exchangerate),
       (SELECT count(*) FROM customers_eventerasure)
"""


def _now(at: datetime) -> _Now:
    own = company()
    with connection.cursor() as sql:
        sql.execute(_SOURCE)
        database, seen, costs, erasures = sql.fetchone()
    source = {
        "database": database,
        "zone": own.time_zone,
        "currency": own.currency,
        "costs": costs,
        "erasures": erasures,
        "kinds": extraction.SIGNAL_KINDS,
    }
    return _Now(source, seen, at, extraction.customers())


_TOLD = (
    "SELECT DISTINCT customer_id FROM customers_event WHERE transaction >= %s AND kind = ANY(%s)"
)
_TELLING = sorted(TRANSACTIONS | set(extraction.SIGNAL_KINDS))


def _changed(old: Lake, now: _Now, rewritten: set[int]) -> list[int]:
    """Whom something happened to since the base was read."""
    oldest = int(old.manifest.seen.split(":")[0])
    with connection.cursor() as sql:
        sql.execute(_TOLD, [oldest, _TELLING])
        told = {row[0] for row in sql.fetchall()}
    dated = _dated_otherwise(old.people(["customer", "known_day"]), now.customers)
    return sorted(told | rewritten | dated | set(old.manifest.changed))


def _dated_otherwise(before: pa.Table, now: pa.Table) -> set[int]:
    """Who is known since another day than it was thought."""
    then, customer = before["customer"].to_numpy(), now["customer"].to_numpy()
    if not then.size:
        return set()
    place = np.searchsorted(then, customer).clip(max=then.size - 1)
    differs = before["known_day"].to_numpy()[place] != now["known_day"].to_numpy()
    return set(customer[differs & (then[place] == customer)].tolist())


def _beside(old: Lake, changed: list[int], now: _Now) -> Update:
    where, whom = old.place, np.array(changed, dtype=np.int64)
    lines = extraction.lines(old.manifest.codes, changed)
    beside = {"lines": where.write_blocks("lines", lines.blocks)}
    known = old.of("signals", whom)
    signals = extraction.signals(lines.codes, changed, extraction.Since(old.manifest.seen, known))
    beside["signals"] = where.write_blocks("signals", signals.blocks)
    base = Lake(where, replace(old.manifest, beside={}, changed=[]))
    replaced = totals.of_lines(base.of("lines", whom, totals.COLUMNS).to_batches())
    read = totals.of_lines(where.batches(beside["lines"], totals.COLUMNS))
    counted = totals.added(totals.added(old.manifest.base_totals, replaced, -1), read)
    manifest = replace(
        _manifest(where, now, signals.codes),
        base=old.manifest.base,
        beside=beside,
        changed=changed,
        base_totals=old.manifest.base_totals,
        totals=counted,
    )
    return Update(Lake(where, manifest), changed, where.rows(beside["lines"]), old)


def _anew(where: Place, now: _Now, old: Lake | None) -> Update:
    known = old.manifest.codes if old else extraction.Codes([], [], [], [])
    lines = extraction.lines(known)
    base = {"lines": where.write_blocks("lines", lines.blocks)}
    signals = extraction.signals(lines.codes)
    base["signals"] = where.write_blocks("signals", signals.blocks)
    counted = totals.of_lines(where.batches(base["lines"], totals.COLUMNS))
    manifest = replace(
        _manifest(where, now, signals.codes), base=base, base_totals=counted, totals=counted
    )
    return Update(Lake(where, manifest), None, where.rows(base["lines"]), old)


def _manifest(where: Place, now: _Now, codes: extraction.Codes) -> Manifest:
    return Manifest(
        source=now.source,
        seen=now.seen,
        rewritten=now.at.isoformat(),
        codes=codes,
        base={},
        beside={},
        customers=where.write("customers", now.customers),
        products=where.write("products", extraction.products()),
        changed=[],
        base_totals={},
        totals={},
    )


def _publish(found: Update) -> Update:
    """From here on readers see the new files; the last lake's stay for who reads them now."""
    lake, old = found.lake, found.before
    lake.place.write_note(MANIFEST, {"version": VERSION, **asdict(lake.manifest)})
    lake.place.keep_only([*lake.manifest.files(), *(old.manifest.files() if old else [])])
    return found
