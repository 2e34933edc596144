"""A file's way through the house: received, understood, checked, applied, perhaps undone."""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pghistory
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app

from trato.customers.queries.counted import count_anew
from trato.identity.models import User
from trato.identity.queries import company
from trato.imports.actions.applying import apply_chunk, final_counts, rehearse, source_of
from trato.imports.actions.fields import create_custom_fields, settle_custom_fields
from trato.imports.actions.recognising import id_columns, whose_ids
from trato.imports.actions.staging import file_of, stage
from trato.imports.actions.undoing import undo_chunk
from trato.imports.mapping import Mapping, guess_kind, heading_row, is_deals, propose
from trato.imports.models import Import
from trato.imports.parsing import ParseSettings, sniff
from trato.imports.problems import CannotRead
from trato.imports.queries import lacking, refused_rows
from trato.imports.queries.own import own_fields
from trato.imports.reading import FileKind, Layout, ReadingHints, SourceRow, open_table

LOCK = 7_100_000_000
SAMPLE = 500
SHOWN = 80
MEGABYTE = 1024**2
MOST_MEGABYTES = 500


class WrongState(Exception):
    """This import is not at the point where that can be done."""


class KindUnknown(Exception):
    """The headings do not tell what the file holds; somebody has to say it."""


class ColumnsMissing(Exception):
    """No column gives something that every row needs; ``names`` says what, in words."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


class Busy(Exception):
    """Another process is working on this import."""


def check_size(size: int) -> None:
    """What comes over the network is kept before it is read. Raises CannotRead."""
    if size > MOST_MEGABYTES * MEGABYTE:
        raise CannotRead("file_too_large", megabytes=MOST_MEGABYTES)


def receive(
    file: IO[bytes],
    *,
    name: str,
    kind: str | None,
    user: User | None,
    at: datetime,
    options: AnyMapping[str, Any] | None = None,
) -> Import:
    """Keep a copy of the file, find out how it is made and propose what its columns mean.

    Raises CannotRead, KindUnknown.
    """
    path = Path("imports") / uuid.uuid4().hex
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as copy:
        target.chmod(0o600)
        shutil.copyfileobj(file, copy, 1 << 20)
    run = Import(
        kind=kind or "",
        file_name=Path(name).name[:255],
        path=str(path),
        options=dict(options or {}),
        created_at=at,
        user=user,
    )
    try:
        look(run)
    except (CannotRead, KindUnknown):
        target.unlink()
        raise
    run.save()
    return run


def look(run: Import, hints: ReadingHints | None = None) -> None:
    """Read the head of the file: its layout, headings, a proposed mapping, its habits."""
    table = open_table(file_of(run), name=run.file_name, hints=hints)
    sample = table.sample(SAMPLE)
    told = hints or ReadingHints()
    if told.header_row is None and (row := heading_row(table.headers, sample)):
        hints = replace(told, header_row=row)
        table = open_table(file_of(run), name=run.file_name, hints=hints)
        sample = table.sample(SAMPLE)
    if is_deals(table.headers):
        raise CannotRead("file_of_deals")
    run.kind = run.kind or guess_kind(table.headers) or ""
    if not run.kind:
        raise KindUnknown
    mapping = propose(run.kind, table.headers, sample, own_fields(run))
    main = company()
    base = base_settings(main.time_zone, main.country)
    parsing = sniff(run.kind, mapping, table.rows(), base)
    run.reading = table.layout.hints().to_json()
    run.mapping = mapping.to_json()
    run.options = (
        run.options
        | whose_ids(run, mapping, sample)
        | {
            "parsing": parsing.to_json(),
            "cells": first_cells(sample),
            "sheets": list(table.layout.sheets),
        }
    )
    run.rows_total = _rows_about(run, table.layout, sample)


def _rows_about(run: Import, layout: Layout, sample: Sequence[SourceRow]) -> int | None:
    """How many rows there are: exactly for a short file, else by the length of the first ones."""
    if len(sample) < SAMPLE:
        return len(sample)
    if layout.packing or layout.kind == FileKind.SHEET:
        return None
    first = sum(len(cell.encode()) + 1 for row in sample for cell in row.raw)
    return file_of(run).stat().st_size * len(sample) // max(first, 1)


def reread(run: Import, *, kind: str, hints: ReadingHints) -> Import:
    """Look at the file again, told how it is made or what it holds; the columns start anew.

    Raises WrongState, CannotRead.
    """
    if run.state != Import.State.UPLOADED:
        raise WrongState
    run.kind = kind
    look(run, hints)
    run.options = run.options | {"told": hints.to_json(), "kind_guessed": False}
    run.save(update_fields=["kind", "reading", "mapping", "options", "rows_total"])
    return run


def first_cells(sample: Sequence[SourceRow], most: int = 3) -> dict[str, list[str]]:
    """A few different cells of each column, for people to recognise it by."""
    found: dict[str, dict[str, None]] = {}
    for row in sample:
        for header, cell in (row.values or {}).items():
            known = found.setdefault(header, {})
            if cell.strip() and len(known) < most:
                known[cell.strip()[:SHOWN]] = None
    return {header: list(cells) for header, cells in found.items()}


def base_settings(time_zone: str, country: str) -> ParseSettings:
    return ParseSettings(time_zone=time_zone, region=country, currency=company().currency)


def configure(
    run: Import,
    *,
    mapping: Mapping,
    parsing: AnyMapping[str, Any] | None = None,
    options: AnyMapping[str, Any] | None = None,
) -> Import:
    """Take over what a person decided about the columns, before rows are read.

    Whose ids the customers have is found out again where other columns have them, unless it is
    told (``ids_of``). Raises WrongState, ColumnsMissing.
    """
    if run.state not in {Import.State.UPLOADED, Import.State.STAGED, Import.State.FAILED}:
        raise WrongState
    if missing := lacking(mapping):
        raise ColumnsMissing(missing)
    now = ParseSettings.from_json(run.options["parsing"])
    settled = replace(now, **dict(parsing or {}))
    before = id_columns(Mapping.from_json(run.mapping))
    run.mapping = mapping.to_json()
    run.options = run.options | {"parsing": settled.to_json()} | dict(options or {})
    if "ids_of" in (options or {}) or id_columns(mapping) != before:
        hints = ReadingHints.from_json(run.reading)
        table = open_table(file_of(run), name=run.file_name, hints=hints)
        run.options = run.options | whose_ids(run, mapping, table.sample(SAMPLE))
    run.state = Import.State.UPLOADED
    run.save(update_fields=["mapping", "options", "state"])
    return run


def reopen(run: Import) -> Import:
    """Back to the columns, before anything is written. Raises WrongState."""
    allowed = {Import.State.STAGED, Import.State.FAILED}
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=run.pk)
        if row.state not in allowed or row.position:
            raise WrongState
        row.state, row.problem = Import.State.UPLOADED, ""
        row.save(update_fields=["state", "problem"])
    return row


def _begin(
    run: Import, state: Import.State, task: str, allowed: set[str], later: bool, **told: Any
) -> Import:
    """Move to a working state, once, and leave the work to a job if it is for ``later``."""
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=run.pk)
        if row.state not in allowed:
            raise WrongState
        row.state, row.problem = state, ""
        row.save(update_fields=["state", "problem"])
        if later:
            app.configure_task(f"trato.imports.jobs.{task}").defer(run_id=row.pk, **told)
    return row


def begin_staging(run: Import, *, later: bool) -> Import:
    """Raises WrongState once anything was written."""
    allowed = {Import.State.UPLOADED, Import.State.STAGED}
    if not run.position:
        allowed.add(Import.State.FAILED)
    return _begin(run, Import.State.STAGING, "stage_import", {*allowed}, later)


def begin_applying(run: Import, *, later: bool) -> Import:
    """Raises WrongState unless the rows are checked, or an earlier attempt stopped half-way."""
    allowed = {Import.State.STAGED}
    if run.position:
        allowed.add(Import.State.FAILED)
    return _begin(run, Import.State.APPLYING, "apply_import", {*allowed}, later)


def begin_undoing(run: Import, *, later: bool, user: User | None = None) -> Import:
    """``user`` is who takes it back.

    Raises WrongState unless the import was applied, or failed on its way.
    """
    allowed = {Import.State.DONE}
    if run.position:
        allowed.add(Import.State.FAILED)
    told = {"user_id": user.pk} if user else {}
    return _begin(run, Import.State.UNDOING, "undo_import", {*allowed}, later, **told)


def fail(run_id: int, *, problem: str) -> None:
    """Give up after an error nobody foresaw; what was written stays and can be undone."""
    Import.objects.filter(
        pk=run_id,
        state__in=[Import.State.STAGING, Import.State.APPLYING, Import.State.UNDOING],
    ).update(state=Import.State.FAILED, problem=problem)


@contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """One process a run: a job taken up again must not meet the one thought dead."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_try_advisory_lock(%s)", [LOCK + run_id])
        if not sql.fetchone()[0]:
            raise Busy
        try:
            yield
        finally:
            sql.execute("SELECT pg_advisory_unlock(%s)", [LOCK + run_id])


