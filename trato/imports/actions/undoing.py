"""Taking a whole import back."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from trato.acquisition.actions import remove_costs, restore_costs
from trato.catalog.actions import remove_products, restore_products
from trato.collaboration.models import Task
from trato.customers.actions import (
    remove_created,
    remove_events,
    remove_remarks,
    remove_roles,
    restore_customers,
)
from trato.customers.models import RoleInOrganisation
from trato.imports.actions.applying import source_of
from trato.imports.models import Import, ImportChange
from trato.sales.actions import remove_orders, restore_orders
from trato.sales.models import Order, OrderLine

CHUNK = 2000
# What refers comes before what it refers to.
ORDER = (
    ("order", "created"),
    ("order", "updated"),
    ("event", "created"),
    ("remark", "created"),
    ("role", "created"),
    ("product", "created"),
    ("product", "updated"),
    ("customer", "created"),
    ("customer", "updated"),
    ("cost", "created"),
    ("cost", "updated"),
)

type Undo = Callable[[Import, list[ImportChange], datetime], list[int]]


def _until(run: Import) -> datetime:
    return run.finished_at or run.created_at


def _undone() -> list[str]:
    """The sources of the files that were taken back already."""
    return [source_of(run) for run in Import.objects.filter(state=Import.State.UNDONE).only("pk")]


def _undo_orders(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    ids = [change.object_id for change in changes]
    return remove_orders(ids, source=source_of(run), until=_until(run), as_of=at, undone=_undone())


def _restore_orders(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    before = {change.object_id: change.before for change in changes}
    return restore_orders(before, source=source_of(run), until=_until(run), at=at)


def _undo_events(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    remove_events([change.before for change in changes], as_of=at)
    return []


def _undo_remarks(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    remove_remarks([change.object_id for change in changes], source=source_of(run))
    return []


def _undo_roles(_run: Import, changes: list[ImportChange], _at: datetime) -> list[int]:
    remove_roles([change.object_id for change in changes])
    return []


def _undo_products(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    ids = [change.object_id for change in changes]
    sold = set(OrderLine.objects.filter(product__in=ids).values_list("product_id", flat=True))
    return remove_products(ids, until=_until(run), referred=sold)


def _restore_products(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    kept: set[int] = set()
    for before in _rounds(changes):
        kept |= set(restore_products(before, until=_until(run), at=at))
    return sorted(kept)


def _rounds(changes: list[ImportChange]) -> Iterator[dict[int, Any]]:
    """What records were before, the last change of each first, as they are taken back."""
    left = sorted(changes, key=lambda change: -change.pk)
    while left:
        last: dict[int, ImportChange] = {}
        for change in left:
            last.setdefault(change.object_id, change)
        yield {pk: change.before for pk, change in last.items()}
        gone = {change.pk for change in last.values()}
        left = [change for change in left if change.pk not in gone]


def _undo_customers(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    ids = [change.object_id for change in changes]
    buyers = Order.objects.filter(customer__in=ids).values_list("customer_id", flat=True)
    busy = Task.objects.filter(customer__in=ids).values_list("customer_id", flat=True)
    roles = RoleInOrganisation.objects.filter(organisation__in=ids).exclude(person__in=ids)
    joined = roles.values_list("organisation_id", flat=True)
    referred = {pk for pk in (*buyers, *busy, *joined) if pk}
    return remove_created(
        ids, source=source_of(run), until=_until(run), referred=referred, undone=_undone()
    )


def _restore_customers(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    left: set[int] = set()
    for before in _rounds(changes):
        left |= set(restore_customers(before, at=at))
    return sorted(left)


def _undo_costs(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    return remove_costs([change.object_id for change in changes], until=_until(run))


def _restore_costs(run: Import, changes: list[ImportChange], at: datetime) -> list[int]:
    before = {change.object_id: change.before for change in changes}
    return restore_costs(before, until=_until(run), at=at)


UNDO: dict[tuple[str, str], Undo] = {
    ("order", "created"): _undo_orders,
    ("order", "updated"): _restore_orders,
    ("event", "created"): _undo_events,
    ("remark", "created"): _undo_remarks,
    ("role", "created"): _undo_roles,
    ("product", "created"): _undo_products,
    ("product", "updated"): _restore_products,
    ("customer", "created"): _undo_customers,
    ("customer", "updated"): _restore_customers,
    ("cost", "created"): _undo_costs,
    ("cost", "updated"): _restore_costs,
}


def undo_chunk(run_id: int, *, at: datetime) -> bool:
    """Take back the next records; returns whether there was anything left.

    What was changed after the import, or is referred to by something later, is kept and remembered.
    """
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=run_id)
        for model, action in ORDER:
            chosen = run.changes.filter(model=model, action=action).order_by("-pk")
            changes = list(chosen[:CHUNK])
            if changes:
                break
        else:
            return False
        kept = set(UNDO[model, action](run, changes, at))
        _remember(run, changes, kept)
        taken = sum(change.object_id not in kept for change in changes)
        _count(run, model, taken, len(kept))
    return True


def _remember(run: Import, changes: list[ImportChange], kept: set[int]) -> None:
    """Forget what was taken back, and of what was kept all but which it was."""
    left = {change.object_id: change.pk for change in changes if change.object_id in kept}
    run.changes.filter(pk__in=left.values()).update(action=ImportChange.Action.KEPT, before=None)
    gone = {change.pk for change in changes} - set(left.values())
    run.changes.filter(pk__in=gone).delete()


def _count(run: Import, model: str, undone: int, kept: int) -> None:
    counts = Counter(run.counts.get("undone", {}))
    counts[model] += undone
    counts["kept"] += kept
    run.counts["undone"] = dict(counts)
    run.save(update_fields=["counts"])
