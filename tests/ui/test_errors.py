from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests import make
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def _no_assets(settings: Settings, tmp_path: Path) -> None:
    """As in an installation whose assets were never collected."""
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path
    settings.DEBUG = False


@pytest.mark.usefixtures("_no_assets")
@pytest.mark.parametrize("address", ["/sign-in/", "/nowhere/"])
def test_without_its_assets_trato_still_says_that_something_is_wrong(address: str) -> None:
    make.user()
    answer = Client(raise_request_exception=False).get(address, headers={"accept-language": "es"})
    assert answer.status_code == 500
    assert "Algo ha fallado por nuestra parte" in words(answer)
