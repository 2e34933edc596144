"""`trato up`: the database, the web server and the worker under one process."""

import hashlib
import http.client
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections

from trato.cli.language import gettext as _
from trato.cli.start import has_to_rest
from trato.cli.supervisor import Child, Supervisor
from trato.cli.tables import migrate
from trato.kit import environment
from trato.kit.postgres.server import Server
from trato.kit.temporary import forget_leftovers

logger = logging.getLogger(__name__)

# Our own bundle has htmx, and the page of the API draws with Swagger: megabytes to compress.
_UNUSED_ASSETS = ["django_htmx", "redoc*"]


@click.command(help=_("Start Trato: database, web server, worker. Ctrl-C stops it."))
def up() -> None:
    run()


def run(prepare: Callable[[], Sequence[str]] | None = None) -> None:
    """Everything ready, then served until somebody stops it.

    `prepare` is called when the tables exist; the lines it returns follow the address.
    """
    own_server = click.get_current_context().find_object(Server)
    migrate()
    collect_assets()
    lines = prepare() if prepare else ()
    # Answers of another version of Trato may have another shape.
    caches["shared"].clear()
    forget_leftovers()
    connections.close_all()
    command = [sys.executable, "-m", "trato.cli"]
    parent = ["--parent", str(os.getpid())]
    children = [
        Child("web", [*command, "web", *parent]),
        Child("worker", [*command, "worker", *parent]),
    ]
    home = environment.home()
    Supervisor(children, _Watch(own_server, lines), lambda: has_to_rest(home)).run()
    click.echo(_("Trato has stopped."))


@dataclass
class _Watch:
    """With every beat: the database lives, and once it is true, that people can come in."""

    server: Server | None
    lines: Sequence[str]
    announced: bool = field(default=False)

    def __call__(self) -> None:
        if self.server and self.server.revive():
            logger.error("the database had ended and was started again")
        if not self.announced and _answers():
            self.announced = True
            click.echo(_("Trato is ready: {url}").format(url=settings.PUBLIC_URL))
            for line in [*self.lines, _("Ctrl-C stops it.")]:
                click.echo(line)


def _answers() -> bool:
    bind = environment.value("TRATO_BIND")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104
    asked = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        asked.request("GET", "/", headers={"Host": settings.ALLOWED_HOSTS[0]})
        asked.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return True


def collect_assets() -> None:
    """Compress style sheets and scripts into TRATO_HOME, when they have changed."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    state = _state_of_assets()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=_UNUSED_ASSETS
    )
    stamp.write_text(state)


def _state_of_assets() -> str:
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            state.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return state.hexdigest()
