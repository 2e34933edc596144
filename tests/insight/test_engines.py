import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from tests import make
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


@pytest.mark.usefixtures("small_spark")
def test_spark_adds_up_the_same_with_some_customers_beside(
    settings: Settings, tmp_path: Path
) -> None:
    settings.LAKE = str(tmp_path / "lake")
    people = [make.customer() for _each in range(3)]
    for number, who in enumerate(people):
        for days in (1, 20, 50 + number):
            make.order(who, "10", at=make.NOW - timedelta(days=days))
    lake.update(at=make.NOW)
    make.order(people[1], "7", at=make.NOW)
    found = lake.update(at=make.NOW).lake
    assert "lines" in found.manifest.beside
    here = engines.bought(found, make.NOW.date())
    settings.SPARK = "local[1]"
    there = engines.bought(found, make.NOW.date())
    for mine, its in ((here.days, there.days), (here.table, there.table)):
        assert mine.schema == its.schema
        for name in mine.column_names:
            np.testing.assert_allclose(mine[name].to_numpy(), its[name].to_numpy(), err_msg=name)
