"""The table of commands. A command's module is loaded when it is called, Django being ready."""

import errno
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
import psycopg
from django.db import DatabaseError, OperationalError

from trato import __version__
from trato.cli import start
from trato.cli.language import gettext as _
from trato.cli.start import Needs
from trato.kit.environment import CannotStart


@dataclass(frozen=True)
class Entry:
    place: str
    needs: Needs
    summary: str


COMMANDS = {
    "up": Entry("trato.cli.up:up", Needs.PORT, _("Start Trato: database, web server, worker.")),
    "demo": Entry("trato.cli.demo:demo", Needs.PORT, _("Start Trato with a company to try.")),
    "import": Entry(
        "trato.cli.imports:import_", Needs.TABLES, _("Bring in customers, orders and so on.")
    ),
    "export": Entry("trato.cli.exports:export", Needs.TABLES, _("Write a list to a file.")),
    "insight": Entry(
        "trato.cli.insight:insight", Needs.TABLES, _("Work out scores and what to offer.")
    ),
    "user": Entry("trato.cli.users:user", Needs.TABLES, _("Create and manage users.")),
    "token": Entry("trato.cli.tokens:token", Needs.TABLES, _("Create and revoke API tokens.")),
    "doctor": Entry("trato.cli.doctor:doctor", Needs.DJANGO, _("Check that all is well.")),
    "backup": Entry("trato.cli.backup:backup", Needs.DATABASE, _("Write everything to a file.")),
    "restore": Entry("trato.cli.restore:restore", Needs.DATABASE, _("Read a backup back.")),
    "settings": Entry("trato.cli.settings:settings", Needs.NOTHING, _("List all settings.")),
    "worker": Entry(
        "trato.cli.worker:worker", Needs.DATABASE, _("Start only the worker (part of up).")
    ),
    "manage": Entry("trato.cli.manage:manage", Needs.DATABASE, _("Run a command of Django.")),
}
HIDDEN = {"web": Entry("trato.cli.web:web", Needs.DATABASE, "")}


class Table(click.Group):
    """The help lists the table without loading anything."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = (COMMANDS | HIDDEN).get(cmd_name)
        if entry is None:
            return None
        if entry.needs is not Needs.NOTHING:
            start.prepare_django()
        module, name = entry.place.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The place where the command is known and not yet loaded: what it needs comes first."""
        entry = (COMMANDS | HIDDEN).get(args[0])
        asks_for_help = "--help" in args and args[0] != "manage"
        runs = bool(entry) and not ctx.resilient_parsing and not asks_for_help
        if entry and runs:
            ctx.obj = ctx.with_resource(start.resources(entry.needs))
        resolved = super().resolve_command(ctx, args)
        if entry and runs and entry.needs is Needs.TABLES:
            importlib.import_module("trato.cli.tables").begin()
        return resolved


@click.group(cls=Table, help=_("Trato, a CRM for the whole life of a customer."))
@click.version_option(__version__, prog_name="Trato")
def trato() -> None:
    pass


_FORESEEN = (CannotStart, OSError, OperationalError, psycopg.OperationalError)


def main(args: Sequence[str] | None = None) -> None:
    """Run a command. What keeps Trato from starting is one line, and the status is 2."""
    # Otherwise our own database would go on without anybody.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        trato(args, prog_name="trato")
    except (*_FORESEEN, DatabaseError) as error:
        is_foreseen = isinstance(error, _FORESEEN) or _is_behind(error)
        if os.environ.get("TRATO_DEBUG") == "yes" or not is_foreseen:
            raise
        click.echo(f"trato: {_one_line(error)}", err=True)
        sys.exit(2)


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if _is_behind(error):
        return _("The tables of the database are missing or old. Start Trato once: trato up")
    if _is_full(error):
        reason = str(error).splitlines()[0]
        return _("The disk is full: {reason}. Make room and try again.").format(reason=reason)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, (OperationalError, psycopg.OperationalError)):
        return _("The database does not answer any more: {reason}").format(reason=text)
    return text


def _is_full(error: Exception) -> bool:
    told = [error, error.__cause__]
    return any(
        isinstance(one, psycopg.errors.DiskFull)
        or (isinstance(one, OSError) and one.errno == errno.ENOSPC)
        for one in told
    )


def _is_behind(error: Exception) -> bool:
    """A command before the first `trato up` of a newer version."""
    missing = psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn
    return isinstance(error.__cause__, missing)
