"""Whom the server runs as: ourselves, unless we are root, whom PostgreSQL refuses."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trato.kit.console import gettext as _
from trato.kit.environment import CannotStart
from trato.kit.postgres.programs import Programs

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who owns the data and runs the programs. `name` is empty when that is ourselves."""

    name: str = ""
    uid: int = -1
    gid: int = -1

    def run_as(self) -> dict[str, Any]:
        """What subprocess needs to run a program under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.name else {}

    def own(self, folder: Path) -> None:
        """A folder for this account alone. Under /tmp somebody else may have made it first."""
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), self.uid}:
                raise CannotStart(
                    _("{folder} belongs to somebody else. Remove it.").format(folder=folder)
                ) from None
        if self.name:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def let_in(self, folder: Path) -> None:
        """Open one of our own folders to this account alone, by way of its group."""
        if not self.name:
            return
        found = folder.stat()
        if found.st_uid == 0 and found.st_gid == 0 and not found.st_mode & stat.S_IXOTH:
            os.chown(folder, -1, self.gid)
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXGRP)

    def can(self, how: str, path: Path) -> bool:
        """`how` is a letter of test(1): x to run a file or to enter a folder."""
        command = ["/bin/sh", "-c", f'test -{how} "$1"', "sh", str(path)]
        return subprocess.run(command, check=False, cwd="/", **self.run_as()).returncode == 0  # noqa: S603


def choose(data: Path) -> Account:
    """Ourselves. For root: the owner of existing data, or an account without other powers."""
    if os.geteuid() != 0:
        return Account()
    if data.exists() and (owner := data.stat().st_uid) != 0:
        found = pwd.getpwuid(owner)
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _CANDIDATES:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise CannotStart(
        _(
            "PostgreSQL does not run as root and there is no account “postgres”."
            " Create it (useradd -r postgres), or start Trato as another user."
        )
    )


def check_way(account: Account, folder: Path) -> None:
    """The account must be able to enter every folder down to this one."""
    if not account.name or account.can("x", folder):
        return
    way = [*reversed(folder.parents), folder]
    closed = next(step for step in way if not account.can("x", step))
    raise CannotStart(
        _(
            "PostgreSQL cannot run as root, and the account “{account}” may not enter {folder}."
            " Set TRATO_HOME to another folder, or run: chmod o+x {folder}"
        ).format(account=account.name, folder=closed)
    )


def reachable(programs: Programs, account: Account, folder: Path) -> Programs:
    """Programs that the account can run: a copy when the bundled ones lie in a closed folder."""
    if not account.name or account.can("x", Path(programs.path("postgres"))):
        return programs
    if not programs.bundled:
        raise CannotStart(
            _("The account “{account}” may not run the programs in {folder}.").format(
                account=account.name, folder=programs.folder
            )
        )
    return Programs(_copy(programs, folder / f"programs-{programs.version}"), programs.version)


def _copy(programs: Programs, target: Path) -> Path:
    package = programs.folder.parent.parent
    inside = Path(package.name, *programs.folder.parts[-2:])
    if not target.exists():
        half = target.with_suffix(".new")
        shutil.rmtree(half, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__")
        shutil.copytree(package, half / package.name, ignore=unneeded)
        # The programs find their libraries by this place beside the package.
        libraries = f"{package.name}.libs"
        shutil.copytree(package.parent / libraries, half / libraries)
        half.chmod(0o755)
        half.rename(target)
    return target / inside
