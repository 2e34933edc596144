import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from trato.kit.jobs import MOST_ATTEMPTS, take_over_stalled

pytestmark = pytest.mark.django_db


def job_of_a_dead_worker(attempts: int) -> int:
    job = app.configure_task("a long import", allow_unknown=True).defer()
    with connection.cursor() as sql:
        sql.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s",
            [attempts, job],
        )
    return job


def status(job: int) -> str:
    return app.job_manager.get_job_status(job).value


def test_a_job_of_a_dead_worker_is_done_again() -> None:
    job = job_of_a_dead_worker(attempts=1)
    async_to_sync(take_over_stalled)()
    assert status(job) == "todo"


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job = job_of_a_dead_worker(attempts=MOST_ATTEMPTS)
    async_to_sync(take_over_stalled)()
    assert status(job) == "failed"


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    job = job_of_a_dead_worker(attempts=1)
    with connection.cursor() as sql:
        sql.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        sql.execute(
            "UPDATE procrastinate_jobs SET worker_id = %s WHERE id = %s", [sql.fetchone()[0], job]
        )
    async_to_sync(take_over_stalled)()
    assert status(job) == "doing"
