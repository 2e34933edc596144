"""The refreshes so far."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from trato.insight.models import Run


def last_done() -> Run | None:
    """The one whose scores everybody reads."""
    return Run.objects.filter(state=Run.State.DONE).first()


def tested() -> Mapping[str, Any]:
    """How the forecasts of the last refresh came true on days that they had not seen: ``factor``,
    purchases for each one expected, ``money`` with its own ``factor``, ``days`` and more. Empty
    where nothing was tested."""
    done = Run.objects.filter(state=Run.State.DONE)
    found = done.values_list("figures__backtest", flat=True).first()
    return found if isinstance(found, dict) else {}


def going_on() -> Run | None:
    return Run.objects.filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).first()


def runs() -> QuerySet[Run]:
    return Run.objects.select_related("asked_by")


def latest(limit: int = 30) -> list[Run]:
    return list(runs()[:limit])
