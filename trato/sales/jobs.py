from django.utils import timezone
from procrastinate.contrib.django import app

from trato.sales.actions import refresh_purchases


@app.periodic(cron="15 3 * * *")
@app.task(queue="nightly", queueing_lock="sales.nightly_figures")
def nightly_figures(timestamp: int) -> None:
    """A day has passed: the last year is another one, and some customers are lost now."""
    refresh_purchases(None, as_of=timezone.now())
