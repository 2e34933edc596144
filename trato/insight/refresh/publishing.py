"""The marts of a refresh, written beside those in use."""

import pyarrow as pa

from trato.analytics import calendar
from trato.analytics.moves import follow
from trato.insight import marts
from trato.insight.refresh import cubes
from trato.insight.refresh.scoring import Findings
from trato.insight.warehouse.lake import Lake

# Rows of one customer are found by these. Statistics of numbers that may be NaN mislead DuckDB.
_FOUND_BY = ["customer"]


def tables(lake: Lake, found: Findings, scores: pa.Table) -> dict[str, pa.Table]:
    """The marts by their nouns."""
    return {
        "scores": scores,
        "transitions": _transitions(found),
        "months": cubes.months(found.bought),
        "sales": cubes.sales(lake, scores, as_of=calendar.number(found.as_of)),
    }


def write_marts(made: dict[str, pa.Table]) -> dict[str, str]:
    """The file of each mart, by its noun. Nobody reads them before they are published."""
    place = marts.place()
    return {noun: place.write(noun, table, statistics=_FOUND_BY) for noun, table in made.items()}


def _transitions(found: Findings) -> pa.Table:
    moves = found.journey.transitions
    days = moves["day"].cast(pa.int32()).cast(pa.date32())
    return follow(moves.set_column(moves.schema.get_field_index("day"), "day", days))
