"""Where purchases are added up: here in one pass, or on a Spark cluster when they outgrow it.

Both follow one definition (`trato.analytics.portable`); the pass here computes it faster.
"""

import importlib
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from trato.analytics import portable, purchases
from trato.analytics.purchases import DAYS, LINES, TABLE, Purchases
from trato.insight.warehouse.lake import Lake, Part


class NoSpark(Exception):
    """A cluster is set, and the extra that speaks with it is not installed."""


def bought(lake: Lake, as_of: date) -> Purchases:
    """The purchases of everybody in the lake. Raises NoSpark."""
    if not settings.SPARK or isinstance(lake, Part):
        return purchases.stream(lake.batches("lines", list(LINES)), as_of)
    session = _session(settings.SPARK)
    lines = nw.from_native(_lines(session, lake))
    days, table = portable.days(lines, as_of), portable.statistics(lines, as_of)
    return Purchases(as_of, _collected(days, DAYS, "day"), _collected(table, TABLE))


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


def _collected(frame: Any, schema: pa.Schema, *then: str) -> pa.Table:
    table = frame.collect(backend="pyarrow").to_native().select(schema.names)
    columns = [
        pc.fill_null(table[field.name], float("nan") if pa.types.is_floating(field.type) else -1)
        for field in schema
    ]
    named = pa.table(columns, names=schema.names).cast(schema)
    return named.sort_by([(name, "ascending") for name in ("customer", *then)])
