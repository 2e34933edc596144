"""Where lines are added up: here, or on a Spark cluster when they outgrow this machine.

An expression runs on DuckDB here and on the cluster there. Of purchases, which need the most, a
pass here computes faster what the expression says (`trato.analytics.portable`).
"""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from trato.analytics import portable, purchases
from trato.analytics.portable import Frame
from trato.analytics.purchases import DAYS, LINES, TABLE, Purchases
from trato.insight.refresh.reading import lines_reader
from trato.insight.warehouse.engine import engine
from trato.insight.warehouse.lake import Lake, Part

_MEMORY = "1GB"


class NoSpark(Exception):
    """A cluster is set, and the extra that speaks with it is not installed."""


def bought(lake: Lake, as_of: date) -> Purchases:
    """The purchases of everybody in the lake. Raises NoSpark."""
    if _is_here(lake):
        return purchases.stream(lake.batches("lines", list(LINES)), as_of)
    session = _session(settings.SPARK)
    lines = nw.from_native(_lines(session, lake))
    days, table = portable.days(lines, as_of), portable.statistics(lines, as_of)
    return Purchases(as_of, _collected(days, DAYS, "day"), _collected(table, TABLE))


def added_up(
    lake: Lake, columns: list[str], expression: Callable[..., Frame], **beside: pa.Table
) -> pa.Table:
    """What an expression of the lines, with these columns, and of tables beside them comes to, its
    rows in any order. Raises NoSpark."""
    if _is_here(lake):
        with engine(memory=_MEMORY) as database:
            database.register("lines", lines_reader(lake, columns))
            for name, rows in beside.items():
                database.register(name, rows)
            tables = {name: nw.from_native(database.table(name)) for name in ("lines", *beside)}
            return _native(expression(**tables))
    session = _session(settings.SPARK)
    tables = {name: nw.from_native(session.createDataFrame(rows)) for name, rows in beside.items()}
    return _native(expression(lines=nw.from_native(_lines(session, lake)), **tables))


def _is_here(lake: Lake) -> bool:
    """Some customers are not worth the way to a cluster."""
    return not settings.SPARK or isinstance(lake, Part)


def _session(address: str) -> Any:
    try:
        sql = importlib.import_module("pyspark.sql")
    except ImportError:
        raise NoSpark("TRATO_SPARK is set: install trato[spark].") from None
    return sql.SparkSession.builder.master(address).appName("trato").getOrCreate()


def _lines(session: Any, lake: Lake) -> Any:
    """The files as the cluster reads them: the folder must be one that its workers see, too."""
    files = lake.manifest
    base = session.read.parquet(lake.place.path(files.base["lines"]))
    if "lines" not in files.beside:
        return base
    changed = session.createDataFrame([(one,) for one in files.changed], "customer long")
    beside = session.read.parquet(lake.place.path(files.beside["lines"]))
    return base.join(changed, "customer", "left_anti").unionByName(beside)


def _native(frame: Frame) -> pa.Table:
    table: pa.Table = frame.collect(backend="pyarrow").to_native()
    return table


def _collected(frame: Any, schema: pa.Schema, *then: str) -> pa.Table:
    table = _native(frame).select(schema.names)
    columns = [
        pc.fill_null(table[field.name], float("nan") if pa.types.is_floating(field.type) else -1)
        for field in schema
    ]
    named = pa.table(columns, names=schema.names).cast(schema)
    return named.sort_by([(name, "ascending") for name in ("customer", *then)])
