"""``make bench``: set up a database of its own, run every module here, print the table."""

import importlib
import os
import pkgutil
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

import bench
from trato.kit.postgres.server import embedded

SKIPPED = {"__main__", "measure", "made"}


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="trato-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        os.environ["TRATO_HOME"] = folder
        with embedded(home) as server:
            os.environ["DATABASE_URL"] = server.url
            os.environ["DJANGO_SETTINGS_MODULE"] = "trato.settings"
            django.setup()
            call_command("migrate", verbosity=0)
            _run()


def _run() -> None:
    head = f"{'what':<46}{'amount':>16}{'wall s':>9}{'CPU s':>9}{'raw s':>9}{'ratio':>8}  peer"
    print(head)
    for module in sorted(found.name for found in pkgutil.iter_modules(bench.__path__)):
        if module in SKIPPED:
            continue
        for row in importlib.import_module(f"bench.{module}").run():
            print(
                f"{row.name:<46}{row.amount:>16}{row.wall:>9.3f}{row.cpu:>9.3f}"
                f"{row.raw:>9.3f}{row.ratio:>8.1f}  {row.peer}",
                flush=True,
            )


if __name__ == "__main__":
    main()
