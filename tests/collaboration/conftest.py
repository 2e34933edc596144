import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def pages_for_tests(settings: Settings) -> None:
    """Style sheets that nobody has collected, and passwords that cost nothing."""
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": files}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
