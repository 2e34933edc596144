"""The worker's part in a test: what was put into the queue is done, here and now."""

import json
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job


def work() -> list[str]:
    """Do every job that waits; returns the names of what was done."""
    with connection.cursor() as sql:
        sql.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args"
        )
        jobs = sorted(sql.fetchall())
    for _id, name, args in jobs:
        _do(name, json.loads(args) if isinstance(args, str) else args)
    return [name for _id, name, _args in jobs]


def _do(name: str, args: dict[str, Any]) -> None:
    task = app.tasks[name]
    job = Job(task_name=name, task_kwargs=args, queue="", lock=None, queueing_lock=None)
    context = JobContext(app=app, job=job, start_timestamp=0, abort_reason=lambda: None)
    task.func(*([context] if task.pass_context else []), **args)
