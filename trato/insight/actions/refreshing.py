"""The refresh: from the lake to the scores of every customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from threadpoolctl import threadpool_limits

from trato.analytics import calendar
from trato.analytics.purchases import Purchases
from trato.analytics.runs import Column
from trato.identity.queries import company
from trato.insight import marts
from trato.insight.actions.asking import LOCK, fail_refresh
from trato.insight.actions.evaluating import keep_or_measure
from trato.insight.models import MARTS_VERSION, Run, StageOverride
from trato.insight.refresh import (
    changing,
    grouping,
    judging,
    looking_back,
    mending,
    offering,
    pairing,
    publishing,
    writing,
)
from trato.insight.refresh.finding import Findings, find
from trato.insight.refresh.learning import kept
from trato.insight.refresh.recorder import Recorder, for_json
from trato.insight.refresh.scoring import Override, Overrides
from trato.insight.refresh.scoring import table as scores_of
from trato.insight.warehouse import lake
from trato.kit.database import one_writer

# In a company of fewer customers, with fewer lines of orders, all is learnt anew each time.
_SMALL, _SHORT = 20_000, 500_000


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
    app.configure_task("trato.insight.jobs.work_out_pages").defer()


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


@dataclass(frozen=True)
class _Work:
    """One refresh. ``lately`` holds what need not be learnt again, ``few`` are the only customers
    to be worked out again: nothing means that all is learnt, and everybody worked out."""

    run: Run
    recorder: Recorder
    update: lake.Update
    last: marts.Marts | None
    lately: changing.Lately | None
    few: Column | None

    @property
    def source(self) -> lake.Lake:
        all_of_it = self.update.lake
        if self.few is None:
            return all_of_it
        return lake.Part(all_of_it.place, all_of_it.manifest, self.few)


def _refresh(run: Run, at: datetime) -> None:
    work = _begin(run, at)
    found, overrides = _find(work), _overrides()
    lately = work.lately
    whose = changing.offered_anew(lately, work.update, work.few) if lately else None
    offered, paired = _offered(work, whose), _paired(work)
    with work.recorder.step("marts") as step:
        made = _made(work, found, overrides)
        files = publishing.write_marts(made.marts) | _written(work, found, offered)
        step.rows = publishing.rows_of(files)
    files |= _judged(work, found, made)
    looks_back = looking_back.looks_back(run)
    if looks_back:
        files |= looking_back.set_aside(work.last)
    with transaction.atomic():
        _write(work, made, at, looks_back=looks_back)
        with work.recorder.step("recommendations") as step:
            step.rows = offering.write(offered, whose)
            if paired:
                pairing.write(paired)
        run.state, run.finished_at, run.step = Run.State.DONE, timezone.now(), ""
        run.marts_version = MARTS_VERSION
        run.fits, run.figures = for_json(run.fits), for_json(run.figures)
        run.save()
    with transaction.atomic():
        one_writer(marts.NOTE_LOCK)
        marts.publish(files, run=run.pk, as_of=run.as_of, lake=work.update.lake.name)


def _begin(run: Run, at: datetime) -> _Work:
    recorder = Recorder(run)
    with recorder.step("lake") as step:
        update = lake.update(at=at, full=run.is_full)
        step.rows = update.lines
    last = marts.last()
    lately = (
        changing.lately(last, update, run.as_of) if last and not _is_small(update.lake) else None
    )
    few = changing.few(lately, update, run.as_of) if lately else None
    if lately:
        run.fits, run.figures = lately.fits, dict(lately.figures)
    return _Work(run, recorder, update, last, lately, few)


def _is_small(source: lake.Lake) -> bool:
    """Learning all anew costs a small company some seconds."""
    lines = sum(year.lines or 0 for year in source.manifest.totals.values())
    return lines < _SHORT and source.people(["customer"]).num_rows < _SMALL


def _find(work: _Work) -> Findings:
    learnt = work.lately.learnt if work.lately else None
    found = find(
        work.recorder, work.source, work.run.as_of, learnt, lambda bought: _groups(work, bought)
    )
    if not learnt:
        work.run.fits = found.fits
        work.run.figures |= found.figures
    return found


def _groups(work: _Work, bought: Purchases) -> pa.Table:
    run, last = work.run, work.last
    before = last.read("scores", ["customer", "segment"]) if last else None
    if work.lately and before is not None:
        return grouping.as_before(before)
    grouped = grouping.group(work.source, bought, before, as_of=run.as_of)
    grouping.write(grouped, as_of=run.as_of)
    run.figures |= {"segments": grouped.figures, "learnt_on": run.as_of.isoformat()}
    return grouped.table


def _overrides() -> Overrides:
    return {row.customer_id: Override(row.stage, row.on) for row in StageOverride.objects.all()}


def _offered(work: _Work, whose: list[int] | None) -> offering.Offered:
    with work.recorder.step("offers") as step:
        as_of = calendar.number(work.run.as_of)
        lately, source = work.lately, work.update.lake
        if lately and whose is not None:
            learnt = lately.learnt
            offered = offering.offer_some(
                source, whose, as_of=as_of, lessons=learnt.lessons, goods=learnt.goods
            )
        else:
            offered = offering.offer(source, as_of=as_of)
            work.run.figures["offers"] = offered.figures
        step.rows = offered.table.num_rows
    return offered


def _paired(work: _Work) -> pairing.Paired | None:
    """Nothing when what is known of products that go together is not old."""
    if work.lately:
        return None
    with work.recorder.step("complements") as step:
        paired = pairing.pair(work.source, as_of=calendar.number(work.run.as_of))
        work.run.figures["complements"] = paired.figures
        step.rows = paired.table.num_rows
    return paired


def _made(work: _Work, found: Findings, overrides: Overrides) -> mending.Mended:
    scores, worth = scores_of(found, overrides), found.learnt.worth
    if work.lately and work.few is not None:
        made = mending.mend(work.lately.marts, work.update, found, scores, overrides)
    else:
        made = mending.Mended(publishing.tables(found, scores), scores)
    work.run.figures["totals"] = worth.totals(made.scores) if worth else None
    return made


def _written(work: _Work, found: Findings, offered: offering.Offered) -> dict[str, str]:
    """The file of what was learnt, now or lately."""
    if work.lately:
        return {changing.LEARNT: work.lately.marts.files[changing.LEARNT]}
    learnt = replace(found.learnt, lessons=offered.lessons, goods=offered.goods)
    return {changing.LEARNT: marts.place().write_bytes(changing.LEARNT, kept(learnt))}


def _judged(work: _Work, found: Findings, made: mending.Mended) -> dict[str, str]:
    """The file of who was compared, now or lately."""
    run = work.run
    with work.recorder.step("judgement"):
        if work.lately is None:
            claims, who = judging.claims(work.source, found.bought, made.marts, as_of=run.as_of)
            run.figures["economics"] = claims
            files = {marts.COMPARED: marts.place().write(marts.COMPARED, who)}
        else:
            files = {
                noun: name
                for noun, name in work.lately.marts.files.items()
                if noun == marts.COMPARED
            }
        keep_or_measure(run, work.update.lake)
    return files


def _write(work: _Work, made: mending.Mended, at: datetime, *, looks_back: bool) -> None:
    run, scores = work.run, made.scores
    with work.recorder.step("scores") as step:
        if made.few is None:
            now = writing.stages_now(scores)
            step.rows = writing.write_scores(scores, _written_last(work), now)
        else:
            scores = made.few.scores
            now = writing.stages_of(scores)
            step.rows = writing.mend_scores(scores, made.few.before, now)
    with work.recorder.step("events") as step:
        is_past = run.as_of < at.astimezone(company().zone).date()
        told = now
        if now is not None:
            told = None if looks_back else looking_back.stages_told(scores, now, work.last)
        if told is not None:
            step.rows = writing.tell_changes(scores, told, at=at, is_past=is_past)


def _written_last(work: _Work) -> pa.Table | None:
    """The scores that the database holds, where they are known."""
    last = work.last
    is_known = last is not None and work.update.changed is not None and changing.is_last(last)
    return last.read("scores") if last is not None and is_known else None
