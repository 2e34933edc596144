from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests import make
from tests.pages import signed_in
from trato.identity.models import User


@pytest.fixture
def boss() -> User:
    return make.user(name="Elena")


@pytest.fixture
def client(boss: User) -> Client:
    return signed_in(boss)


@pytest.fixture(autouse=True)
def own_lake(settings: Settings, tmp_path: Path) -> None:
    """Every test has a lake of its own."""
    settings.LAKE = str(tmp_path / "lake")


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    """Style sheets that nobody has collected."""
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
