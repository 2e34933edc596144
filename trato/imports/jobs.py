from collections.abc import Callable

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from trato.imports import actions

_ATTEMPTS = 5


def _work(context: JobContext, run_id: int, step: Callable[[], object]) -> None:
    """A job taken up again goes on where the last chunk was committed; after some tries it ends."""
    try:
        step()
    except Exception as error:
        if context.job.attempts + 1 >= _ATTEMPTS:
            actions.fail(run_id, problem=f"{type(error).__name__}: {error}")
        raise


@app.task(queue="imports", retry=_ATTEMPTS, pass_context=True)
def stage_import(context: JobContext, run_id: int) -> None:
    at = timezone.now()
    _work(context, run_id, lambda: actions.run_staging(run_id, at=at, with_preview=True))


@app.task(queue="imports", retry=_ATTEMPTS, pass_context=True)
def apply_import(context: JobContext, run_id: int) -> None:
    _work(context, run_id, lambda: actions.run_applying(run_id, at=timezone.now()))


@app.task(queue="imports", retry=_ATTEMPTS, pass_context=True)
def undo_import(context: JobContext, run_id: int, user_id: int | None = None) -> None:
    _work(context, run_id, lambda: actions.run_undoing(run_id, at=timezone.now(), user_id=user_id))
