"""The web server as `trato up` starts it, a process a core, and what it and its database spend."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from trato.cli.up import collect_assets

HOST = "localhost"
PORT = 8791
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    process: int

    def workers(self) -> list[int]:
        return [pid for pid in _children(self.process) if "cli" in _command(pid)] or [self.process]

    def cpu(self) -> float:
        """CPU seconds of the web server so far."""
        return sum(map(_cpu, [self.process, *_children(self.process)]))

    def database_cpu(self) -> float:
        """CPU seconds so far of the server processes that the web server talks to."""
        with connection.cursor() as sql:
            sql.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type <> 'autovacuum worker'"
            )
            return sum(_cpu(pid) for (pid,) in sql.fetchall())

    def megabytes(self) -> float:
        """The memory of the largest process that answers; what they share counts in part."""
        return max(_memory(pid) for pid in self.workers()) / 1024


@contextmanager
def serving() -> Iterator[Server]:
    collect_assets()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "TRATO_PORT": str(PORT),
        "TRATO_WEB_PROCESSES": str(os.cpu_count()),
    }
    command = [sys.executable, "-m", "trato.cli", "web", "--parent", str(os.getpid())]
    process = subprocess.Popen(command, env=environment)  # noqa: S603
    try:
        _wait()
        yield Server(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait() -> None:
    for _time in range(1200):
        time.sleep(0.25)
        asked = http.client.HTTPConnection(HOST, PORT, timeout=5)
        try:
            asked.request("GET", "/bare/")
            if asked.getresponse().status == 200:
                return
        except OSError:
            continue
        finally:
            asked.close()
    raise RuntimeError("the web server does not answer")


def _children(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    direct = [int(pid) for pid in text.split()]
    return [*direct, *(below for pid in direct for below in _children(pid))]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> int:
    """Kilobytes, pages shared with others counted in their part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
