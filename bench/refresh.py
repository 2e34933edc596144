"""The refresh of the analysis: everything, and after one customer in a hundred bought again."""

import csv
import io
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from bench.measure import postmaster_cpu
from trato.catalog.models import Product
from trato.customers.models import Customer, ExternalId
from trato.imports import actions
from trato.sales.models import OrderLine

_ONE_IN = 100


@dataclass(frozen=True)
class Refreshed:
    """Seconds, and megabytes at the most, of the command."""

    wall: float
    cpu: float
    database: float
    megabytes: float
    steps: list[dict[str, Any]]


def run() -> Iterator[str]:
    size = f"{Customer.objects.count():,} customers, {OrderLine.objects.count():,} lines"
    whole = _refresh("--full")
    yield _row(f"refresh, everything: {size}", whole)
    yield from _steps(whole)
    bought = _buy_again()
    after = _refresh()
    yield _row(f"after {bought:,} customers bought again", after)
    yield from _steps(after)
    yield f"    {after.wall / whole.wall:.2f} of the time, {after.cpu / whole.cpu:.2f} of the CPU"


def _refresh(*options: str) -> Refreshed:
    command = [sys.executable, "-m", "trato.cli", "insight", "refresh", "--json", *options]
    before = postmaster_cpu()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        said = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the refresh failed")
    told = json.loads(said)
    started, finished = (
        datetime.fromisoformat(told[name]) for name in ("started_at", "finished_at")
    )
    return Refreshed(
        wall=(finished - started).total_seconds(),
        cpu=used.ru_utime + used.ru_stime,
        database=postmaster_cpu() - before,
        megabytes=used.ru_maxrss / 1024,
        steps=told["steps"],
    )


def _row(what: str, took: Refreshed) -> str:
    return (
        f"{what}: {took.wall:.0f} s wall, {took.cpu:.0f} s CPU"
        f" and {took.database:.0f} s of the database, {took.megabytes:,.0f} MB at the most"
    )


def _steps(took: Refreshed) -> Iterator[str]:
    for step in took.steps:
        yield (
            f"    {step['name']:<18}{step['rows']:>12,} rows {step['seconds']:>7.1f} s wall"
            f" {step['cpu_seconds']:>7.1f} s CPU"
        )


def _buy_again() -> int:
    """An order of a product for one customer in a hundred, brought in as people do it."""
    product = Product.objects.filter(is_active=True).order_by("id")[0].code
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT min(value) FROM {ExternalId._meta.db_table}"  # noqa: S608 - our name
            f" WHERE customer_id %% {_ONE_IN} = 0 GROUP BY customer_id"
        )
        numbers = [row[0] for row in sql.fetchall()]
    at = datetime.now(UTC)
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"])
    mark = uuid.uuid4().hex[:8]
    for place, number in enumerate(numbers):
        moment = at - timedelta(minutes=place % 600)
        out.writerow([f"{mark}-{place}", number, moment.isoformat(), product, 1, "9.90"])
    brought = io.BytesIO(file.getvalue().encode())
    run = actions.receive(brought, name="again.csv", kind="orders", user=None, at=at)
    actions.begin_staging(run, later=False)
    run = actions.run_staging(run.pk, at=at, with_preview=False)
    actions.begin_applying(run, later=False)
    actions.run_applying(run.pk, at=at)
    return len(numbers)
