"""Housekeeping of the job queue itself."""

import logging
from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.tasks import Task

logger = logging.getLogger(__name__)

SILENCE = 30  # Seconds; a worker says every ten that it lives.
MOST_ATTEMPTS = 10
HOURS_TO_KEEP_FAILED = 24 * 30


def defer_once(task: Task[[], Any, Any]) -> None:
    """Have it done, unless it waits to be done already (by its queueing lock)."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer()


async def take_over_stalled() -> None:
    """Jobs of workers that died are done again; one that kills every worker is given up."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        if job.attempts < MOST_ATTEMPTS:
            logger.warning("job %s of a dead worker is done again", job.id)
            await app.job_manager.retry_job(job)
        else:
            logger.error("job %s has killed %s workers and is given up", job.id, job.attempts)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="kit.take_over_stalled", pass_context=False)
async def take_over_stalled_jobs(timestamp: int) -> None:
    await take_over_stalled()


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="kit.forget_old_jobs", pass_context=False)
async def forget_old_jobs(timestamp: int) -> None:
    await app.job_manager.delete_old_jobs(
        nb_hours=HOURS_TO_KEEP_FAILED, include_failed=True, include_cancelled=True
    )
