"""The scores into the database: all at once, or only those that are others."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from trato.analytics.runs import Column
from trato.customers.actions import NewEvent, record_events
from trato.customers.models import CustomerScore, EventKind
from trato.insight.refresh.aligning import Aligned, in_sorted
from trato.insight.refresh.scoring import KEPT
from trato.kit.bulk import read_numbers, swap_in, write_table

SCORES = CustomerScore._meta.db_table
_POINTS = {"customer_id": "customers_customer", "segment_id": "customers_microsegment"}
# With more rows than this that are others, a new table is written sooner than the old one mended.
_MOST_MENDED = 0.25
SOURCE = "insight"


def write_scores(scores: pa.Table, before: pa.Table | None, stages: Column | None) -> int:
    """Returns how many rows were written. ``before`` is the mart that was written last, ``stages``
    those that the database has now: a person may have said otherwise since."""
    rows = _for_database(scores)
    others = None
    is_same = before is not None and scores["customer"].equals(before["customer"])
    if before is not None and is_same and stages is not None:
        others = _others(rows, _for_database(before), stages)
    if others is None or others.sum() > _MOST_MENDED * rows.num_rows:
        return swap_in(SCORES, rows, points_at=_POINTS)
    return _mend(rows.filter(pa.array(others)))


def mend_scores(some: pa.Table, before: pa.Table, stages: Column) -> int:
    """The same of some customers, whoever else there is."""
    then, ids = before["customer"].to_numpy(), some["customer"].to_numpy()
    place = np.searchsorted(then, ids)
    old = before.take(pa.array(place, mask=~in_sorted(ids, then)))
    rows = _for_database(some)
    return _mend(rows.filter(pa.array(_others(rows, _for_database(old), stages))))


def _for_database(scores: pa.Table) -> pa.Table:
    names = {"customer": "customer_id", "segment": "segment_id"}
    kept = scores.select(KEPT)
    return kept.rename_columns([names.get(name, name) for name in kept.column_names])


def _others(rows: pa.Table, before: pa.Table, stages: Column) -> Column:
    """Which rows differ from what was written last."""
    differ: Column = rows["stage"].to_numpy() != stages
    for name in rows.column_names:
        new, old = rows[name], before[name].cast(rows[name].type)
        same = pc.fill_null(pc.equal(new, old), False)
        both_empty = pc.and_(pc.is_null(new), pc.is_null(old))
        differ |= ~pc.or_(same, both_empty).to_numpy()
    return differ


def _mend(rows: pa.Table) -> int:
    """Customers who were deleted meanwhile are left out."""
    wanted = rows["customer_id"].to_pylist()
    with connection.cursor() as sql:
        sql.execute("SELECT id FROM customers_customer WHERE id = ANY(%s) FOR KEY SHARE", [wanted])
        there = pa.array([row[0] for row in sql.fetchall()], pa.int64())
        sql.execute(f"DELETE FROM {SCORES} WHERE customer_id = ANY(%s)", [wanted])  # noqa: S608 - our name
    return write_table(SCORES, rows.filter(pc.is_in(rows["customer_id"], there)))


def stages_now(scores: pa.Table) -> Column | None:
    """The stage that the database has of each row, 0 for none; nothing before the first refresh."""
    found = all_stages()
    return aligned(scores, found) if found.num_rows else None


def all_stages() -> pa.Table:
    """customer and stage, as the database has them."""
    return _stages("", [])


def stages_of(some: pa.Table) -> Column:
    """The same of some customers."""
    return aligned(some, _stages("WHERE customer_id = ANY(%s)", [some["customer"].to_pylist()]))


def _stages(condition: str, parameters: list[Any]) -> pa.Table:
    found = read_numbers(
        f"SELECT customer_id, stage::int4 FROM {SCORES} {condition} ORDER BY 1",  # noqa: S608 - our names
        parameters,
        [("customer", "i8"), ("stage", "i4")],
    )
    return pa.table(found)


def aligned(scores: pa.Table, stages: pa.Table) -> Column:
    """The stages of these rows, 0 for none."""
    known = Aligned(scores["customer"].to_numpy(), stages)["stage"]
    return np.asarray(pc.fill_null(known, 0).to_numpy(zero_copy_only=False))


def tell_changes(scores: pa.Table, before: Column, *, at: datetime, is_past: bool) -> int:
    """Events of those whose stage is another than it was.

    To be known is the first stage: that somebody became known has an event of its own.
    """
    stage = scores["stage"].to_numpy()
    moved = (stage != before) & ((before > 0) | (stage > 1))
    rows = scores.select(["customer", "stage", "stage_cause"]).filter(pa.array(moved))
    events = [
        NewEvent(
            customer_id=row["customer"],
            kind=EventKind.STAGE_CHANGED,
            at=at,
            payload={"from": int(was), "to": row["stage"], "cause": row["stage_cause"]},
        )
        for row, was in zip(rows.to_pylist(), before[moved], strict=True)
    ]
    return record_events(events, recorded_at=at, user=None, source=SOURCE, imported=is_past)
