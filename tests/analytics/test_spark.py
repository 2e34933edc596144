"""The same expressions on DuckDB and on a Spark cluster: a master and two workers on loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.analytics.lines import beside, chance, with_pieces
from trato.analytics import calendar, portable, sums

pyspark = pytest.importorskip("pyspark", reason="The extra trato[spark] is not installed.")
JAVA = os.environ.get("JAVA_HOME") or shutil.which("java")
pytestmark = pytest.mark.skipif(not JAVA, reason="Spark needs Java, and there is none here.")

AS_OF: date = calendar.day(19_050)
WORKERS = 2
PATIENCE = 240
# For a few seconds of work neither optimised code nor many threads pay.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session on a standalone cluster; all of it ends with the tests."""
    folder = tmp_path_factory.mktemp("spark")
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    begun = [_begin(folder, "master.Master", "--port", str(port), "--webui-port", "0")]
    session = None
    try:
        for number in range(WORKERS):
            options = ("--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir")
            begun.append(
                _begin(folder, "worker.Worker", *options, str(folder / str(number)), address)
            )
        _wait_for(folder / "master.Master.log", "Registering worker", WORKERS)
        session = _session(address)
        yield session
    finally:
        if session:
            session.stop()
        for process in begun:
            process.terminate()
        for process in begun:
            process.wait(timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _begin(folder: Path, part: str, *options: str) -> subprocess.Popen[bytes]:
    command = Path(pyspark.__file__).parent / "bin" / "spark-class"
    name = f"org.apache.spark.deploy.{part}"
    with (folder / f"{part}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            [command, name, "--host", "127.0.0.1", *options],
            env=_environment(),
            stdout=log,
            stderr=log,
        )


def _environment() -> dict[str, str]:
    return os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": QUICK,
        "PYSPARK_PYTHON": sys.executable,
    }


def _wait_for(log: Path, words: str, times: int) -> None:
    until = time.monotonic() + PATIENCE
    while log.read_text(errors="replace").count(words) < times:
        if time.monotonic() > until:
            pytest.fail(f"Spark did not come up:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


def _session(address: str) -> Any:
    os.environ.update(_environment())
    builder = pyspark.sql.SparkSession.builder.master(address).appName("trato")
    options = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.executor.memory": "512m",
        "spark.driver.extraJavaOptions": QUICK,
        "spark.executor.extraJavaOptions": QUICK,
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.showConsoleProgress": "false",
        "spark.ui.enabled": "false",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    pq.write_table(with_pieces(chance(7, 4_000, 300)), folder / "lines.parquet")
    return folder / "lines.parquet"


def _found(frame: portable.Frame, *by: str) -> pa.Table:
    order = [(name, "ascending") for name in ("customer", *by)]
    return frame.collect(backend="pyarrow").to_native().sort_by(order)


def _same(one: pa.Table, other: pa.Table) -> None:
    assert one.column_names == other.column_names
    assert one.num_rows == other.num_rows > 0
    for name in one.column_names:
        if not pa.types.is_floating(one[name].type) and not pa.types.is_integer(one[name].type):
            assert one[name].to_pylist() == other[name].to_pylist(), name
            continue
        mine, its = (
            table[name].cast(pa.float64()).to_numpy(zero_copy_only=False) for table in (one, other)
        )
        np.testing.assert_allclose(mine, its, rtol=1e-9, err_msg=name)


def test_the_cluster_has_two_workers(cluster: Any) -> None:
    assert cluster.sparkContext.master.startswith("spark://")
    until = time.monotonic() + PATIENCE
    # They come one after the other; the session itself is counted, too.
    while (found := cluster.sparkContext._jsc.sc().getExecutorMemoryStatus().size()) <= WORKERS:
        assert time.monotonic() < until, f"{found - 1} workers"
        time.sleep(0.2)
    assert found - 1 == WORKERS


def test_statistics_are_the_same_on_both_engines(cluster: Any, lake: Path) -> None:
    here = nw.from_native(duckdb.connect().read_parquet(str(lake)))
    there = nw.from_native(cluster.read.parquet(str(lake)))
    _same(_found(portable.statistics(here, AS_OF)), _found(portable.statistics(there, AS_OF)))


def test_sums_are_the_same_on_both_engines(cluster: Any, lake: Path) -> None:
    database = duckdb.connect()
    here = {"lines": nw.from_native(database.read_parquet(str(lake)))}
    there = {"lines": nw.from_native(cluster.read.parquet(str(lake)))}
    for name, rows in beside(pq.read_table(lake), AS_OF).items():
        database.register(name, rows)
        here[name] = nw.from_native(database.table(name))
        there[name] = nw.from_native(cluster.createDataFrame(rows))
    for expression, names, by in (
        (sums.spending, ("lines", "categories"), ("category",)),
        (sums.paid, ("lines", "cohorts", "months"), ("product", "month")),
    ):
        mine, its = (
            _found(expression(**{name: tables[name] for name in names}, as_of=AS_OF), *by)
            for tables in (here, there)
        )
        _same(mine, its)
