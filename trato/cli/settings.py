"""`trato settings`: every variable that Trato reads."""

import os

import click

from trato.cli.language import gettext as _
from trato.kit.environment import SETTINGS, Setting


@click.command(help=_("List all settings, with what they are now."))
def settings() -> None:
    for setting in SETTINGS:
        click.echo(f"{setting.name} = {_shown(setting)}")
        click.echo(f"    {setting.meaning}")


def _shown(setting: Setting) -> str:
    given = os.environ.get(setting.name)
    if given and setting.secret:
        return _("(given, secret)")
    return given or setting.default or _("(empty)")
