"""The worker: runs jobs, and beside them the consumers of the event log."""

import asyncio
import logging
import os
import signal
import threading

import click
from django.utils import timezone
from procrastinate.contrib.django import app

from trato.cli.language import gettext as _
from trato.cli.orphans import end_with
from trato.customers import eventlog
from trato.insight.actions import renew_figures
from trato.kit.jobs import take_over_stalled

logger = logging.getLogger(__name__)

JOBS_AT_ONCE = 2
SECONDS_TO_FINISH = 5


@click.command(help=_("Start only the worker (part of up)."))
@click.option("--parent", type=int, hidden=True)
def worker(parent: int | None) -> None:
    if parent:
        end_with(parent)
    # After an update the pages may wait for figures in columns of this version.
    renew_figures(at=timezone.now())
    stop = threading.Event()
    consumers = threading.Thread(target=_consume, args=(stop,), daemon=True, name="consumers")
    consumers.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            asyncio.run(_work())
    finally:
        stop.set()
        consumers.join(SECONDS_TO_FINISH)


async def _work() -> None:
    async with app.open_async():
        await take_over_stalled()
        await app.run_worker_async(
            concurrency=JOBS_AT_ONCE,
            delete_jobs="successful",
            shutdown_graceful_timeout=SECONDS_TO_FINISH,
        )


def _consume(stop: threading.Event) -> None:
    """A worker without consumers would look well and do half its work: end it, to be restarted."""
    try:
        eventlog.run_forever(stop)
    finally:
        if not stop.is_set():
            logger.error("the consumers of the event log have ended; so does the worker")
            os.kill(os.getpid(), signal.SIGTERM)
