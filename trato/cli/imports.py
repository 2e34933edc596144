"""`trato import`: files in, the same way as in the pages."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from trato.cli.language import gettext as _
from trato.cli.users import find_user
from trato.customers import eventlog
from trato.customers.actions import Twins
from trato.imports import actions
from trato.imports.models import Import, ImportRow
from trato.imports.problems import CannotRead
from trato.imports.queries import kept, left_out, not_imported, refused_sample, warned_rows
from trato.kit.environment import CannotStart

ALL_GOOD, SOME_REFUSED, NOTHING_DONE = 0, 1, 2
SHOWN = 10
LONGEST_CELL = 80
LONGEST_SYSTEM = 60
WORDS = {
    "created": _("created: {number}"),
    "updated": _("updated: {number}"),
    "unchanged": _("unchanged: {number}"),
    "refused": _("refused: {number}"),
}


@click.group(name="import", help=_("Bring in customers, products, orders, interactions or costs."))
def import_() -> None:
    pass


def _short_enough(
    _context: click.Context, _parameter: click.Parameter, told: str | None
) -> str | None:
    if told is not None and len(told) > LONGEST_SYSTEM:
        text = _("The name of a program has {longest} letters at the most.")
        raise click.BadParameter(text.format(longest=LONGEST_SYSTEM))
    return told


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--dry-run", is_flag=True, help=_("Only say what would happen.")),
        click.option(
            "--strict", is_flag=True, help=_("Refuse unknown customers and products in orders.")
        ),
        click.option(
            "--twins",
            type=click.Choice([twins.value for twins in Twins]),
            default=Twins.UPDATE.value,
            show_default=True,
            help=_("Rows that share an e-mail, tax number or telephone with a known customer."),
        ),
        click.option(
            "--ids-of",
            callback=_short_enough,
            help=_("The program whose ids the customers have; found out if it is left out."),
        ),
        click.option("--json", "as_json", is_flag=True, help=_("Print counts as JSON.")),
        click.option(
            "--refused",
            type=click.Path(dir_okay=False, path_type=Path),
            help=_("Where to write refused rows, with the reason."),
        ),
        click.option("--user", "email", default="", help=_("Whom the import is done for.")),
    ):
        command = option(command)
    return command


def _command(kind: str) -> click.Command:
    @_options
    def run(file: Path, refused: Path | None, as_json: bool, **options: Any) -> None:
        _import(kind, file, refused=refused, as_json=as_json, **options)

    return click.command(name=kind, help=_("Import a file of {kind}.").format(kind=kind))(run)


for _kind in Import.Kind.values:
    import_.add_command(_command(_kind))


@import_.command(help=_("Take a whole import back."))
@click.argument("number", type=int)
@click.option("--user", "email", default="", help=_("Who takes it back."))
def undo(number: int, email: str) -> None:
    user = find_user(email) if email else None
    run = Import.objects.filter(pk=number).first()
    if run is None:
        raise CannotStart(_("There is no import {number}.").format(number=number))
    try:
        actions.begin_undoing(run, later=False)
    except actions.WrongState:
        raise CannotStart(_("Import {number} cannot be undone.").format(number=number)) from None
    done = actions.run_undoing(run.pk, at=datetime.now(UTC), user_id=user.pk if user else None)
    click.echo(_("Import {number} is undone.").format(number=number))
    left = done.counts.get("undone", {}).get("kept", 0)
    if left:
        click.echo(_("Kept, as they are in use or changed since: {kept}.").format(kept=left))
        _tell_kept(done, left)


def _tell_kept(run: Import, number: int) -> None:
    records = kept(run, None, limit=SHOWN)
    lines = [f"{Import.Kind(one.kind + 's').label}: {one.name} ({one.pk})" for one in records]
    if number > len(lines):
        lines.append(_("and {number} more").format(number=number - len(lines)))
    for line in lines:
        click.echo(f"  {line}")


@import_.command("list", help=_("List the imports, the newest first."))
def list_() -> None:
    for run in Import.objects.all()[:50]:
        click.echo(f"{run.pk:>6}  {run.created_at:%Y-%m-%d %H:%M}  {run.state:<9} {run.file_name}")


def _import(
    kind: str, file: Path, *, refused: Path | None, as_json: bool, email: str, **options: Any
) -> None:
    dry_run = options.pop("dry_run")
    run = _receive(kind, file, email=email, options=options)
    actions.begin_staging(run, later=False)
    run = actions.run_staging(run.pk, at=datetime.now(UTC), with_preview=dry_run)
    if run.state == Import.State.FAILED:
        raise CannotStart(run.problem)
    if dry_run:
        counts = actions.final_counts(run)
    else:
        actions.begin_applying(run, later=False)
        run = actions.run_applying(run.pk, at=datetime.now(UTC))
        eventlog.drain(at=datetime.now(UTC))
        counts = run.counts
    counts = counts | {"incomplete": warned_rows(run).count()}
    place = _write_refused(run, refused) if counts["refused"] else None
    _tell(run, counts, place, as_json=as_json, dry_run=dry_run)
    if dry_run:
        actions.discard(run)
    sys.exit(_status(counts))


def _receive(kind: str, file: Path, *, email: str, options: dict[str, Any]) -> Import:
    user = find_user(email) if email else None
    try:
        with file.open("rb") as content:
            return actions.receive(
                content,
                name=file.name,
                kind=kind,
                user=user,
                at=datetime.now(UTC),
                options={name: value for name, value in options.items() if value is not None},
            )
    except (CannotRead, OSError) as error:
        raise CannotStart(f"{file}: {error}") from None


def _whose_ids(run: Import, dry_run: bool) -> Iterator[str]:
    """What was found out about the ids, or what might be so."""
    if run.system:
        yield _("The ids of customers are those of {program}.").format(program=run.system)
        return
    remedy = _("import with --ids-of {program}")
    if not dry_run:
        remedy = _("undo this and import with --ids-of {program}")
    for program, known in sorted(run.options.get("ids_known", {}).items()):
        if program and "ids_of" not in run.options:
            said = _(
                "{known} of {seen} ids in the first rows are ids of {program}, too. If they are the"
                " same customers: {remedy}."
            )
            yield said.format(
                known=known,
                seen=run.options["ids_seen"],
                program=program,
                remedy=remedy.format(program=program),
            )


def _write_refused(run: Import, wanted: Path | None) -> Path:
    place = wanted or Path(settings.TRATO_HOME) / "refused" / f"import-{run.pk}.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", encoding="utf-8-sig", newline="") as target:
        actions.write_refused(run, target)
    return place


def _tell(
    run: Import, counts: dict[str, Any], place: Path | None, *, as_json: bool, dry_run: bool
) -> None:
    if as_json:
        click.echo(json.dumps(counts | _more(run, place, dry_run)))
        return
    if dry_run:
        click.echo(_("Nothing was written; this is what would happen."))
    click.echo(
        _(
            "Rows read: {read}. Created: {created}, updated: {updated}, unchanged: {unchanged},"
            " refused: {refused}."
        ).format(**counts)
    )
    for line in _whose_ids(run, dry_run):
        click.echo(line)
    for name, results in counts["records"].items():
        shown = [WORDS[result].format(number=n) for result, n in results.items() if n]
        if shown:
            click.echo(f"  {Import.Kind(name).label}: {', '.join(shown)}")
    if fields := run.options.get("new_fields"):
        click.echo(_("New custom fields: {fields}").format(fields=_first(fields)))
    if place:
        _tell_rows(refused_sample(run, SHOWN))
        click.echo(_("Refused rows, with the reason: {place}").format(place=place), err=True)
    if number := counts["incomplete"]:
        _tell_rows(warned_rows(run)[:SHOWN])
        text = _("Rows that came in without the cells that could not be read: {number}.")
        click.echo(text.format(number=number), err=True)
    _tell_left_out(run)
    if not dry_run and counts["created"] + counts["updated"]:
        click.echo(_("To take it back: trato import undo {number}").format(number=run.pk))


def _more(run: Import, place: Path | None, dry_run: bool) -> dict[str, Any]:
    """What programs get beside the counts."""
    more = {
        "dry_run": dry_run,
        "refused_file": str(place) if place else None,
        "left_out": [
            {"row": line.number, "reason": line.code, "cells": line.cells} for line in left_out(run)
        ],
        "not_imported": not_imported(run),
        "ids_of": run.system,
        "new_fields": run.options.get("new_fields", []),
    }
    return more if dry_run else more | {"import": run.pk}


def _tell_left_out(run: Import) -> None:
    """What of the file is no part of the rows that were read."""
    if columns := not_imported(run):
        text = _("Columns not imported: {columns}")
        click.echo(text.format(columns=_first(columns)), err=True)
        if run.kind == Import.Kind.COSTS:
            click.echo(_("Costs have no custom fields for further columns."), err=True)
    if lines := left_out(run):
        text = _("Lines left out, as totals, notes or repeated headings: {number}")
        click.echo(text.format(number=len(lines)), err=True)
    for line in lines[:SHOWN]:
        told = f"{line.reason} {' · '.join(line.cells)}"
        click.echo(_("Row {number}: {reason}").format(number=line.number, reason=told), err=True)


def _first(columns: list[str]) -> str:
    shown = ", ".join(column[:LONGEST_CELL] for column in columns[:SHOWN])
    more = len(columns) - SHOWN
    return f"{shown}, {_('and {number} more').format(number=more)}" if more > 0 else shown


def _tell_rows(rows: Iterable[ImportRow]) -> None:
    for row in rows:
        text = _("Row {number}: {reason}").format(number=row.number, reason=row.reason)
        click.echo(text, err=True)


def _status(counts: dict[str, Any]) -> int:
    done = counts["created"] + counts["updated"] + counts["unchanged"]
    if counts["refused"]:
        return SOME_REFUSED if done else NOTHING_DONE
    return ALL_GOOD
