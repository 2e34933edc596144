"""The server of one TRATO_HOME: started when needed, shared by all, stopped by the last."""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg.sql import SQL, Identifier

from trato.kit.console import gettext as _
from trato.kit.environment import CannotStart
from trato.kit.postgres.account import Account, check_way, choose, reachable
from trato.kit.postgres.options import options
from trato.kit.postgres.process import command_of, exists, wait
from trato.kit.postgres.programs import Programs, serving

NAME = "trato"
_SUPERUSER = "postgres"
_LONGEST_FOLDER = 88  # The system allows 103 to 107 bytes for it and "/.s.PGSQL.5432".
_LONGEST_LOG = 5_000_000
_PATIENCE = 300  # Seconds; after a crash with much to replay a server takes its time.
_started: dict[int, subprocess.Popen[bytes]] = {}


@contextmanager
def embedded(home: Path, *, durable: bool = True) -> Iterator["Server"]:
    """A running server for as long as the block lasts. Not durable: fast, for tests only."""
    server = Server(home.resolve(), durable)
    server.prepare()
    with (server.folder / "lease").open("a") as lease:
        with server.lock():
            fcntl.flock(lease, fcntl.LOCK_SH)
            server.start()
        try:
            yield server
        finally:
            with server.lock():
                if _alone(lease):
                    server.stop()


def address(home: Path, database: str = NAME, user: str = NAME) -> str:
    """The DATABASE_URL of a home's own server, whether it runs or not."""
    return f"postgresql://{user}@/{database}?host={quote(str(socket_folder(home)), '')}&port=5432"


def socket_folder(home: Path) -> Path:
    folder = home / "postgres/run"
    if len(os.fsencode(folder)) <= _LONGEST_FOLDER:
        return folder
    return Path("/tmp") / f"trato-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"  # noqa: S108


