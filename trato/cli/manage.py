"""Django's own commands, for developers: `trato manage makemigrations`."""

import click
from django.core.management import execute_from_command_line

from trato.cli.language import gettext as _

_EVERYTHING = {"ignore_unknown_options": True, "help_option_names": []}


@click.command(context_settings=_EVERYTHING, help=_("Run a command of Django."))
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def manage(args: tuple[str, ...]) -> None:
    execute_from_command_line(["trato manage", *args])
