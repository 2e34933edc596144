from django.utils import timezone
from procrastinate.contrib.django import app

from trato.sales.actions import refresh_company_totals, refresh_purchases


@app.periodic(cron="15 3 * * *")
@app.task(queue="nightly", queueing_lock="sales.nightly_figures")
def nightly_figures(timestamp: int) -> None:
    """A day has passed: the last year is another one, and some customers are lost now."""
    refresh_purchases(None, as_of=timezone.now())


@app.task(queue="figures", queueing_lock="sales.recount_totals")
def recount_totals() -> None:
    """A rate or the company's currency is another: orders first, then what they add up to."""
    at = timezone.now()
    if refresh_company_totals(at=at):
        refresh_purchases(None, as_of=at)