def _reply(url: str) -> str:
    """“yes”, “wait” while the server starts or stops, “no”."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return "wait" if "the database system is" in str(error) else "no"
    return "yes"


def _first_number(lock_file: Path) -> int:
    """The process that a lock file names; 0 without one."""
    try:
        return int(lock_file.read_text().split("\n")[0])
    except (OSError, ValueError):
        return 0


def _complaint(text: str) -> str:
    """What a program of PostgreSQL says in its last words, but for its answers to our knocking."""
    told = (line for line in text.splitlines() if line.strip())
    lines = [line for line in told if not any(one in line for one in _ANSWERS)]
    fatal = [line for line in lines if "FATAL:" in line or "error:" in line]
    return re.sub(r"^.*?(FATAL|error):\s*", "", [*lines, *fatal][-1]) if lines else ""


def _alone(lease: IO[str]) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_ANSWERS = ("the database system is ", "Consistent recovery state", "database system is shut down")
_INITDB = ["-U", _SUPERUSER, "-E", "UTF8", "--auth-local=trust", "--auth-host=reject", "-k"]


def _locales(major: int) -> Iterator[list[str]]:
    """Lower case beyond ASCII where the system can; order never depends on the database."""
    if major >= 17:
        yield ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    yield ["--locale=C.UTF-8"]
    yield ["--locale=C"]


@dataclass(frozen=True)
class Server:
    home: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return address(self.home)

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @cached_property
    def programs(self) -> Programs:
        return serving(self._majors())

    @property
    def data(self) -> Path:
        return self.folder / str(self.programs.major)

    @cached_property
    def account(self) -> Account:
        return choose(self.data)

    def _majors(self) -> list[int]:
        found = self.folder.glob("*/PG_VERSION")
        return [int(path.parent.name) for path in found if path.parent.name.isdigit()]

    @property
    def _sockets(self) -> Path:
        return socket_folder(self.home)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time looks whether the server runs, starts it or stops it."""
        with (self.folder / "lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def prepare(self) -> None:
        """The folders, such that the account of the server can reach its own and no other."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.mkdir(exist_ok=True, mode=0o700)
        for path in (self.home, self.folder):
            self.account.let_in(path)
        check_way(self.account, self.folder)

    def start(self) -> None:
        """Make sure that it runs and answers; call it under the lock."""
        if not (self.pid() and self._settles()):
            self.stop()
            self._make_cluster()
            self.account.own(self._sockets)
            self._launch()
        self._make_database()

    def revive(self) -> bool:
        """Start it again if it died; says whether it had."""
        if self.pid():
            return False
        with self.lock():
            self.start()
        return True

    def stop(self) -> None:
        """Ask it to end quickly and in order; if it hangs, as if the power had failed."""
        for request, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10)):
            if not (pid := self.pid()):
                return
            os.kill(pid, request)
            wait(lambda: not self.pid(), patience)

    def pid(self) -> int | None:
        """The running postmaster. Its file alone proves nothing: it survives a crash."""
        pid = _first_number(self.data / "postmaster.pid")
        if pid in _started and _started[pid].poll() is not None:
            return None
        return pid if pid and str(self.data) in command_of(pid) else None

    def _settles(self) -> bool:
        """It may still be starting, or just be stopping: wait until it is one or the other."""
        wait(lambda: not self.pid() or _reply(self._admin()) != "wait", _PATIENCE)
        return _reply(self._admin()) == "yes"

    def _admin(self) -> str:
        return address(self.home, "postgres", _SUPERUSER)

    @cached_property
    def _runnable(self) -> Programs:
        return reachable(self.programs, self.account, self.folder)

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        half = self.data.with_suffix(".new")
        sync = [] if self.durable else ["--no-sync"]
        for locale in _locales(self.programs.major):
            shutil.rmtree(half, ignore_errors=True)
            self.account.own(half)
            made = subprocess.run(  # noqa: S603
                [self._runnable.path("initdb"), "-D", str(half), *_INITDB, *locale, *sync],
                capture_output=True,
                text=True,
                check=False,
                **self._surroundings(),
            )
            if made.returncode == 0:
                half.rename(self.data)
                return
        raise CannotStart(
            _(
                "No database could be made in {folder} ({reason})."
                " Make room there, or set TRATO_HOME to another folder."
            ).format(folder=self.folder, reason=_complaint(made.stderr))
        )

    def _surroundings(self) -> dict[str, Any]:
        """Nothing of the person's environment (PGHOST, LANG …) may reach the programs."""
        surroundings = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        return {"cwd": "/", "env": surroundings, "umask": 0o077, **self.account.run_as()}

    def _launch(self) -> None:
        deadline = time.monotonic() + 20
        while reason := self._comes_up():
            # Children of a killed server end a moment after it.
            if "shared memory block" not in reason or time.monotonic() > deadline:
                raise CannotStart(
                    _("PostgreSQL does not start: {reason} (more in {log}).").format(
                        reason=reason, log=self.log
                    )
                )
            time.sleep(0.2)

    def _comes_up(self) -> str:
        """Empty, or why it does not."""
        self._forget_stranger()
        if self.log.exists() and self.log.stat().st_size > _LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".old"))
        read = self.log.stat().st_size if self.log.exists() else 0
        process = self._spawn()
        wait(lambda: process.poll() is not None or _reply(self._admin()) == "yes", _PATIENCE)
        if process.poll() is None:
            return ""
        return _complaint(self.log.read_bytes()[read:].decode(errors="replace")) or "?"

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = options(self._sockets, self.programs, self.durable)
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [self._runnable.path("postgres"), "-D", str(self.data), *flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._surroundings(),
            )
        _started[process.pid] = process
        return process

    def _forget_stranger(self) -> None:
        """PostgreSQL believes a lock file if any process has its number: after a reboot another
        program may have it, and a dead child of ours until it is waited for.
        """
        for path in (self.data / "postmaster.pid", self._sockets / ".s.PGSQL.5432.lock"):
            pid = _first_number(path)
            if pid in _started:
                _started[pid].wait(10)
            if pid and exists(pid):
                path.unlink()

    def _make_database(self) -> None:
        if _reply(self.url) == "yes":
            return
        with psycopg.connect(self._admin(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME])
            if not known.fetchone():
                connection.execute(SQL("CREATE ROLE {} LOGIN CREATEDB").format(Identifier(NAME)))
            connection.execute(SQL("CREATE DATABASE {0} OWNER {0}").format(Identifier(NAME)))
