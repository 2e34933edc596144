from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from trato.demo.world import World, make

TODAY = datetime(2026, 11, 20, 13, 0, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.fixture(scope="session")
def today() -> datetime:
    return TODAY


@pytest.fixture(scope="session")
def world() -> World:
    """The company as it is made for everybody, in memory."""
    return make(at=TODAY, customers=2500, seed=2027)


@pytest.fixture(autouse=True)
def style_sheets_that_nobody_has_collected(settings: Settings) -> None:
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
