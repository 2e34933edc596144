"""The tables of the database, brought to the state that this version of Trato knows."""

from collections.abc import Iterable

import click
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import InsufficientPrivilege

from trato.cli.language import gettext as _
from trato.kit.environment import CannotStart
from trato.kit.postgres import programs

_MIGRATING = 7_281_946  # The number of the lock by which only one process at a time migrates.


def names(migrations: Iterable[tuple[str, str]]) -> set[str]:
    return {f"{app}.{name}" for app, name in migrations}


def known() -> set[str]:
    """All that this version brings."""
    return names(MigrationLoader(None).disk_migrations or ())


def migrate() -> None:
    """Bring the tables up to date; several processes may try at once."""
    with connection.cursor() as sql:
        sql.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            _migrate()
        finally:
            sql.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def begin() -> None:
    """The first command on an empty database makes its tables. Old ones wait for `trato up`:
    another process may still work with them."""
    if MigrationRecorder.Migration._meta.db_table not in connection.introspection.table_names():
        migrate()


def _is_forbidden(error: ProgrammingError) -> bool:
    return isinstance(error.__cause__, InsufficientPrivilege)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if names(executor.loader.applied_migrations) - known():
        raise CannotStart(
            _("The database was written by a newer Trato. Install that version, or a later one.")
        )
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    click.echo(_("Preparing the database …"), err=True)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (ProgrammingError, MigrationSchemaMissing) as error:
        if isinstance(error, ProgrammingError) and not _is_forbidden(error):
            raise
        raise CannotStart(
            _(
                "The user of the database may not change it ({reason}). Make it the owner of the"
                " database, or let an administrator create the extensions {extensions} in it."
            ).format(reason=str(error).splitlines()[0], extensions=", ".join(programs.EXTENSIONS))
        ) from None
