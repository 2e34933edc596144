"""``make bench``: a company in a database of its own, then every measurement, printed as it comes.

BENCH_DATABASE_URL names a database with a demo company to measure instead; it is written to.
"""

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import django
from django.core.management import call_command

from trato.kit.postgres.server import embedded

# Files come in after the refresh: it reads again whoever changed in the last ten minutes, which
# would be every fourth customer.
MODULES = (
    *("pages", "refresh", "charts", "files", "log"),
    *("statistics", "analytics", "segments", "recommender"),
)


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="trato-bench-"))
        home = Path(folder)
        home.chmod(0o755)
        given = os.environ.get("BENCH_DATABASE_URL")
        url = given or stack.enter_context(embedded(home)).url
        os.environ |= {
            "TRATO_HOME": folder,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "trato.settings",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        if not given:
            _print(importlib.import_module("bench.company").run, customers)
        for module in MODULES:
            _print(importlib.import_module(f"bench.{module}").run)


def _print[*P](run: Callable[[*P], Iterator[str]], *given: *P) -> None:
    for line in run(*given):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
