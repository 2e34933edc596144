"""The marts of a refresh, written beside those in use."""

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa

from trato.analytics import calendar
from trato.analytics.moves import follow
from trato.analytics.runs import Column
from trato.insight import marts
from trato.insight.refresh import cubes
from trato.insight.refresh.aligning import in_sorted
from trato.insight.refresh.finding import Findings
from trato.insight.warehouse.engine import engine, reach
from trato.insight.warehouse.place import Place

# Rows of one customer are found by these. Statistics of numbers that may be NaN mislead DuckDB.
_FOUND_BY = ["customer"]

_MEMORY = "500MB"

type Rows = pa.Table | Iterator[pa.RecordBatch]


def tables(found: Findings, scores: pa.Table) -> dict[str, pa.Table]:
    """The marts by their nouns."""
    end, ids = calendar.number(found.as_of), scores["customer"].to_numpy()
    return {
        "scores": scores,
        "transitions": of_known(transitions(found), ids),
        "months": of_known(found.months, ids),
        "sales": cubes.sales(found.source, scores, as_of=end),
    }


def of_known(table: pa.Table, ids: Column) -> pa.Table:
    """Without those who are no customers any more but have left signals."""
    customer = table["customer"].to_numpy()
    known = in_sorted(customer, ids)
    return table if known.all() else table.filter(pa.array(known))


def write_marts(made: Mapping[str, Rows]) -> dict[str, str]:
    """The file of each mart, by its noun. Nobody reads them before they are published."""
    place = marts.place()
    files = {
        noun: place.write_blocks(
            noun, iter([rows]) if isinstance(rows, pa.Table) else rows, statistics=_FOUND_BY
        )
        for noun, rows in made.items()
    }
    return files | _cubes(place, files)


def _cubes(place: Place, files: Mapping[str, str]) -> dict[str, str]:
    """What is in these files, added up: with many segments, teams and owners there are millions of
    sums."""
    with engine(memory=_MEMORY) as database:
        reach(database, place)
        marts.describe(database, marts.Marts(place, run=0, as_of=date.min, files=files))
        return {
            cube: place.write(cube, database.table(cube).to_arrow_table()) for cube in marts.CUBES
        }


def rows_of(files: Mapping[str, str]) -> int:
    place = marts.place()
    return sum(place.rows(files[noun]) for noun in marts.NOUNS)


def transitions(found: Findings) -> pa.Table:
    moves = found.journey.transitions
    days = moves["day"].cast(pa.int32()).cast(pa.date32())
    return follow(moves.set_column(moves.schema.get_field_index("day"), "day", days))
