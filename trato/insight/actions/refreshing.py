"""The refresh: from the lake to the scores of every customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone
from threadpoolctl import threadpool_limits

from trato.analytics import calendar, habits, journey, rfm
from trato.analytics.purchases import Purchases
from trato.identity.queries import company
from trato.insight import marts
from trato.insight.actions.asking import LOCK, fail_refresh
from trato.insight.actions.evaluating import keep_or_measure
from trato.insight.models import Run, StageOverride
from trato.insight.refresh import (
    engines,
    grouping,
    judging,
    offering,
    pairing,
    publishing,
    valuing,
    writing,
)
from trato.insight.refresh.reading import signals
from trato.insight.refresh.recorder import Recorder, for_json
from trato.insight.refresh.scoring import Findings, Override
from trato.insight.refresh.scoring import table as scores_of
from trato.insight.warehouse import lake

# What goes with what, and who is like whom, is learnt anew once a week in a company that is large.
LEARN_EVERY, _SMALL = timedelta(days=7), 20_000


class AlreadyRunning(Exception):
    """Another refresh is at work: its scores will be there soon."""


def refresh(run: Run, *, at: datetime) -> None:
    """Do the run. What fails leaves the last scores as they are, and is told in the run.

    Raises AlreadyRunning, and whatever made it fail.
    """
    with _alone():
        Run.objects.filter(state=Run.State.RUNNING).exclude(pk=run.pk).update(
            state=Run.State.FAILED, finished_at=at, problem="interrupted"
        )
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.RUNNING, started_at=at, steps=[], problem="", finished_at=None
        )
        run.refresh_from_db()
        try:
            # Threads that wait for each other in a busy loop cost more than they bring.
            with threadpool_limits(1):
                _refresh(run, at)
        except Exception as error:
            fail_refresh(run, at=timezone.now(), problem=f"{type(error).__name__}: {error}")
            raise


@contextmanager
def _alone() -> Iterator[None]:
    """The lock goes with the session, so with the process that dies."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not sql.fetchone()[0]:
            raise AlreadyRunning
        try:
            yield
        finally:
            sql.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _refresh(run: Run, at: datetime) -> None:
    recorder = Recorder(run)
    with recorder.step("lake") as step:
        update = lake.update(at=at, full=run.is_full)
        step.rows = update.lines
    last = marts.last()
    before = last.read("scores") if last else None
    learnt = _learnt_lately(run, last, update)
    changed = update.changed if learnt else None
    found = _find(recorder, run, update.lake, before, learnt)
    offered = _offered(recorder, run, update.lake, learnt, changed)
    paired = _paired(recorder, run, update.lake, learnt)
    scores = scores_of(found)
    with recorder.step("marts") as step:
        made = publishing.tables(update.lake, found, scores)
        files = publishing.write_marts(made)
        step.rows = sum(table.num_rows for table in made.values())
    with recorder.step("judgement"):
        run.figures["economics"] = (
            learnt["economics"]
            if learnt
            else judging.claims(update.lake, found.bought, made, as_of=run.as_of)
        )
        keep_or_measure(run, update.lake)
    is_same = last is not None and update.changed is not None and _is_last(last)
    with transaction.atomic():
        _write(recorder, run, scores, before if is_same else None, at)
        with recorder.step("recommendations") as step:
            step.rows = offering.write(offered, changed)
            if paired:
                pairing.write(paired)
        run.state, run.finished_at, run.step = Run.State.DONE, timezone.now(), ""
        run.fits, run.figures = for_json(run.fits), for_json(run.figures)
        run.save()
    marts.publish(files, run=run.pk, as_of=run.as_of)


def _offered(
    recorder: Recorder,
    run: Run,
    source: lake.Lake,
    learnt: dict[str, Any] | None,
    changed: list[int] | None,
) -> offering.Offered:
    with recorder.step("offers") as step:
        offered = offering.offer(source, as_of=calendar.number(run.as_of), changed=changed)
        run.figures["offers"] = learnt["offers"] if learnt else offered.figures
        step.rows = offered.table.num_rows
    return offered


