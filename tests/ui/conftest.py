import pytest
from django.utils import translation
from pytest_django import Settings


@pytest.fixture(autouse=True)
def plain_pages(settings: Settings) -> object:
    """English, and style sheets that nobody has collected."""
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
    with translation.override("en"):
        yield
