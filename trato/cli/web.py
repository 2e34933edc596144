"""The web server, as a child of `trato up`."""

import os

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from trato.cli.orphans import end_with
from trato.kit import environment

# Every thread may hold a connection to the database, and Python runs one thread at a time.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


@click.command(hidden=True)
@click.option("--parent", type=int, required=True)
def web(parent: int) -> None:
    end_with(parent)
    # Else each thread has a heap of its own, and what was once needed stays with all of them.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    Granian(
        "trato.cli.serving:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=environment.value("TRATO_BIND"),
        port=environment.value("TRATO_PORT"),
        workers=environment.value("TRATO_WEB_PROCESSES"),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=4,
        log_level=LogLevels.warning,
    ).serve()
