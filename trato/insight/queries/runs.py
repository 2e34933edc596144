"""The refreshes so far."""

from django.db.models import QuerySet

from trato.insight.models import Run


def last_done() -> Run | None:
    """The one whose scores everybody reads."""
    return Run.objects.filter(state=Run.State.DONE).first()


def going_on() -> Run | None:
    return Run.objects.filter(state__in=(Run.State.WAITING, Run.State.RUNNING)).first()


def runs() -> QuerySet[Run]:
    return Run.objects.select_related("asked_by")


def latest(limit: int = 30) -> list[Run]:
    return list(runs()[:limit])
