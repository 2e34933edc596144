"""`trato restore`: a backup takes the place of everything."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import click
from django.core.cache import caches
from django.db import connection, connections

from trato.cli import archive, start, tables
from trato.cli.archive import Archive
from trato.cli.language import gettext as _
from trato.customers import eventlog
from trato.kit import environment
from trato.kit.environment import CannotStart

# A web server in the middle of an answer and a worker in the middle of a job end by then.
_PATIENCE = 30.0


@click.command(
    help=_("Put the backup FILE in place of everything. All or nothing. Trato may be running.")
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=_("Replace a database that is not empty."))
def restore(file: Path, yes: bool) -> None:
    home = environment.home()
    with archive.opened(file) as backup:
        _check_version(backup)
        if not yes and not archive.is_empty():
            raise CannotStart(
                _("The database is not empty. To replace all of it, add --yes to the command.")
            )
        connections.close_all()
        with start.at_rest(home), _unless_served(home) as is_served:
            _check_nobody_works(_PATIENCE if is_served else 0)
            _replace(backup)
    at = datetime.fromisoformat(backup.manifest["at"]).astimezone()
    click.echo(_("Restored: Trato as it was on {at}.").format(at=f"{at:%Y-%m-%d %H:%M}"))


def _replace(backup: Archive) -> None:
    backup.restore_database()
    backup.restore_files()
    connections.close_all()
    tables.migrate()
    eventlog.rebase()
    # Answers about what is no more.
    caches["shared"].clear()


def _check_version(backup: Archive) -> None:
    if set(backup.manifest["migrations"]) - tables.known():
        raise CannotStart(
            _("The backup was made by a newer Trato ({version}). Install that one first.").format(
                version=backup.manifest["trato"]
            )
        )


@contextmanager
def _unless_served(home: Path) -> Iterator[bool]:
    """Whether `trato up` runs here, at rest now; else nobody can start it meanwhile."""
    with ExitStack() as held:
        try:
            held.enter_context(start.sole_use(home))
        except CannotStart:
            yield True
        else:
            yield False


def _check_nobody_works(patience: float) -> None:
    deadline = time.monotonic() + patience
    while _others() > 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    if _others() > 0:
        raise CannotStart(_("Other programs are using the database. Stop Trato first."))


def _others() -> int:
    with connection.cursor() as sql:
        sql.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        (number,) = sql.fetchone() or (0,)
    return int(number)
