import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.command import trato
from tests.database import private_home
from trato.kit.postgres.server import address, embedded

ANA = ("user", "create", "ana@example.com", "--name", "Ana Núñez", "--role", "administrator")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """An installation with a user and a file."""
    with private_home() as home, embedded(home, durable=False):
        assert trato(home, "manage", "migrate", "-v0").returncode == 0
        assert trato(home, *ANA, told="un caballo correcto\n").returncode == 0
        (home / "files").mkdir()
        (home / "files/contract.txt").write_text("firmado")
        yield home


@pytest.fixture(scope="module")
def backup(home: Path) -> Path:
    target = home / "backup.tar"
    assert trato(home, "backup", str(target)).returncode == 0
    return target


def users(home: Path) -> list[str]:
    with psycopg.connect(address(home)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM identity_user")]


def rename(home: Path, name: str) -> None:
    with psycopg.connect(address(home)) as connection:
        connection.execute("UPDATE identity_user SET name = %s", [name])


def test_a_backup_brings_rows_and_files_back(home: Path, backup: Path) -> None:
    rename(home, "Somebody Else")
    (home / "files/contract.txt").unlink()
    (home / "files/later.txt").touch()
    assert trato(home, "restore", str(backup), "--yes").returncode == 0
    assert users(home) == ["Ana Núñez"]
    assert [path.name for path in (home / "files").iterdir()] == ["contract.txt"]


def test_a_backup_can_be_read_by_nobody_else(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_database_with_rows_is_only_replaced_on_demand(home: Path, backup: Path) -> None:
    done = trato(home, "restore", str(backup))
    assert done.returncode == 2
    assert "add --yes" in done.stderr


def test_a_damaged_backup_changes_nothing(home: Path, backup: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(backup) as whole, tarfile.open(damaged, "w") as half:
        for part in whole.getmembers()[:2]:
            content = whole.extractfile(part)
            part.size -= part.size // 2 if part.name == "database.dump" else 0
            half.addfile(part, content)
    rename(home, "Still Here")
    done = trato(home, "restore", str(damaged), "--yes")
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert users(home) == ["Still Here"]


def test_nothing_is_restored_under_a_running_program(home: Path, backup: Path) -> None:
    with psycopg.connect(address(home)):
        done = trato(home, "restore", str(backup), "--yes")
    assert done.returncode == 2
    assert "Stop Trato first" in done.stderr


def test_a_backup_never_overwrites_a_file(home: Path, backup: Path) -> None:
    assert trato(home, "backup", str(backup)).returncode == 2
