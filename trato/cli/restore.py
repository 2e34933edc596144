"""`trato restore`: a backup takes the place of everything."""

from datetime import datetime
from pathlib import Path

import click
from django.db import connection, connections

from trato.cli import archive, start, tables
from trato.cli.archive import Archive
from trato.cli.language import gettext as _
from trato.customers import eventlog
from trato.kit import environment
from trato.kit.environment import CannotStart


@click.command(help=_("Put the backup FILE in place of everything. All or nothing."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=_("Replace a database that is not empty."))
def restore(file: Path, yes: bool) -> None:
    with start.sole_use(environment.home()), archive.opened(file) as backup:
        _check_version(backup)
        _check_nobody_works()
        if not yes and not archive.is_empty():
            raise CannotStart(
                _("The database is not empty. To replace all of it, add --yes to the command.")
            )
        backup.restore_database()
        backup.restore_files()
        connections.close_all()
        tables.migrate()
        eventlog.rebase()
    at = datetime.fromisoformat(backup.manifest["at"]).astimezone()
    click.echo(_("Restored: Trato as it was on {at}.").format(at=f"{at:%Y-%m-%d %H:%M}"))


def _check_version(backup: Archive) -> None:
    if set(backup.manifest["migrations"]) - tables.known():
        raise CannotStart(
            _("The backup was made by a newer Trato ({version}). Install that one first.").format(
                version=backup.manifest["trato"]
            )
        )


def _check_nobody_works() -> None:
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
