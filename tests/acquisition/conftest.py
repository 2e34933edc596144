import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def style_sheets_that_nobody_has_collected(settings: Settings) -> None:
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
