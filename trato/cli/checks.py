"""The questions that `trato doctor` asks."""

import shutil
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from trato.cli.language import gettext as _
from trato.customers import eventlog
from trato.kit import environment
from trato.kit.postgres import programs

LEAST_FREE = 1024**3
WORKER_SILENCE = 60
GREATEST_LAG = 10_000
GREATEST_SKEW = 5.0
SHORTEST_KEY = 32


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty when all is well."""

    name: str
    text: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return not self.remedy


def of_this_machine() -> Iterator[Finding]:
    yield disk()
    yield secret_key()
    yield mail_server()


def of_the_database() -> Iterator[Finding]:
    yield database()
    yield extensions()
    migrated = migrations()
    yield migrated
    yield clock()
    if migrated.ok:
        yield worker()
        yield consumers()


def disk() -> Finding:
    home = environment.home()
    free = shutil.disk_usage(home).free
    text = _("{free:.1f} GB free in {home}").format(free=free / 1024**3, home=home)
    remedy = _("Make room, or move TRATO_HOME to a larger disk.") if free < LEAST_FREE else ""
    return Finding("disk", text, remedy)


def secret_key() -> Finding:
    if environment.value("TRATO_SECRET_KEY"):
        short = len(settings.SECRET_KEY) < SHORTEST_KEY
        remedy = _("Make TRATO_SECRET_KEY at least 32 characters long.") if short else ""
        return Finding("secret key", _("given by TRATO_SECRET_KEY"), remedy)
    path = Path(settings.TRATO_HOME) / "secret_key"
    if path.stat().st_mode & 0o077:
        return Finding(
            "secret key", _("others can read {path}").format(path=path), f"chmod 600 {path}"
        )
    return Finding("secret key", _("only you can read {path}").format(path=path))


def mail_server() -> Finding:
    url = environment.value("TRATO_MAIL_URL")
    if not url:
        text = _("messages are written to {folder}").format(folder=settings.TRATO_HOME / "mail")
        return Finding("mail", text)
    server = urlsplit(url).netloc.rpartition("@")[2]
    try:
        with mail.mailers.default:
            return Finding("mail", _("{server} answers").format(server=server))
    except (OSError, smtplib.SMTPException) as error:
        text = _("{server} cannot be used: {error}").format(server=server, error=error)
        return Finding("mail", text, _("Check TRATO_MAIL_URL."))


def _ask[T](query: str, read: Callable[[tuple[object, ...]], T]) -> T:
    with connection.cursor() as sql:
        sql.execute(query)
        return read(sql.fetchone() or ())


def database() -> Finding:
    version = _ask("SHOW server_version", lambda row: str(row[0]))
    size = _ask("SELECT pg_size_pretty(pg_database_size(current_database()))", lambda row: row[0])
    whose = _("of DATABASE_URL") if environment.value("DATABASE_URL") else _("Trato's own")
    return Finding("database", f"PostgreSQL {version}, {whose}, {size}")


def extensions() -> Finding:
    with connection.cursor() as sql:
        sql.execute("SELECT extname FROM pg_extension")
        missing = sorted(set(programs.EXTENSIONS) - {name for (name,) in sql.fetchall()})
    if not missing:
        return Finding("extensions", ", ".join(programs.EXTENSIONS))
    names = ", ".join(missing)
    return Finding(
        "extensions",
        _("missing: {names}").format(names=names),
        _("Run trato up; if it may not create them, an administrator of the database must."),
    )


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        text = _("changes of the tables are waiting: {number}").format(number=waiting)
        return Finding("tables", text, _("Run trato up, which applies them."))
    return Finding("tables", _("up to date"))


def clock() -> Finding:
    asked = time.time()
    theirs = _ask("SELECT extract(epoch FROM clock_timestamp())::float8", lambda row: row[0])
    skew = abs(float(str(theirs)) - (asked + time.time()) / 2)
    text = _("{skew:.1f} s apart from the database's").format(skew=skew)
    remedy = _("Synchronise the clocks of both machines (NTP).") if skew > GREATEST_SKEW else ""
    return Finding("clock", text, remedy)


def worker() -> Finding:
    query = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
    silence = _ask(query, lambda row: row[0])
    start_it = _("Start Trato: trato up")
    if silence is None:
        return Finding("worker", _("none is running"), start_it)
    seconds = float(str(silence))
    text = _("last sign of life {seconds:.0f} s ago").format(seconds=seconds)
    return Finding("worker", text, start_it if seconds > WORKER_SILENCE else "")


def consumers() -> Finding:
    behind = max(eventlog.lag().items(), key=lambda item: item[1], default=("", 0))
    if behind[1] > GREATEST_LAG:
        text = _("{name} is {number} events behind").format(name=behind[0], number=behind[1])
        return Finding("event log", text, _("Look for errors in the output of the worker."))
    if waiting := eventlog.set_aside():
        text = _("events that could not be digested: {number}").format(number=waiting)
        return Finding("event log", text, _("Try them again: trato doctor --retry"))
    return Finding("event log", _("at most {number} events waiting").format(number=behind[1]))
