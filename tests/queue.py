"""The worker's part in a test: what was put into the queue is done, here and now."""

import json

from django.db import connection
from procrastinate.contrib.django import app


def work() -> list[str]:
    """Do every job that waits; returns the names of what was done."""
    with connection.cursor() as sql:
        sql.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING id, task_name, args"
        )
        jobs = sorted(sql.fetchall())
    for _id, name, args in jobs:
        app.tasks[name].func(**(json.loads(args) if isinstance(args, str) else args))
    return [name for _id, name, _args in jobs]
