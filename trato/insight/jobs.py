import importlib

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from trato.insight import actions
from trato.insight.models import Run


@app.periodic(cron="45 3 * * *")
@app.task(queue="nightly", queueing_lock="insight.nightly_refresh")
def nightly_refresh(timestamp: int) -> None:
    """A day has passed: everybody is a day older, and some are due or lost now."""
    actions.ask_refresh(at=timezone.now(), user=None)


@app.task(queue="insight", pass_context=True)
def do_refresh(context: JobContext, run_id: int) -> None:
    # Every process knows the jobs; the libraries of numbers are loaded by the one that needs them.
    refreshing = importlib.import_module("trato.insight.actions.refreshing")
    refreshing.refresh(Run.objects.get(pk=run_id), at=timezone.now())


@app.task(queue="insight")
def work_out_pages() -> None:
    """So that nobody waits who opens them first."""
    importlib.import_module("trato.insight.actions.laying").lay_out_marts()
    importlib.import_module("trato.insight.figures.ahead").work_out()
