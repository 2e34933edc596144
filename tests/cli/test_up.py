import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.command import TRATO, surroundings, trato
from tests.database import private_home
from trato.cli.start import at_rest, has_to_rest
from trato.kit.environment import CannotStart
from trato.kit.postgres.process import command_of, wait
from trato.kit.postgres.server import Server, address


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with private_home() as home:
        yield home
        Server(home).stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def up(home: Path, free_port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603
        [*TRATO, "up"],
        env=surroundings(home, TRATO_PORT=str(free_port)),
        stdout=subprocess.PIPE,
        stderr=(home / "errors").open("ab"),
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def children(parent: int, name: str) -> set[int]:
    """The processes of this kind that a `trato up` started."""
    listed = subprocess.run(["/bin/ps", "-eo", "pid="], capture_output=True, text=True, check=True)
    wanted = f"{name}\0--parent\0{parent}\0"
    return {int(pid) for pid in listed.stdout.split() if wanted in command_of(int(pid))}


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def heartbeats(home: Path) -> int:
    with psycopg.connect(address(home)) as connection:
        found = connection.execute("SELECT max(id) FROM procrastinate_workers").fetchone()
    return int(found[0] or 0) if found else 0


def told(home: Path) -> str:
    """What somebody would read who has to find out why."""
    return f"{(home / 'errors').read_text()}\n{Server(home).log.read_text()}"


def becomes(condition: Callable[[], object]) -> bool:
    return wait(lambda: bool(condition()), 30)


def test_a_backup_is_restored_while_it_runs(
    up: "subprocess.Popen[str]", home: Path, free_port: int
) -> None:
    assert up.stdout
    assert any(f"http://localhost:{free_port}" in line for line in up.stdout)
    backup = home / "backup.tar"
    assert trato(home, "backup", str(backup)).returncode == 0
    with psycopg.connect(address(home)) as connection:
        connection.execute("UPDATE identity_company SET name = 'After the backup'")
    before = children(up.pid, "web") | children(up.pid, "worker")
    done = trato(home, "restore", str(backup), "--yes")
    assert done.returncode == 0, done.stderr
    with psycopg.connect(address(home)) as connection:
        [name] = connection.execute("SELECT name FROM identity_company").fetchone() or [""]
    assert name != "After the backup"
    assert becomes(lambda: answers(free_port)), told(home)
    after = children(up.pid, "web") | children(up.pid, "worker")
    assert len(after) == len(before)
    assert not before & after
    # Who asked for rest and was killed is not waited for.
    held = f"with at_rest(Path({str(home)!r})): time.sleep(300)"
    imports = "import time; from pathlib import Path; from trato.cli.start import at_rest"
    other = subprocess.Popen([sys.executable, "-c", f"{imports}\n{held}"])  # noqa: S603
    assert becomes(lambda: not answers(free_port)), told(home)
    other.kill()
    other.wait()
    assert becomes(lambda: answers(free_port)), told(home)
    assert up.poll() is None


def test_only_one_command_works_alone(tmp_path: Path) -> None:
    with at_rest(tmp_path):
        assert has_to_rest(tmp_path)
        with pytest.raises(CannotStart, match="works on"), at_rest(tmp_path):
            pass
    assert not has_to_rest(tmp_path)


def test_what_is_killed_starts_again_and_everything_ends_together(
    up: "subprocess.Popen[str]", home: Path, free_port: int
) -> None:
    assert up.stdout
    assert any(f"http://localhost:{free_port}" in line for line in up.stdout)
    assert becomes(lambda: heartbeats(home))
    worker, first = children(up.pid, "worker"), heartbeats(home)
    database = Server(home).pid() or 0
    for pid in children(up.pid, "web") | worker:
        os.kill(pid, signal.SIGKILL)
    os.kill(database, signal.SIGKILL)
    assert becomes(lambda: Server(home).pid() not in {None, database}), told(home)
    assert becomes(lambda: answers(free_port))
    assert becomes(lambda: heartbeats(home) > first)
    up.terminate()
    assert up.wait(30) == 0
    assert not answers(free_port)
    assert not children(up.pid, "web") | children(up.pid, "worker")
    assert Server(home).pid() is None


def test_who_is_told_to_stop_while_starting_leaves_no_database_behind(free_port: int) -> None:
    with private_home() as home:
        starting = subprocess.Popen(  # noqa: S603
            [*TRATO, "up"],
            env=surroundings(home, TRATO_PORT=str(free_port)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert becomes(lambda: any(home.glob("postgres/*/postmaster.pid")))
        starting.terminate()
        assert starting.wait(60) != 0
        assert Server(home).pid() is None


def test_the_children_of_a_killed_up_do_not_outlive_it(
    up: "subprocess.Popen[str]", home: Path, free_port: int
) -> None:
    assert up.stdout
    assert any(f"http://localhost:{free_port}" in line for line in up.stdout)
    up.kill()
    assert becomes(lambda: not answers(free_port))
    assert becomes(lambda: not children(up.pid, "web") | children(up.pid, "worker"))