def _paired(
    recorder: Recorder, run: Run, source: lake.Lake, learnt: dict[str, Any] | None
) -> pairing.Paired | None:
    """Nothing when what is known of products that go together is not old."""
    if learnt:
        run.figures["complements"] = learnt.get("complements", {})
        return None
    with recorder.step("complements") as step:
        paired = pairing.pair(source, as_of=calendar.number(run.as_of))
        run.figures["complements"] = paired.figures
        step.rows = paired.table.num_rows
    return paired


def _learnt_lately(
    run: Run, last: marts.Marts | None, update: lake.Update
) -> dict[str, Any] | None:
    """The figures of the last run, when few changed since and what it learnt is not old: groups
    and what is told of the company then stay, and offers are made anew only to those who changed.
    """
    if last is None or update.changed is None or not _is_last(last):
        return None
    figures = Run.objects.get(pk=last.run).figures
    learnt_on = date.fromisoformat(figures.get("learnt_on", "1970-01-01"))
    is_fresh = timedelta(0) <= run.as_of - learnt_on < LEARN_EVERY
    return figures if is_fresh and not _is_small(last) else None


def _is_small(last: marts.Marts) -> bool:
    """Learning all anew costs a small company some seconds."""
    customers: int = last.read("scores", ["customer"]).num_rows
    return customers < _SMALL


def _is_last(made: marts.Marts) -> bool:
    """Whether the marts are those of what the database holds, with the columns of today."""
    last = Run.objects.filter(state=Run.State.DONE).first()
    return made.is_of_now and last is not None and last.pk == made.run


def _find(
    recorder: Recorder,
    run: Run,
    source: lake.Lake,
    before: pa.Table | None,
    learnt: dict[str, Any] | None,
) -> Findings:
    as_of, customers = run.as_of, source.customers
    with recorder.step("purchases") as step:
        bought = engines.bought(source, as_of)
        step.rows = bought.days.num_rows
    with recorder.step("value") as step:
        valued = valuing.value(bought)
        run.fits, step.rows = valued.fits, valued.table.num_rows
        run.figures |= valued.figures
    with recorder.step("habits") as step:
        rhythm = habits.learn(bought.days, as_of)
        rhythms = habits.rhythms(bought.days, as_of, bought.table, learnt=rhythm)
        step.rows = rhythms.num_rows
    with recorder.step("journey") as step:
        known = customers.select(["customer", "known_day"])
        walked = journey.trace(known, bought.days, signals(source), as_of, rhythm)
        step.rows = walked.transitions.num_rows
    with recorder.step("segments") as step:
        groups = _groups(run, source, bought, before, learnt)
        step.rows = groups.num_rows
    return Findings(
        as_of=as_of,
        customers=customers,
        codes=source.manifest.codes,
        bought=bought,
        journey=walked,
        rhythms=rhythms,
        rfm=rfm.score(bought.table, as_of),
        values=valued.table,
        segments=groups,
        overrides=_overrides(),
    )


def _groups(
    run: Run,
    source: lake.Lake,
    bought: Purchases,
    before: pa.Table | None,
    learnt: dict[str, Any] | None,
) -> pa.Table:
    if learnt and before is not None:
        run.figures |= {name: learnt[name] for name in ("segments", "learnt_on")}
        return grouping.as_before(before)
    grouped = grouping.group(source, bought, before, as_of=run.as_of)
    grouping.write(grouped, as_of=run.as_of)
    run.figures |= {"segments": grouped.figures, "learnt_on": run.as_of.isoformat()}
    return grouped.table


def _overrides() -> dict[int, Override]:
    return {row.customer_id: Override(row.stage, row.on) for row in StageOverride.objects.all()}


def _write(
    recorder: Recorder, run: Run, scores: pa.Table, before: pa.Table | None, at: datetime
) -> None:
    with recorder.step("scores") as step:
        stages = writing.stages_now()
        now = None if stages is None else writing.stages_before(scores, stages)
        step.rows = writing.write_scores(scores, before, now)
    with recorder.step("events") as step:
        is_past = run.as_of < at.astimezone(company().zone).date()
        if now is not None:
            step.rows = writing.tell_changes(scores, now, at=at, is_past=is_past)