def run_staging(run_id: int, *, at: datetime, with_preview: bool) -> Import:
    """Read and check all rows; with a preview of what applying them would do."""
    with _alone(run_id):
        run = Import.objects.select_related("user").get(pk=run_id, state=Import.State.STAGING)
        try:
            settle_custom_fields(run)
            stage(run)
            run.counts = rehearse(run, at=at) if with_preview else {}
            run.rows_refused = refused_rows(run).count()
            run.state = Import.State.STAGED
        except CannotRead as error:
            run.state, run.problem = Import.State.FAILED, str(error)
        run.position, run.rows_done = "", 0
        run.save()
    return run


def run_applying(run_id: int, *, at: datetime) -> Import:
    """Write what was staged; taken up after an interruption it goes on where it stood."""
    with _alone(run_id):
        run = Import.objects.get(pk=run_id, state=Import.State.APPLYING)
        if not run.position:
            run.counts, run.rows_done = {}, 0
            _define_fields(run)
        with pghistory.context(user=run.user_id, source=source_of(run)):
            while apply_chunk(run_id, at=at):
                pass
        run.refresh_from_db()
        run.counts = final_counts(run)
        run.rows_refused = run.counts["refused"]
        run.state, run.finished_at = Import.State.DONE, at
        run.save(update_fields=["counts", "rows_refused", "state", "finished_at"])
        run.rows.filter(problems__isnull=True, warnings__isnull=True).delete()
    count_anew()
    return run


def _define_fields(run: Import) -> None:
    """Fields that came to be otherwise since the rows were read want them read again."""
    with transaction.atomic():
        if create_custom_fields(run):
            run.options = run.options | {"outdated": True}
        run.save(update_fields=["counts", "rows_done", "mapping", "options"])
    if run.options.get("outdated"):
        stage(run)
        run.options.pop("outdated")
        run.save(update_fields=["options"])


def run_undoing(run_id: int, *, at: datetime, user_id: int | None = None) -> Import:
    """Take back what was written; ``user_id`` is whom the audit names for it."""
    with _alone(run_id):
        run = Import.objects.get(pk=run_id, state=Import.State.UNDOING)
        with pghistory.context(user=user_id, source=source_of(run)):
            while undo_chunk(run_id, at=at):
                pass
        run.refresh_from_db()
        run.state = Import.State.UNDONE
        run.save(update_fields=["state"])
    count_anew()
    return run


def discard(run: Import) -> None:
    """Forget a file that was not applied. Raises WrongState."""
    if run.state not in {Import.State.UPLOADED, Import.State.STAGED, Import.State.FAILED}:
        raise WrongState
    file_of(run).unlink(missing_ok=True)
    run.delete()
