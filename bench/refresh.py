"""The refresh of the analysis: everything, and after one customer in a hundred bought again."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench.measure import postmaster_cpu
from trato.catalog.models import Product
from trato.customers.models import Customer, CustomerScore
from trato.sales.actions import save_orders
from trato.sales.drafts import LineDraft, OrderDraft
from trato.sales.models import OrderLine


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
    """An order of a product for as many as one customer in a hundred, from all over."""
    code = Product.objects.filter(is_active=True).order_by("id")[0].code
    known = CustomerScore.objects.filter(purchases__gt=0).order_by("customer_id")
    buyers, wanted = known.values_list("customer_id", flat=True), Customer.objects.count() // 100
    some = buyers[:: max(len(buyers) // max(wanted, 1), 1)][:wanted]
    at, mark = datetime.now(UTC), uuid.uuid4().hex[:8]
    line = LineDraft(product_code=code, quantity=Decimal(1), unit_price=Decimal("9.90"))
    drafts = [
        OrderDraft(
            number=f"{mark}-{place}",
            ordered_at=at - timedelta(minutes=place % 600),
            lines=(line,),
            customer_id=customer,
        )
        for place, customer in enumerate(some)
    ]
    save_orders(drafts, at=at, user=None, source="bench", imported=True)
    return len(drafts)
