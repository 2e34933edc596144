"""The same for many customers at once, and taking it back: a statement a chunk, not a row."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from procrastinate.contrib.django import app

from trato.customers.actions.events import NewEvent, record_events
from trato.customers.models import BulkChange, BulkChangeRow, Customer, EventKind
from trato.identity.models import User

CHUNK = 2_000

type _Row = tuple[int, Any, Any]


@dataclass(frozen=True, slots=True)
class _Way:
    """How a column ``c`` is set to ``after`` and back to what ``r`` remembers, in SQL."""

    column: str
    new: str
    differs: str
    still: str
    old: str


def _scalar(column: str, kind: str, old: str) -> _Way:
    after = f"%(after)s::{kind}"
    return _Way(
        column=column,
        new=after,
        differs=f"c.{column} IS DISTINCT FROM {after}",
        still=f"c.{column} IS NOT DISTINCT FROM {after}",
        old=old,
    )


# Whoever or whatever team is no longer there is not put back.
_LINKED = "(SELECT id FROM {table} WHERE id = (r.before #>> '{{}}')::bigint)"
_TAGS = "ARRAY(SELECT jsonb_array_elements_text(r.before))::varchar[]"
_WAYS = {
    "owner_id": _scalar("owner_id", "bigint", _LINKED.format(table="identity_user")),
    "team_id": _scalar("team_id", "bigint", _LINKED.format(table="identity_team")),
    "status": _scalar("status", "varchar", "r.before #>> '{}'"),
    # One tag more, for who does not have it.
    "tags": _Way(
        column="tags",
        new="array_append(c.tags, %(after)s::varchar)",
        differs="NOT c.tags @> ARRAY[%(after)s::varchar]",
        still=f"c.tags = array_append({_TAGS}, %(after)s::varchar)",
        old=_TAGS,
    ),
    # One tag less, for who has it.
    "tags_less": _Way(
        column="tags",
        new="array_remove(c.tags, %(after)s::varchar)",
        differs="c.tags @> ARRAY[%(after)s::varchar]",
        still=f"c.tags = array_remove({_TAGS}, %(after)s::varchar)",
        old=_TAGS,
    ),
}

# The rows are locked in the order of their ids, so that two of these never wait for each other.
_LOCKED = """
WITH part AS MATERIALIZED (
  SELECT c.id, to_jsonb(c.{column}) AS held, r.is_set, r.before
  FROM customers_bulkchangerow r JOIN customers_customer c ON c.id = r.customer_id
  WHERE r.change_id = %(change)s AND r.customer_id > %(place)s AND r.customer_id <= %(end)s
  ORDER BY c.id FOR UPDATE OF c
)"""
# The bounds once more: without them PostgreSQL may compare every row with every customer.
_CHANGE = """, changed AS (
  UPDATE customers_customer c SET {column} = {new}, updated_at = %(at)s
  FROM part r WHERE c.id = r.id AND {differs}
  RETURNING c.id, r.held, to_jsonb(c.{column}) AS after
), remembered AS (
  UPDATE customers_bulkchangerow r SET is_set = true, before = changed.held
  FROM changed WHERE r.change_id = %(change)s AND r.customer_id = changed.id
    AND r.customer_id > %(place)s AND r.customer_id <= %(end)s
)
SELECT id, held, after FROM changed"""
_PUT_BACK = """, changed AS (
  UPDATE customers_customer c SET {column} = {old}, updated_at = %(at)s
  FROM part r WHERE c.id = r.id AND r.is_set AND {still}
  RETURNING c.id, r.held, to_jsonb(c.{column}) AS after
)
SELECT id, held, after FROM changed"""


@transaction.atomic
def change_together(
    customers: QuerySet[Customer],
    *,
    field: str,
    value: Any,
    at: datetime,
    user: User,
    later: bool = False,
) -> BulkChange:
    """Set one field of many customers (``tags`` adds one, ``tags_less`` takes one off),
    remembering what it was.

    ``customers`` are those that the user may see, as they are now; ``later`` leaves the work to
    a job.
    """
    if field not in _WAYS:
        raise ValueError(field)
    change = BulkChange.objects.create(user=user, field=field, after=value, at=at)
    change.total = _choose(change, customers)
    change.save(update_fields=["total"])
    return _begun(change, "change_together", at=at, later=later)


@transaction.atomic
def undo_together(change: BulkChange, *, at: datetime, later: bool = False) -> BulkChange:
    """Put back what a bulk change set; who was changed again since is left alone."""
    row = BulkChange.objects.select_for_update().get(pk=change.pk)
    if not row.may_be_undone:
        return row
    row.state, row.place, row.done = BulkChange.State.UNDOING, 0, 0
    row.save(update_fields=["state", "place", "done"])
    return _begun(row, "undo_together", at=at, later=later)


def _begun(change: BulkChange, task: str, *, at: datetime, later: bool) -> BulkChange:
    if later:
        app.configure_task(f"trato.customers.jobs.{task}").defer(change_id=change.pk)
        return change
    return run_together(change.pk, at=at)


def _choose(change: BulkChange, customers: QuerySet[Customer]) -> int:
    """Write down whom it is about: later others may match the same filters."""
    try:
        found, params = customers.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as sql:
        sql.execute(
            "INSERT INTO customers_bulkchangerow (change_id, customer_id, is_set)"  # noqa: S608
            f" SELECT %s, found.id, false FROM ({found}) AS found(id) ON CONFLICT DO NOTHING",
            [change.pk, *params],
        )
        return int(sql.rowcount)


def run_together(change_id: int, *, at: datetime) -> BulkChange:
    """Do the chunks that are left, each in its own transaction."""
    change = BulkChange.objects.select_related("user").get(pk=change_id)
    with pghistory.context(user=change.user_id):
        while change.is_working:
            change = _chunk(change_id, at=at)
    return change


@transaction.atomic
def _chunk(change_id: int, *, at: datetime) -> BulkChange:
    """Change the next customers and tell the log of it; the last chunk ends the work."""
    change = (
        BulkChange.objects.select_for_update(of=("self",)).select_related("user").get(pk=change_id)
    )
    if not change.is_working:
        return change
    rows = BulkChangeRow.objects.filter(change=change_id, customer__gt=change.place)
    ids = rows.order_by("customer").values_list("customer")[:CHUNK]
    end = ids.aggregate(end=Max("customer"))["end"]
    if end is None:
        return _ended(change)
    touched = _write(change, end, at=at)
    _tell(change, touched, at=at)
    change.done = min(change.done + CHUNK, change.total)
    change.place = end
    if change.state == BulkChange.State.CHANGING:
        change.changed += len(touched)
    else:
        change.put_back += len(touched)
    change.save(update_fields=["done", "place", "changed", "put_back"])
    return change


def _ended(change: BulkChange) -> BulkChange:
    is_change = change.state == BulkChange.State.CHANGING
    change.state = BulkChange.State.CHANGED if is_change else BulkChange.State.UNDONE
    change.done = change.total
    change.save(update_fields=["state", "done"])
    return change


def _write(change: BulkChange, end: int, *, at: datetime) -> list[_Row]:
    """One statement; returns the customers it touched, with the value before and after."""
    way = _WAYS[change.field]
    work = _CHANGE if change.state == BulkChange.State.CHANGING else _PUT_BACK
    words = {"column": way.column, "new": way.new, "differs": way.differs}
    words |= {"still": way.still, "old": way.old}
    params = {"change": change.pk, "place": change.place, "end": end}
    with connection.cursor() as sql:
        sql.execute((_LOCKED + work).format(**words), params | {"after": change.after, "at": at})
        return [(pk, _value(before), _value(after)) for pk, before, after in sql.fetchall()]


def _value(shown: str | None) -> Any:
    """A raw cursor brings JSON as text."""
    return None if shown is None else json.loads(shown)


def _tell(change: BulkChange, rows: list[_Row], *, at: datetime) -> None:
    column = _WAYS[change.field].column
    kind = EventKind.STATUS_CHANGED if column == "status" else EventKind.CUSTOMER_CHANGED
    record_events(
        [
            NewEvent(
                customer_id=pk,
                kind=kind,
                at=at,
                payload={"changes": {column: [before, after]}},
            )
            for pk, before, after in rows
        ],
        recorded_at=at,
        user=change.user,
    )


def fail_together(change_id: int) -> None:
    """Given up: what was changed stays and can be undone."""
    working = BulkChange.objects.filter(pk=change_id)
    working = working.filter(state__in=[BulkChange.State.CHANGING, BulkChange.State.UNDOING])
    working.update(state=BulkChange.State.FAILED)


def forget_together(*, before: datetime) -> int:
    """Old changes are no longer undone; returns how many were forgotten."""
    return BulkChange.objects.filter(at__lt=before).delete()[0]
