"""The command `trato`, run as people run it: as a process with an environment."""

import os
import subprocess
import sys
from pathlib import Path

TRATO = [sys.executable, "-W", "ignore", "-m", "trato.cli"]


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRATO_")}
    kept.pop("DATABASE_URL", None)
    return kept | {"TRATO_HOME": str(home), "LC_ALL": "C.UTF-8"} | settings


def trato(
    home: Path, *args: str, told: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603
        [*TRATO, *args],
        env=surroundings(home, **settings),
        input=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
