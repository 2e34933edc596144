"""What has to be true before a command runs."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import IO

import django
import psycopg
from django.utils import translation
from psycopg.conninfo import conninfo_to_dict

from trato.cli.language import gettext as _
from trato.kit import console, environment
from trato.kit.environment import CannotStart
from trato.kit.postgres import programs
from trato.kit.postgres.server import Server, embedded

_REST, _LOOK = "rest.lock", 1.0
_TAKEN = _("Set TRATO_PORT to a free one, or stop the program that has it.")
_NO_ADDRESS = _("Set TRATO_BIND to an address of this machine, or to 0.0.0.0 for all of them.")
_REMEDIES = {
    errno.EADDRNOTAVAIL: _NO_ADDRESS,
    errno.EACCES: _("Set TRATO_PORT to 1024 or more: those below are for the administrator."),
}


class Needs(Enum):
    """What a command needs besides right settings; each includes those above it."""

    NOTHING = auto()
    DJANGO = auto()
    DATABASE = auto()
    TABLES = auto()
    PORT = auto()


def prepare_django() -> None:
    """Models can be imported afterwards; nothing connects to the database yet."""
    _check_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trato.settings")
    django.setup()
    translation.activate(console.language())


def _check_environment() -> None:
    environment.check()
    home = environment.home()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotStart(
            _("The folder {home} cannot be made ({reason}). Set TRATO_HOME to another one.").format(
                home=home, reason=error.strerror
            )
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise CannotStart(
            _("The folder {home} is not writable. Change its rights or set TRATO_HOME.").format(
                home=home
            )
        )


@contextmanager
def resources(needs: Needs) -> Iterator[Server | None]:
    """Hold what the command needs for as long as it runs. Gives our own server, if there is one."""
    with ExitStack() as held:
        if needs is not Needs.NOTHING:
            _check_environment()
        if needs.value >= Needs.PORT.value:
            held.enter_context(sole_use(environment.home()))
            check_port()
        yield held.enter_context(database()) if needs.value >= Needs.DATABASE.value else None


@contextmanager
def database() -> Iterator[Server | None]:
    """The database of DATABASE_URL, tried; else our own, running while the block lasts."""
    url = environment.value("DATABASE_URL")
    if url:
        try_database(url)
        yield None
    else:
        with embedded(environment.home()) as server:
            yield server


def try_database(url: str) -> None:
    try:
        parts = conninfo_to_dict(url)
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        raise CannotStart(
            _("The database of DATABASE_URL cannot be used: {reason} Check the address.").format(
                reason=_first_line(error)
            )
        ) from None
    if version < programs.OLDEST:
        raise CannotStart(
            _("The database at {host} is PostgreSQL {version}. Trato needs 15 or later.").format(
                host=parts.get("host", "localhost"), version=version
            )
        )
    if encoding != "UTF8":
        raise CannotStart(
            _("The database is encoded in {encoding}. Create one with ENCODING 'UTF8'.").format(
                encoding=encoding
            )
        )


def _first_line(error: psycopg.Error) -> str:
    text = str(error).strip().splitlines()[0].removeprefix("connection failed: ")
    return text if text.endswith(".") else f"{text}."


@contextmanager
def sole_use(home: Path) -> Iterator[None]:
    """Only one `trato up` for a home: two workers and two servers would be none the wiser."""
    with (home / "up.lock").open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            raise CannotStart(
                _("Trato already runs on {home} (process {pid}). Stop it first, or use it.").format(
                    home=home, pid=held.read().strip() or "?"
                )
            ) from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


@contextmanager
def at_rest(home: Path) -> Iterator[None]:
    """Who serves this home rests: `trato up` ends its web server and worker, and starts them again
    when the block, or its process, has ended."""
    with (home / _REST).open("a") as held:
        deadline = time.monotonic() + _LOOK
        while not _locked(held, fcntl.LOCK_EX):
            # The look of a `trato up` takes no time; another command keeps it.
            if time.monotonic() > deadline:
                raise CannotStart(_("Another command works on {home} alone.").format(home=home))
            time.sleep(0.01)
        yield


def has_to_rest(home: Path) -> bool:
    with (home / _REST).open("a") as held:
        return not _locked(held, fcntl.LOCK_SH)


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def check_port() -> None:
    """Ask now: the web server would only say so much later, and in its own words."""
    host, port = environment.value("TRATO_BIND"), environment.value("TRATO_PORT")
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        text = _("Port {port} of {host} cannot be used ({reason}). {remedy}")
        remedy = _REMEDIES.get(error.errno or 0, _TAKEN)
        if isinstance(error, socket.gaierror):
            remedy = _NO_ADDRESS
        raise CannotStart(
            text.format(port=port, host=host, reason=error.strerror, remedy=remedy)
        ) from None
