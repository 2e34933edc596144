"""Nothing is written outside TRATO_HOME, not even for a moment."""

import gzip
import io
import os
import tempfile
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from xlsxwriter import Workbook

from tests import make
from tests.imports.test_wizard import at, check
from tests.pages import signed_in, words
from trato.kit.temporary import forget_leftovers, temporary_file

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 60_000


@pytest.fixture
def client(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Where the system's own folder for temporary files cannot be used."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT, settings.SCRATCH = tmp_path / "files", tmp_path / "scratch"
    settings.SCRATCH.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    return signed_in(make.user())


def send(client: Client, name: str, content: bytes) -> str:
    given = {"file": SimpleUploadedFile(name, content), "kind": "customers"}
    return words(client.post("/imports/new", given, follow=True))


def sheet() -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["customer_id", "name"])
        page.write_row(1, 0, ["C1", "Ana Núñez"])
    return made.getvalue()


def test_a_packed_workbook_is_read(client: Client) -> None:
    assert "Ana Núñez" in send(client, "c.xlsx.gz", gzip.compress(sheet()))


def test_a_large_upload_is_taken(client: Client) -> None:
    text = "customer_id,name\n" + "".join(f"C{n},Customer number {n}\n" for n in range(ROWS * 2))
    assert len(text) > 2.5 * 1024**2
    assert "Customer number 1" in send(client, "c.csv", text.encode())


def test_refused_rows_come_back(client: Client) -> None:
    send(client, "c.csv", b"customer_id,name,email\nC1,Ana,ana@example.com\n,,nonsense\n")
    check(client)
    answer = client.get(at("refused"))
    assert b"nonsense" in b"".join(answer)


@pytest.mark.parametrize("format_", ["xlsx", "parquet"])
def test_a_list_goes_out(client: Client, format_: str) -> None:
    make.customer("Ana")
    answer = client.get(f"/customers/export/?format={format_}")
    assert b"".join(answer)


def test_what_killed_processes_left_is_forgotten(client: Client, settings: Settings) -> None:
    old = settings.SCRATCH / "left.xlsx"
    old.touch()
    os.utime(old, (0, time.time() - 2 * 86_400))
    with temporary_file() as used:
        forget_leftovers()
        assert [str(left) for left in settings.SCRATCH.iterdir()] == [used.name]
