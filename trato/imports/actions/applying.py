"""From staged rows to customers, products, orders, contacts and costs, chunk by chunk."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction

from trato.acquisition.actions import save_costs
from trato.catalog.actions import save_products
from trato.customers.actions import (
    ID_OF_ANOTHER,
    Outcome,
    Result,
    SavedCustomers,
    Twins,
    save_contacts,
    save_customers,
)
from trato.customers.drafts import CustomerDraft
from trato.identity.queries import company
from trato.imports.actions.ordering import Span, take_in
from trato.imports.drafting import (
    colleagues,
    contact_draft,
    cost_draft,
    customer_draft,
    product_draft,
)
from trato.imports.models import Import, ImportRow
from trato.imports.queries import refused_rows
from trato.sales.actions import save_incoming

CHUNK = 10_000
COUNTED = ("created", "updated", "unchanged", "refused")

_LAST_GROUP = """
SELECT max("group") FROM (
    SELECT "group" FROM imports_importrow
    WHERE run_id = %(run)s AND problems IS NULL AND "group" > %(after)s
    ORDER BY "group", number LIMIT %(chunk)s
) AS next
"""
_REFUSE = """
UPDATE imports_importrow r SET problems = told.problems
FROM unnest(%(groups)s::text[], %(problems)s::jsonb[]) AS told ("group", problems)
WHERE r.run_id = %(run)s AND r.problems IS NULL AND r."group" = told."group"
"""
_CHANGES = "COPY imports_importchange (run_id, model, object_id, action, before) FROM STDIN"

type Change = tuple[int, str, int, str, str | None]
# What came into being: its kind, by what it is told again, and what its row says.
type Made = tuple[str, set[tuple[str, ...]], str]


@dataclass
class Written:
    """What one chunk did: rows by result, records by kind and result, and how to undo them."""

    rows: Counter[str] = field(default_factory=Counter)
    records: Counter[tuple[str, str]] = field(default_factory=Counter)
    twins: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)
    created: list[Made] = field(default_factory=list)
    completed: list[tuple[str, int, Any]] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    updating: list[str] = field(default_factory=list)

    def note(self, model: str, result: Result | str, rows: int) -> None:
        self.rows[str(result)] += rows
        self.records[model, str(result)] += 1

    def again(self, model: str) -> None:
        """A row that would change something has come before."""
        for result, more in ((Result.UPDATED, -1), (Result.UNCHANGED, 1)):
            self.rows[result] += more
            self.records[model, result] += more

    def change(self, run: Import, model: str, action: str, pk: int, before: Any = None) -> None:
        told = None if before is None else json.dumps(before)
        self.changes.append((run.pk, model, pk, action, told))

    def refuse(self, group: str, code: str, **params: str) -> None:
        self.refused[group] = {"code": code, "params": params} if params else {"code": code}


type Writer = Callable[[Import, Span, datetime], Written]


def source_of(run: Import) -> str:
    """How the event log and the audit name this file."""
    return f"import:{run.pk}"


def next_span(run: Import, after: str) -> Span | None:
    """The next chunk of good rows, and the rest of the last group."""
    with connection.cursor() as sql:
        sql.execute(_LAST_GROUP, {"run": run.pk, "after": after, "chunk": CHUNK})
        [until] = sql.fetchone()
    return None if until is None else Span(after, until)


def rows_in(run: Import, span: Span) -> list[ImportRow]:
    good = run.rows.filter(problems__isnull=True)
    return list(good.filter(group__gt=span.after, group__lte=span.until).order_by("group"))


def write_customers(run: Import, span: Span, at: datetime) -> Written:
    written = Written()
    rows = rows_in(run, span)
    find = colleagues()
    drafts = [customer_draft(row.values, find, run.system) for row in rows]
    twins = Twins(run.options.get("twins", Twins.UPDATE))
    outcomes = save_customers(
        drafts, at=at, user=run.user, source=source_of(run), twins=twins, imported=True
    )
    for row, draft, outcome in zip(rows, drafts, outcomes, strict=True):
        written.note("customers", outcome.result, 1)
        is_split = outcome.twin_by == ID_OF_ANOTHER
        written.twins += bool(outcome.twin_by) and not is_split
        if outcome.customer_id and (draft.note or draft.consents):
            written.change(run, "remark", "created", outcome.customer_id)
        _note_organisation(run, written, draft, outcome)
        if outcome.result == Result.CREATED and outcome.customer_id:
            written.change(run, "customer", "created", outcome.customer_id)
            told = filter(None, [*draft.emails, draft.fingerprint])
            keys = {*draft.external_ids, *((one,) for one in told)}
            written.created.append(("customers", keys, draft.row or draft.fingerprint))
        elif outcome.before and outcome.customer_id:
            written.change(run, "customer", "updated", outcome.customer_id, outcome.before)
            written.updating.append(draft.row or draft.fingerprint)
        elif outcome.result == Result.REFUSED:
            written.refuse(row.group, ID_OF_ANOTHER if is_split else "twin")
    return written


def _note_organisation(
    run: Import, written: Written, draft: CustomerDraft, outcome: Outcome
) -> None:
    """Where a person works came into being on the way, or that they work there."""
    if outcome.organisation:
        written.records["customers", "created"] += 1
        written.change(run, "customer", "created", outcome.organisation)
        written.organisations.append(draft.organisation)
    if outcome.role:
        written.change(run, "role", "created", outcome.role)


def write_products(run: Import, span: Span, at: datetime) -> Written:
    written = Written()
    rows = rows_in(run, span)
    outcomes = save_products(
        [product_draft(row.values) for row in rows],
        currency=company().currency,
        at=at,
        user=run.user,
    )
    for row, outcome in zip(rows, outcomes, strict=True):
        written.note("products", outcome.result, 1)
        if outcome.result == Result.CREATED:
            written.change(run, "product", "created", outcome.product.pk)
            told = json.dumps(row.values, sort_keys=True)
            written.created.append(("products", {(outcome.product.code,)}, told))
        elif outcome.result == Result.UPDATED:
            written.change(run, "product", "updated", outcome.product.pk, outcome.before)
    return written


def write_orders(run: Import, span: Span, at: datetime) -> Written:
    written = Written()
    saved = save_incoming(
        take_in(run, span),
        at=at,
        user=run.user,
        source=source_of(run),
        strict=bool(run.options.get("strict")),
        imported=True,
    )
    for outcome in saved.orders:
        written.note("orders", outcome.result, outcome.lines)
        if outcome.result == Result.CREATED and outcome.order_id:
            written.change(run, "order", "created", outcome.order_id)
        elif outcome.result == Result.UPDATED and outcome.order_id:
            written.change(run, "order", "updated", outcome.order_id, outcome.before)
        elif outcome.problem is not None:
            written.refuse(outcome.number, outcome.problem.value, name=outcome.missing)
    _note_customers(run, written, saved.customers)
    _note_created(run, written, "product", saved.products)
    _note_completed(written, "product", saved.completed.items())
    return written


def write_contacts(run: Import, span: Span, at: datetime) -> Written:
    written = Written()
    rows = rows_in(run, span)
    saved = save_contacts(
        [contact_draft(row.values, run.system) for row in rows],
        at=at,
        user=run.user,
        source=source_of(run),
        strict=bool(run.options.get("strict")),
    )
    for row, key, result in zip(rows, saved.keys, saved.results, strict=True):
        written.note("interactions", result, 1)
        if result == Result.CREATED:
            written.change(run, "event", "created", 0, key)
        elif result == Result.REFUSED:
            name = str(row.values.get("customer_id", ""))
            written.refuse(row.group, "unknown_customer", name=name)
    _note_customers(run, written, saved.customers)
    return written


def write_costs(run: Import, span: Span, at: datetime) -> Written:
    written = Written()
    groups = {
        name: [row.values for row in rows]
        for name, rows in groupby(rows_in(run, span), attrgetter("group"))
    }
    own = company().currency
    for name, rows in list(groups.items()):
        currencies = sorted({row.get("currency", own) for row in rows})
        if len(currencies) > 1:
            written.refuse(name, "cost_currencies", first=currencies[0], second=currencies[1])
            written.note("costs", Result.REFUSED, len(groups.pop(name)))
    drafts = [cost_draft(rows) for rows in groups.values()]
    outcomes = save_costs(drafts, currency=own, at=at)
    for rows, outcome in zip(groups.values(), outcomes, strict=True):
        written.note("costs", outcome.result, len(rows))
        if outcome.result == Result.CREATED:
            written.change(run, "cost", "created", outcome.cost.pk)
        elif outcome.result == Result.UPDATED:
            written.change(run, "cost", "updated", outcome.cost.pk, outcome.before)
    return written


def _note_customers(run: Import, written: Written, customers: SavedCustomers) -> None:
    _note_created(run, written, "customer", customers.created)
    known = [(pk, before) for pk, before in customers.updated if pk not in customers.created]
    _note_completed(written, "customer", known)


def _note_created(run: Import, written: Written, model: str, made: Mapping[int, str]) -> None:
    """Customers and products that came into being on the way."""
    for pk, key in made.items():
        written.records[f"{model}s", "created"] += 1
        written.created.append((f"{model}s", {(key,)}, ""))
        written.change(run, model, "created", pk)


def _note_completed(
    written: Written, model: str, changed: Iterable[tuple[int, dict[str, Any]]]
) -> None:
    """Customers and products that were known and of whom the rows tell more."""
    if not (found := list(changed)):
        return
    written.records[f"{model}s", "updated"] += len({pk for pk, _before in found})
    written.completed.extend((model, pk, before) for pk, before in found)


WRITERS: dict[str, Writer] = {
    Import.Kind.CUSTOMERS: write_customers,
    Import.Kind.PRODUCTS: write_products,
    Import.Kind.ORDERS: write_orders,
    Import.Kind.INTERACTIONS: write_contacts,
    Import.Kind.COSTS: write_costs,
}


def apply_chunk(run_id: int, *, at: datetime) -> bool:
    """Write the next chunk and move the import's position in one transaction.

    Returns whether there was anything left; a killed process repeats or misses nothing.
    """
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=run_id)
        span = next_span(run, run.position)
        if span is None:
            return False
        written = WRITERS[run.kind](run, span, at)
        _keep_completed(run, written)
        _keep_changes(written)
        _refuse(run, written)
        run.position = span.until
        run.rows_done += written.rows.total()
        run.counts = added(run.counts, written)
        run.save(update_fields=["position", "rows_done", "counts"])
    return True


def _keep_completed(run: Import, written: Written) -> None:
    """What an earlier chunk has written already is no other record; what it made goes with it."""
    ids = {pk for _model, pk, _before in written.completed}
    models = {model for model, _pk, _before in written.completed}
    # The index is by model and action.
    of_these = run.changes.filter(model__in=models, action__in=("created", "updated"))
    earlier = of_these.filter(object_id__in=ids) if ids else run.changes.none()
    known = set(earlier.values_list("model", "object_id"))
    made = set(earlier.filter(action="created").values_list("model", "object_id"))
    for model, _pk in {(model, pk) for model, pk, _before in written.completed} & known:
        written.records[f"{model}s", "updated"] -= 1
    for model, pk, before in written.completed:
        if (model, pk) not in made:
            written.change(run, model, "updated", pk, before)


def _keep_changes(written: Written) -> None:
    with connection.cursor() as sql, sql.copy(_CHANGES) as copy:
        for change in written.changes:
            copy.write_row(change)


def _refuse(run: Import, written: Written) -> None:
    """Keep with each row why it was refused: what a rehearsal refuses stays refused."""
    if written.refused:
        problems = [json.dumps([problem]) for problem in written.refused.values()]
        given: dict[str, Any] = {
            "run": run.pk,
            "groups": list(written.refused),
            "problems": problems,
        }
        with connection.cursor() as sql:
            sql.execute(_REFUSE, given)


def rehearse(run: Import, *, at: datetime) -> dict[str, Any]:
    """What applying would count, by doing it chunk by chunk and taking each chunk back."""
    counts: dict[str, Any] = {}
    run.rows_done = 0
    position, seen = "", set[tuple[str, tuple[str, ...]]]()
    while span := next_span(run, position):
        with transaction.atomic():
            written = WRITERS[run.kind](run, span, at)
            transaction.set_rollback(True)
        _refuse(run, written)
        _forget_repeated(run, written, seen)
        counts = added(counts, written)
        position = span.until
        run.rows_done += written.rows.total()
        run.save(update_fields=["rows_done"])
    return counts


def _forget_repeated(run: Import, written: Written, seen: set[tuple[str, tuple[str, ...]]]) -> None:
    """What an earlier chunk would have written is no other record in a later one."""
    for row in written.updating:
        if ("row", (row,)) in seen:
            written.again(run.kind)
        seen.add(("row", (row,)))
    for name in written.organisations:
        organisation = ("organisations", (name,))
        if organisation in seen:
            written.records["customers", "created"] -= 1
        seen.add(organisation)
    for model, pk in {(model, pk) for model, pk, _before in written.completed}:
        completed = (f"{model} completed", (str(pk),))
        if completed in seen:
            written.records[f"{model}s", "updated"] -= 1
        seen.add(completed)
    for model, keys, row in written.created:
        named = {(model, key) for key in keys}
        said = {(f"{model} said", (*key, row)) for key in keys}
        if named & seen:
            written.records[model, "created"] -= 1
            if model == run.kind:
                result = Result.UNCHANGED if said & seen else Result.UPDATED
                written.records[model, result] += 1
                written.rows["created"] -= 1
                written.rows[result] += 1
        seen |= named | said


def added(counts: dict[str, Any], written: Written) -> dict[str, Any]:
    """Counts so far plus a chunk's."""
    total = {name: counts.get(name, 0) + written.rows[name] for name in COUNTED}
    records = {name: dict(results) for name, results in counts.get("records", {}).items()}
    for (name, result), number in written.records.items():
        of_kind = records.setdefault(name, dict.fromkeys(COUNTED, 0))
        of_kind[result] = of_kind.get(result, 0) + number
    return {**total, "twins": counts.get("twins", 0) + written.twins, "records": records}


def final_counts(run: Import) -> dict[str, Any]:
    """What is told in the end: rows read are rows created, updated, unchanged or refused."""
    refused = refused_rows(run).count()
    counts = {name: run.counts.get(name, 0) for name in COUNTED}
    return {
        "read": run.rows_read,
        **counts,
        "refused": refused,
        "twins": run.counts.get("twins", 0),
        "records": run.counts.get("records", {}),
    }
