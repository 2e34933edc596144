"""A backup: one tar with the database, the uploaded files and a manifest that says what they are.

The key that signs sessions is not in it: after a restore elsewhere people log in again.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from trato import __version__
from trato.cli import tables
from trato.cli.language import gettext as _
from trato.kit import environment
from trato.kit.environment import CannotStart
from trato.kit.postgres import programs
from trato.kit.postgres.server import address

FORMAT = 1
_DUMP, _MANIFEST, _FILES = "database.dump", "manifest.json", "files"
_EMPTY = b"DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"
# Newer programs set it, older servers do not know it, and nothing depends on it.
_TOO_NEW = b"SET transaction_timeout = 0;\n"
_HEAD = 100


def write(target: Path, *, at: datetime) -> None:
    """Appears under its name only when it is whole."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".trato-backup-") as place:
        dump, half = Path(place, _DUMP), Path(place, "backup.tar")
        _dump_database(dump)
        manifest = Path(place, _MANIFEST)
        manifest.write_text(json.dumps(_manifest(dump, at), indent=2))
        with tarfile.open(half, "w") as tar:
            tar.add(manifest, _MANIFEST)
            tar.add(dump, _DUMP)
            if Path(settings.MEDIA_ROOT).exists():
                tar.add(settings.MEDIA_ROOT, _FILES)
        half.chmod(0o600)
        half.replace(target)


def _manifest(dump: Path, at: datetime) -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "trato": __version__,
        "at": at.isoformat(),
        "migrations": sorted(tables.names(applied)),
        "dump_sha256": _digest(dump),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _server_major() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10_000  # type: ignore[attr-defined]


def _database() -> tuple[str, dict[str, str]]:
    """The database for programs of PostgreSQL: all can read arguments, so the password is apart."""
    parts = conninfo_to_dict(environment.value("DATABASE_URL") or address(settings.TRATO_HOME))
    password = parts.pop("password", None)
    surroundings = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    return make_conninfo("", **parts), surroundings


def _dump_database(target: Path) -> None:
    found, (database, surroundings) = programs.client("pg_dump", _server_major()), _database()
    command = [found.path("pg_dump"), "-Fc", "--no-owner", "--no-acl", "-f", str(target), database]
    done = subprocess.run(  # noqa: S603
        command, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotStart(_("The database cannot be read: {error}").format(error=done.stderr))


@contextmanager
def opened(source: Path) -> Iterator["Archive"]:
    """The backup, unpacked and checked."""
    home = Path(settings.TRATO_HOME)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as place:
        try:
            with tarfile.open(source) as tar:
                tar.extractall(place, filter="data")
            manifest = json.loads(Path(place, _MANIFEST).read_text())
        except (FileNotFoundError, tarfile.TarError, ValueError):
            raise CannotStart(
                _("{file} is not a whole backup of Trato.").format(file=source)
            ) from None
        except OSError as error:
            raise CannotStart(
                _("{file} cannot be unpacked ({error}).").format(file=source, error=error.strerror)
            ) from None
        archive = Archive(Path(place), manifest)
        archive.check()
        yield archive


class Archive:
    def __init__(self, place: Path, manifest: dict[str, Any]) -> None:
        self.place, self.manifest = place, manifest

    def check(self) -> None:
        if self.manifest.get("dump_sha256") != _digest(self.place / _DUMP):
            raise CannotStart(_("The backup is damaged: its database has another checksum."))

    def restore_files(self) -> None:
        """In place of those that are there now."""
        files, now = self.place / _FILES, Path(settings.MEDIA_ROOT)
        files.mkdir(exist_ok=True)
        if now.exists():
            now.rename(self.place / "replaced")
        shutil.move(files, now)

    def restore_database(self) -> None:
        """All or nothing: the end of the transaction is only sent when everything has arrived."""
        reader, (database, surroundings) = self._reader(_server_major()), _database()
        pipe = subprocess.PIPE
        read = [reader.path("pg_restore"), "--no-owner", "--no-acl", "-f", "-"]
        psql = [reader.path("psql"), "-Xqo", os.devnull, "-v", "ON_ERROR_STOP=1", "-d", database]
        with (
            tempfile.TemporaryFile(dir=self.place) as said,
            subprocess.Popen([*read, str(self.place / _DUMP)], stdout=pipe, stderr=said) as source,  # noqa: S603
            subprocess.Popen(psql, stdin=pipe, stderr=said, env=surroundings) as target,  # noqa: S603
        ):
            _pour(source, target)
            said.seek(0)
            error = said.read(2000).decode(errors="replace")
        if source.returncode or target.returncode:
            raise CannotStart(_("Nothing was restored: {error}").format(error=error))

    def _reader(self, major: int) -> programs.Programs:
        """Programs of the server's version, or the oldest newer ones that can read the dump."""
        for candidate in range(major, major + 10):
            found = programs.client("pg_restore", candidate)
            listed = subprocess.run(  # noqa: S603
                [found.path("pg_restore"), "-l", str(self.place / _DUMP)],
                capture_output=True,
                check=False,
            )
            if listed.returncode == 0:
                return found
        raise CannotStart(_("No pg_restore here can read the database of this backup."))


def _pour(source: "subprocess.Popen[bytes]", target: "subprocess.Popen[bytes]") -> None:
    script, reader = target.stdin, source.stdout
    if script is None or reader is None:
        raise TypeError("both processes need pipes")
    try:
        script.write(b"BEGIN;\n" + (b"" if is_empty() else _EMPTY))
        for _number in range(_HEAD):
            line = reader.readline()
            script.write(b"" if line == _TOO_NEW else line)
        shutil.copyfileobj(reader, script, 1024 * 1024)
        if source.wait() == 0:
            script.write(b"\nCOMMIT;\n")
        script.close()
    except BrokenPipeError:
        source.kill()
        with suppress(BrokenPipeError):
            script.close()


def is_empty() -> bool:
    with connection.cursor() as sql:
        sql.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = sql.fetchone() or (0,)
    return tables == 0
