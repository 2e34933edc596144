import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.database import private_home
from trato.kit.environment import CannotStart
from trato.kit.postgres import programs
from trato.kit.postgres.process import wait
from trato.kit.postgres.server import Server, embedded, socket_folder

USER = """
import sys
from pathlib import Path
from trato.kit.postgres.server import embedded
with embedded(Path(sys.argv[1]), durable=False):
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with private_home() as home:
        yield home
        Server(home).stop()


def other_user(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", USER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)


def running(home: Path) -> int:
    pid = Server(home).pid()
    assert pid
    return pid


def rows(server: Server) -> list[int]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        return [row[0] for row in connection.execute("SELECT number FROM kept ORDER BY number")]


def keep(server: Server, number: int) -> None:
    rows(server)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def test_data_survives_the_sudden_death_of_the_server(home: Path) -> None:
    with embedded(home, durable=False) as server:
        keep(server, 1)
        os.kill(running(home), signal.SIGKILL)
        wait(lambda: not server.pid(), 10)
        assert server.revive()
        assert rows(server) == [1]


def test_the_server_ends_with_its_last_user(home: Path) -> None:
    first, second = other_user(home), other_user(home)
    pid = running(home)
    leave(first)
    assert running(home) == pid
    leave(second)
    assert Server(home).pid() is None


def test_a_killed_user_leaves_a_server_that_the_next_one_uses(home: Path) -> None:
    user = other_user(home)
    pid = running(home)
    user.kill()
    user.communicate()
    with embedded(home, durable=False):
        assert running(home) == pid


def test_a_process_with_the_number_of_a_dead_server_is_no_server(home: Path) -> None:
    with embedded(home, durable=False) as server:
        file = server.data / "postmaster.pid"
        left = file.read_text()
    file.write_text(left.replace(left.split("\n")[0], str(os.getpid()), 1))
    with embedded(home, durable=False) as server:
        assert running(home) != os.getpid()


def test_a_server_without_its_socket_is_started_again(home: Path) -> None:
    with embedded(home, durable=False) as server:
        (socket_folder(home) / ".s.PGSQL.5432").unlink()
        with embedded(home, durable=False):
            rows(server)


def test_only_the_local_account_reaches_the_server(home: Path) -> None:
    with embedded(home, durable=False) as server, psycopg.connect(server.url) as connection:
        listens = connection.execute("SHOW listen_addresses").fetchone()
        rights = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'trato'")
        assert listens == ("",)
        assert rights.fetchone() == (False,)
    assert socket_folder(home).stat().st_mode & 0o777 == 0o700


def test_the_extensions_that_trato_needs_can_be_made(home: Path) -> None:
    with embedded(home, durable=False) as server, psycopg.connect(server.url) as connection:
        for name in programs.EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {name}")


@pytest.mark.parametrize(
    ("built", "chosen"),
    [
        ("'--with-openssl' '--with-lz4'", "lz4"),
        ("-Dssl=openssl -Dlz4=enabled", "lz4"),
        ("'--without-icu'", "off"),
    ],
)
def test_pages_in_the_log_are_compressed_by_what_the_server_was_built_with(
    built: str, chosen: str, tmp_path: Path
) -> None:
    (tmp_path / "pg_config").write_text(f'#!/bin/sh\necho "{built}"\n')
    (tmp_path / "pg_config").chmod(0o755)
    assert programs.Programs(tmp_path, "18.0").log_compression() == chosen


def test_a_server_takes_the_compression_chosen_for_it(home: Path) -> None:
    with embedded(home, durable=False) as server, psycopg.connect(server.url) as connection:
        [chosen] = connection.execute("SHOW wal_compression").fetchone() or [""]
        assert chosen == server.programs.log_compression()


def test_programs_without_pg_config_compress_nothing(tmp_path: Path) -> None:
    assert programs.Programs(tmp_path, "18.0").log_compression() == "off"


def test_a_long_path_has_its_socket_elsewhere(home: Path) -> None:
    far = home / ("a" * 50) / ("b" * 50)
    with embedded(far, durable=False) as server:
        assert rows(server) == []
        assert not socket_folder(far).is_relative_to(home)
    socket_folder(far).rmdir()


def test_data_of_another_version_is_never_taken_for_no_data(home: Path) -> None:
    with pytest.raises(CannotStart, match="PostgreSQL 9, and only"):
        programs.serving([9])


def test_programs_without_postgresql_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRATO_PG_BIN", str(tmp_path))
    with pytest.raises(CannotStart, match="TRATO_PG_BIN"):
        programs.servers()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_is_told_which_folder_is_closed_to_the_server() -> None:
    with private_home() as closed:
        closed.chmod(0o700)
        os.chown(closed, 1, 1)
        with pytest.raises(CannotStart, match=f"may not enter {closed}."):
            Server(closed / "home").prepare()
