"""A plugin of pytest: gives the tests a folder and a database server of their own.

It has to come before pytest-django, which reads the settings very early; `addopts` names it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from trato.kit.postgres.server import Server, address, embedded

_PLACE = Path("/tmp")  # noqa: S108 - the folder that every account may enter.
_PREFIX = "trato-test-"
_server = ExitStack()


@contextmanager
def private_home() -> Iterator[Path]:
    """A folder that PostgreSQL can reach although we may be root, which tmp_path is not."""
    home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_PLACE))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def start() -> None:
    """Start the server of this run; the fixture that makes the test database calls it."""
    home = Path(os.environ["TRATO_HOME"])
    if os.environ["DATABASE_URL"] == address(home):
        _server.enter_context(embedded(home, durable=False))


def _remove_leftovers() -> None:
    """What runs that were killed could not clear away."""
    for lease in _PLACE.glob(f"{_PREFIX}*/postgres/lease"):
        home = lease.parent.parent
        with lease.open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            Server(home).stop()
            shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    _remove_leftovers()
    home = _server.enter_context(private_home())
    for name in [name for name in os.environ if name.startswith("TRATO_")]:
        del os.environ[name]
    os.environ["TRATO_HOME"] = str(home)
    os.environ.setdefault("DATABASE_URL", address(home))
    return (yield)


def pytest_unconfigure() -> None:
    _server.close()
