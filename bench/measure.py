"""What a piece of work takes: wall time, and CPU time of this process and of its database."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Took:
    """Seconds."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Took:
    """On a shared machine wall time measures the neighbours, too; CPU time much less."""
    wall, cpu = time.perf_counter(), time.process_time() + _database_cpu()
    work()
    return Took(time.perf_counter() - wall, time.process_time() + _database_cpu() - cpu)


def _database_cpu() -> float:
    """CPU seconds so far of the server process behind this connection, where there is one."""
    if not settings.configured:
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def postmaster_cpu() -> float:
    """CPU seconds of all server processes that have ended, and of the first one."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_backend_pid()")
        own = Path(f"/proc/{sql.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    fields = Path(f"/proc/{own[1]}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def row(name: str, amount: int, unit: str, took: Took, peers: dict[str, Took]) -> str:
    """A line of the table, with as many lines below it as there are peers."""
    speed = amount / took.wall
    head = (
        f"{name:<34}{amount:>10,} {unit}: {took.wall:.2f} s wall, {took.cpu:.2f} s CPU,"
        f" {speed:,.0f} a second"
    )
    lines = [
        f"    beside {peer}: {one.wall:.2f} s wall, {one.cpu:.2f} s CPU;"
        f" {took.wall / one.wall:.1f} and {took.cpu / one.cpu:.1f} times as long"
        for peer, one in peers.items()
    ]
    return "\n".join([head, *lines])
