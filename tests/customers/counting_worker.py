"""A process that consumes the event log, to be killed by a test: each event leaves one line."""

import random
import threading
import time
from collections.abc import Sequence
from datetime import datetime

import django
from django.db import connection

django.setup()

from trato.customers import eventlog  # noqa: E402
from trato.customers.models import Event  # noqa: E402


def count(events: Sequence[Event], at: datetime) -> None:
    with connection.cursor() as sql:
        for event in events:
            sql.execute("INSERT INTO counted_effect VALUES (%s)", [event.pk])
    time.sleep(random.random() * 0.02)  # noqa: S311 - a wider gap for the kill to fall into


if __name__ == "__main__":
    eventlog.REGISTRY.clear()
    eventlog.consumer("counting", reads_imported=True)(count)
    eventlog.run_forever(threading.Event())
