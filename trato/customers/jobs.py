from datetime import timedelta

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from trato.customers.actions import (
    fail_together,
    forget_together,
    forget_words,
    run_together,
    settle_statuses,
)

_ATTEMPTS = 5
_DAYS_TO_UNDO = 30


@app.task(queue="figures", queueing_lock="customers.settle_statuses")
def settle_all_statuses() -> None:
    """The rules of the base are others: who is current and who is lost now?"""
    settle_statuses(None, as_of=timezone.now())


def _work(context: JobContext, change_id: int) -> None:
    """A job taken up again goes on after the last chunk; after some tries it ends."""
    try:
        run_together(change_id, at=timezone.now())
    except Exception:
        if context.job.attempts + 1 >= _ATTEMPTS:
            fail_together(change_id)
        raise


@app.task(queue="customers", retry=_ATTEMPTS, pass_context=True)
def change_together(context: JobContext, change_id: int) -> None:
    _work(context, change_id)


@app.task(queue="customers", retry=_ATTEMPTS, pass_context=True)
def undo_together(context: JobContext, change_id: int) -> None:
    _work(context, change_id)


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="customers.forget_old_changes")
def forget_old_changes(timestamp: int) -> None:
    forget_together(before=timezone.now() - timedelta(days=_DAYS_TO_UNDO))


@app.periodic(cron="43 3 * * *")
@app.task(queueing_lock="customers.forget_unused_words")
def forget_unused_words(timestamp: int) -> None:
    forget_words()
