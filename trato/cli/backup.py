"""`trato backup`: the database and the files in one."""

from pathlib import Path

import click
from django.utils import timezone

from trato.cli import archive
from trato.cli.language import gettext as _
from trato.kit.environment import CannotStart


@click.command(help=_("Write everything that Trato knows to FILE. Trato may be running."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    target = file.absolute()
    if target.exists():
        raise CannotStart(_("{file} exists already. Choose another name.").format(file=file))
    if not target.parent.is_dir():
        raise CannotStart(_("There is no folder {folder}.").format(folder=target.parent))
    archive.write(target, at=timezone.now())
    size = target.stat().st_size / 1024**2
    click.echo(_("{file}: {size:.1f} MB").format(file=file, size=size))
