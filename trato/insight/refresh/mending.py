"""The marts of the last refresh, with what some customers have done since worked into them.

The others stand where they stood: they are measured by the same day and the same learnt figures.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics import calendar
from trato.analytics.runs import Column
from trato.customers.models import StageCause
from trato.insight.marts import Marts
from trato.insight.refresh import cubes, publishing, scoring
from trato.insight.refresh.aligning import Aligned, in_sorted
from trato.insight.refresh.finding import Findings
from trato.insight.warehouse import merging
from trato.insight.warehouse.lake import Update

# With more customers than this in other cells, the cube is added up anew.
_MOST = 0.25


@dataclass(frozen=True)
class Few:
    """The rows of ``scores`` that may be others, and all of them as they were ``before``."""

    scores: pa.Table
    before: pa.Table


@dataclass(frozen=True)
class Mended:
    """The marts by their nouns, ``scores`` among them, and who of these may have changed: nothing
    when all may."""

    marts: dict[str, publishing.Rows]
    scores: pa.Table
    few: Few | None = None


def mend(
    last: Marts, update: Update, found: Findings, scores: pa.Table, overrides: scoring.Overrides
) -> Mended:
    """``found`` and ``scores`` are of all who changed or are new since ``last``."""
    people, before = update.lake.customers, last.read("scores")
    ids, again = people["customer"].to_numpy(), scores["customer"].to_numpy()
    then = before["customer"].to_numpy()
    away = np.union1d(again, then[~in_sorted(then, ids)])
    whole = pa.Table.from_batches(
        _merged(before.to_batches() or merging.batches(before), scores, away)
    )
    told = _told(before, overrides, again)
    whole = _with_stages(_described(whole, people), last, told, overrides, found)
    marts: dict[str, publishing.Rows] = {
        noun: _merged(last.place.batches(last.files[noun]), publishing.of_known(new, ids), away)
        for noun, new in (
            ("transitions", publishing.transitions(found)),
            ("months", found.months),
        )
    }
    marts |= {"scores": whole, "sales": _sales(last, update, before, whole, found)}
    return Mended(marts, whole, Few(_rows(whole, np.union1d(again, told)), before))


def _merged(old: Iterable[pa.RecordBatch], new: pa.Table, away: Column) -> Iterator[pa.RecordBatch]:
    """The old rows but for those of some customers, with the new ones."""
    rest = iter(old)
    first = next(rest)
    new = new.select(first.schema.names).cast(first.schema)
    return merging.merged(chain([first], rest), new, away)


def _described(scores: pa.Table, people: pa.Table) -> pa.Table:
    """With who everybody is now."""
    for name, column in scoring.who(people, scores["first_day"]).items():
        place = scores.schema.get_field_index(name)
        scores = scores.set_column(place, scores.schema.field(place), column)
    return scores


def _told(before: pa.Table, overrides: scoring.Overrides, again: Column) -> Column:
    """Of whom else somebody said, or had said, what stage they are in."""
    said = before.filter(pc.equal(before["stage_cause"], StageCause.OVERRIDE.value))
    all_told = np.union1d(said["customer"].to_numpy(), np.array(sorted(overrides), np.int64))
    return np.setdiff1d(all_told, again)


def _with_stages(
    scores: pa.Table, last: Marts, told: Column, overrides: scoring.Overrides, found: Findings
) -> pa.Table:
    """With the stages of those of whom somebody said them: what they do tells their last move."""
    is_told = in_sorted(scores["customer"].to_numpy(), told)
    if not is_told.any():
        return scores
    some = scores.filter(pa.array(is_told))
    moves = pa.Table.from_batches(
        merging.picked(batch, told) for batch in last.place.batches(last.files["transitions"])
    )
    moves = moves.filter(pc.is_null(moves["until"])).unify_dictionaries()
    current = pa.table(
        {
            "customer": moves["customer"],
            "stage": moves["to_stage"],
            "stage_since": moves["day"].cast(pa.int32()),
            "stage_cause": moves["cause"],
        }
    )
    ids, end = some["customer"].to_numpy(), calendar.number(found.as_of)
    last_day = some["last_day"].combine_chunks().cast(pa.int32())
    stages = scoring.stages(ids, Aligned(ids, current), last_day, overrides, end)
    mask = pa.array(is_told)
    for name, column in stages.items():
        place = scores.schema.get_field_index(name)
        mended = pc.replace_with_mask(scores[name].combine_chunks(), mask, column)
        scores = scores.set_column(place, scores.schema.field(place), mended)
    return scores


def _sales(
    last: Marts, update: Update, before: pa.Table, scores: pa.Table, found: Findings
) -> pa.Table:
    """The sums of the lines as they were are taken away, those of the lines as they are put in."""
    moved = _moved(before, scores)
    whom = np.union1d(moved, np.array(update.changed, np.int64))
    end = calendar.number(found.as_of)
    if update.before is None or whom.size > _MOST * scores.num_rows:
        return cubes.sales(update.lake, scores, as_of=end)
    whole = last.read("sales")
    if cubes.has_moved_products(whole, update.lake):
        return cubes.sales(update.lake, scores, as_of=end)
    gone, come = (
        cubes.sales_of(lake, _rows(table, whom), as_of=end).cast(whole.schema)
        for lake, table in ((update.before, before), (update.lake, scores))
    )
    return cubes.mended(whole, gone, come, update.lake)


def _rows(scores: pa.Table, whom: Column) -> pa.Table:
    return scores.filter(pa.array(in_sorted(scores["customer"].to_numpy(), whom)))


def _moved(before: pa.Table, scores: pa.Table) -> Column:
    """Who belongs to other cells of the cube than before."""
    then, ids = before["customer"].to_numpy(), scores["customer"].to_numpy()
    differ = np.zeros(ids.size, bool)
    was = Aligned(ids, before.select(["customer", *cubes.WHO]))
    for name in cubes.WHO:
        now = pc.fill_null(scores[name].combine_chunks(), -1).to_numpy()
        differ |= now != pc.fill_null(was[name], -1).to_numpy()
    return np.asarray(ids[differ & in_sorted(ids, then)])
