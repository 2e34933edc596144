import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pytest_django import Settings

from tests import make
from trato.analytics import sums
from trato.insight.refresh import engines
from trato.insight.warehouse import lake

sql = pytest.importorskip("pyspark.sql", reason="The extra trato[spark] is not installed.")
JAVA = os.environ.get("JAVA_HOME") or shutil.which("java")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not JAVA, reason="Spark needs Java, and there is none here."),
]


@pytest.fixture
def small_spark() -> Iterator[None]:
    """A session for a few rows: `engines` takes the one there is."""
    builder = sql.SparkSession.builder.master("local[1]").appName("trato")
    options = {"spark.sql.shuffle.partitions": "1", "spark.ui.enabled": "false"}
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield
    session.stop()


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> lake.Lake:
    """Three customers, one of whom has bought since the base was written."""
    settings.LAKE = str(tmp_path / "lake")
    people = [make.customer() for _each in range(3)]
    for number, who in enumerate(people):
        for days in (1, 20, 50 + number):
            make.order(who, "10", at=make.NOW - timedelta(days=days))
    lake.update(at=make.NOW)
    make.order(people[1], "7", at=make.NOW)
    found = lake.update(at=make.NOW).lake
    assert "lines" in found.manifest.beside
    return found


@pytest.mark.usefixtures("small_spark")
def test_spark_adds_up_the_same_with_some_customers_beside(
    settings: Settings, source: lake.Lake
) -> None:
    here = engines.bought(source, make.NOW.date())
    settings.SPARK = "local[1]"
    there = engines.bought(source, make.NOW.date())
    for mine, its in ((here.days, there.days), (here.table, there.table)):
        assert mine.schema == its.schema
        for name in mine.column_names:
            np.testing.assert_allclose(mine[name].to_numpy(), its[name].to_numpy(), err_msg=name)


@pytest.mark.usefixtures("small_spark")
def test_an_expression_comes_to_the_same_with_some_customers_beside(
    settings: Settings, source: lake.Lake
) -> None:
    goods = source.products["product"]
    given = {"categories": pa.table({"product": goods, "category": ["all"] * len(goods)})}
    spending = partial(sums.spending, as_of=make.NOW.date())
    here = engines.added_up(source, ["day", "product", "amount"], spending, **given)
    settings.SPARK = "local[1]"
    there = engines.added_up(source, ["day", "product", "amount"], spending, **given)
    assert sorted(here["amount"].to_pylist()) == [30.0, 30.0, 37.0]
    assert here.sort_by("customer").to_pylist() == there.sort_by("customer").to_pylist()
