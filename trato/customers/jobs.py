from django.utils import timezone
from procrastinate.contrib.django import app

from trato.customers.actions import settle_statuses


@app.task(queue="figures", queueing_lock="customers.settle_statuses")
def settle_all_statuses() -> None:
    """The rules of the base are others: who is current and who is lost now?"""
    settle_statuses(None, as_of=timezone.now())
