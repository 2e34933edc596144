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


def write_marts(lake: Lake, found: Findings, scores: pa.Table) -> dict[str, str]:
    """The file of each mart, by its noun. Nobody reads them before they are published."""
    tables = {
        "scores": scores,
        "transitions": _transitions(found),
        "months": cubes.months(found.bought),
        "sales": cubes.sales(lake, scores, as_of=calendar.number(found.as_of)),
    }
    place = marts.place()
    return {
        noun: place.write(noun, table, statistics=_without_nan(table))
        for noun, table in tables.items()
    }


def _without_nan(table: pa.Table) -> list[str]:
    """The columns to keep statistics of: from those of a floating one DuckDB concludes that it has
    no NaN (decision 11)."""
    return [field.name for field in table.schema if not pa.types.is_floating(field.type)]


def _transitions(found: Findings) -> pa.Table:
    moves = found.journey.transitions
    days = moves["day"].cast(pa.int32()).cast(pa.date32())
    return follow(moves.set_column(moves.schema.get_field_index("day"), "day", days))
