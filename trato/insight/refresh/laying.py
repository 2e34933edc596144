"""The rows of the marts laid out for the pages, once a refresh is done."""

from collections.abc import Mapping
from typing import LiteralString

import duckdb

from trato.insight import marts, periods
from trato.insight.marts import LAID_OUT, WHOSE, Marts
from trato.insight.queries.economics import spenders
from trato.insight.queries.filters import Filter
from trato.insight.queries.profitability import brought
from trato.insight.queries.statement import run
from trato.insight.warehouse.engine import engine

_MEMORY = "500MB"
_WHOSE: LiteralString = ", ".join(WHOSE)
# What tells of one customer alone, and no page adds up.
_OF_ONE = {
    "scores": (
        "rhythm_low",
        "rhythm_high",
        "habit",
        "lapse_on",
        "next_due",
        "usual_hour",
        "usual_weekday",
        "usual_store",
        "usual_channel",
        "p_alive",
        "lifetime_value_low",
        "lifetime_value_high",
        "recency",
        "age",
        "frequency",
        "monetary",
        "stage_cause",
        "region",
        "may_profile",
    ),
    "transitions": ("customer", "cause"),
    "months": ("customer",),
}


def lay_out(kept: Marts, prices: Mapping[str, float]) -> str:
    """A new file beside those of the marts; returns its name. Nobody reads it before it is told.

    ``prices`` is their level by month, as the last judgement of loyalty found it.
    """
    name = kept.place.new_name(LAID_OUT, "duckdb")
    path = kept.place.path(name).replace("'", "''")
    with engine(memory=_MEMORY) as database:
        database.execute(f"ATTACH '{path}' AS made")
        _scores(database, kept)
        for noun in marts.OF_CUSTOMERS:
            _rows(database, kept, noun)
        for noun in ("sales", *marts.CUBES):
            source = marts.table(kept, noun)
            database.execute(f"CREATE TABLE made.{noun} AS FROM {source} ORDER BY {_WHOSE}")
        database.execute("USE made")
        for noun, columns in marts.ADDED_UP.items():
            database.execute(f"CREATE TABLE {noun} ({columns})")
        _earned(database, kept)
        run(database, "INSERT INTO spenders", spenders(kept.as_of, prices, by=_WHOSE))
        database.execute("USE memory; DETACH made")
    return name


def _scores(database: duckdb.DuckDBPyConnection, kept: Marts) -> None:
    rows = f"SELECT * EXCLUDE ({', '.join(_OF_ONE['scores'])}) FROM {marts.table(kept, 'scores')}"  # noqa: S608
    database.execute(f"CREATE TABLE made.scores AS {rows} ORDER BY {_WHOSE}, customer")
    # To sort by one number takes half of what it takes to sort by four columns.
    places = f"SELECT customer, {_WHOSE}, rowid::INTEGER AS place FROM made.scores"  # noqa: S608
    database.execute(f"CREATE TABLE whose AS {places}")


def _rows(database: duckdb.DuckDBPyConnection, kept: Marts, noun: str) -> None:
    columns = f"{_WHOSE}, whose.customer, k.* EXCLUDE ({', '.join(_OF_ONE[noun])})"
    rows = f"SELECT {columns} FROM {marts.table(kept, noun)} k"  # noqa: S608 our names
    database.execute(
        f"CREATE TABLE made.{noun} AS {rows} JOIN whose ON whose.customer = k.customer"
        " ORDER BY place"
    )


def _earned(database: duckdb.DuckDBPyConnection, kept: Marts) -> None:
    for period in periods.words():
        start, end = periods.ends(period, kept.as_of)
        if start is None or end is None:
            continue
        run(
            database,
            "INSERT INTO earned",
            brought(Filter(start=start, end=end), by="start, until, " + _WHOSE),
        )
