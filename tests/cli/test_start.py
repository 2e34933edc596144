import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.cli.command import trato
from tests.database import private_home
from trato.cli import main, tables
from trato.cli.main import COMMANDS
from trato.kit.environment import CannotStart


def told(home: Path, *args: str, **settings: str) -> str:
    """The one line that a command ends with when it cannot start."""
    done = trato(home, *args, **settings)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield str(held.getsockname()[1])


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    assert "TRATO_PORT “many”: use a whole number" in told(tmp_path, "up", TRATO_PORT="many")


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    assert "TRATO_PROT: Trato has no such" in told(tmp_path, "doctor", TRATO_PROT="80")


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path, taken_port: str) -> None:
    assert f"Port {taken_port} of 127.0.0.1" in told(tmp_path, "up", TRATO_PORT=taken_port)
    assert not (tmp_path / "postgres").exists()


def test_an_address_of_another_machine_is_told_with_its_remedy(tmp_path: Path) -> None:
    assert "Set TRATO_BIND" in told(tmp_path, "up", TRATO_BIND="192.0.2.1")
    assert "Set TRATO_BIND" in told(tmp_path, "up", TRATO_BIND="not a host")


def test_an_address_for_people_must_be_one(tmp_path: Path) -> None:
    line = told(tmp_path, "doctor", TRATO_URL="crm.example.com")
    assert "TRATO_URL “crm.example.com”: use an address such as https://" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "postgresql://u:sekret@[bad/x"), ("TRATO_MAIL_URL", "smtp://h:99999")],
)
def test_an_address_with_a_slip_is_named(tmp_path: Path, name: str, value: str) -> None:
    line = told(tmp_path, "user", "list", **{name: value})
    assert name in line
    assert "sekret" not in line


def test_a_database_that_refuses_is_told_without_its_password(tmp_path: Path) -> None:
    line = told(tmp_path, "user", "list", DATABASE_URL="postgresql://ana:secret@127.0.0.1:1/crm")
    assert "DATABASE_URL" in line
    assert "refused" in line
    assert "secret" not in line


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Set TRATO_HOME" in told(tmp_path / "file" / "home", "up")


def test_a_second_up_is_told_of_the_first(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(f"{os.getpid()}\n")
        held.flush()
        assert f"process {os.getpid()}" in told(tmp_path, "up")


def test_a_command_before_the_first_start_makes_the_tables() -> None:
    with private_home() as home:
        made = trato(
            home, "user", "create", "ana@example.com", "--name", "Ana", told="un caballo correcto"
        )
        assert made.returncode == 0, made.stderr
        listed = trato(home, "user", "list")
        assert "ana@example.com" in listed.stdout
        assert "Preparing" not in made.stdout + listed.stderr


@pytest.mark.django_db
def test_a_database_of_a_newer_trato_is_left_alone() -> None:
    MigrationRecorder(connection).record_applied("sales", "9999_not_yet_written")
    with pytest.raises(CannotStart, match="newer Trato"):
        tables.migrate()


def test_errors_are_told_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    catalogue = Path(main.__file__).parents[1] / "kit/locale/es/LC_MESSAGES/django.mo"
    if not catalogue.exists():
        pytest.skip("make install compiles the catalogues")
    line = told(tmp_path, "up", TRATO_PORT="many", LC_ALL="es_ES.UTF-8")
    assert "usa un número entero" in line


def test_the_help_lists_every_command_and_loads_none(tmp_path: Path) -> None:
    done = trato(tmp_path / "none", "--help", TRATO_PORT="many")
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert not (tmp_path / "none").exists()


def test_the_list_of_settings_hides_secrets(tmp_path: Path) -> None:
    done = trato(tmp_path, "settings", TRATO_SECRET_KEY="do-not-show", TRATO_PORT="8765")
    assert "TRATO_PORT = 8765" in done.stdout
    assert "do-not-show" not in done.stdout
