"""The company that everything else is measured on."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bench.measure import timed
from trato.customers.models import Customer, Event
from trato.demo.actions import seed
from trato.sales.models import OrderLine


def run(customers: int) -> Iterator[str]:
    at = datetime.now(UTC)
    took = timed(lambda: seed(at=at, customers=customers))
    yield (
        f"company of {Customer.objects.count():,} customers, {OrderLine.objects.count():,} lines,"
        f" {Event.objects.count():,} events: {took.wall:.0f} s wall, {took.cpu:.0f} s CPU"
    )
