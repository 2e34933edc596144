"""Asking for a refresh. It is light to load: what does the work is loaded by who does it."""

from datetime import date, datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app

from trato.identity.models import User
from trato.identity.queries import company
from trato.insight.models import MARTS_VERSION, Run

LOCK = 7_010


class NotInTheFuture(Exception):
    """Nothing can be known of a day that is still to come."""


def ask_refresh(
    *,
    at: datetime,
    user: User | None,
    full: bool = False,
    cause: Run.Cause = Run.Cause.NIGHT,
) -> Run:
    """A run that a worker will do; the one that waits or works already, when there is one.

    ``cause`` says who asks where no user does.
    """
    under_way = Run.objects.filter(state__in=[Run.State.WAITING, Run.State.RUNNING]).first()
    if under_way and _is_alive(under_way):
        return under_way
    with transaction.atomic():
        run = _new(at, None, full, user, Run.Cause.ASKED if user else cause)
        app.configure_task("trato.insight.jobs.do_refresh").defer(run_id=run.pk)
    return run


def renew_figures(*, at: datetime) -> Run | None:
    """Ask for a refresh if the last one wrote columns of another version of Trato, which the pages
    do not read. Nothing where there was none yet."""
    last = Run.objects.filter(state=Run.State.DONE).first()
    if last is None or last.marts_version == MARTS_VERSION:
        return None
    return ask_refresh(at=at, user=None, cause=Run.Cause.UPDATE)


def _is_alive(run: Run) -> bool:
    """A run that works holds the lock; one that waits has nobody who could have died."""
    if run.state == Run.State.WAITING:
        return True
    with connection.cursor() as sql:
        sql.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(sql.fetchone()[0])


def begin_refresh(*, at: datetime, as_of: date | None, full: bool, user: User | None) -> Run:
    """A run to be done at once by the caller. Raises NotInTheFuture."""
    return _new(at, as_of, full, user, Run.Cause.COMMAND)


def _new(at: datetime, as_of: date | None, full: bool, user: User | None, cause: Run.Cause) -> Run:
    today = at.astimezone(company().zone).date()
    if as_of and as_of > today:
        raise NotInTheFuture
    return Run.objects.create(
        as_of=as_of or today, is_full=full, asked_by=user, asked_at=at, cause=cause
    )


def fail_refresh(run: Run, *, at: datetime, problem: str) -> None:
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.FAILED, finished_at=at, problem=problem[:2000]
    )
