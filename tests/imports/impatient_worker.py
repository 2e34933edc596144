"""The worker as `trato up` starts it, which takes over a dead one's jobs without waiting."""

import asyncio
import os
import time

import django

django.setup()

from procrastinate.contrib.django import app  # noqa: E402

from trato.cli.worker import worker  # noqa: E402
from trato.kit import jobs  # noqa: E402

SILENCE = 1


async def take_over() -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector):
        async with app.open_async():
            await jobs.take_over_stalled()


if __name__ == "__main__":
    usual, jobs.SILENCE = jobs.SILENCE, SILENCE
    time.sleep(SILENCE + 0.5)
    asyncio.run(take_over())
    jobs.SILENCE = usual
    worker.main(args=["--parent", str(os.getppid())], standalone_mode=False)
