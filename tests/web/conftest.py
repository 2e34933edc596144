import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def pages_for_tests(settings: Settings) -> None:
    """Style sheets that nobody has collected."""
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
