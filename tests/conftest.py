"""What all tests share."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests import database


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The server starts when the first test asks for the database."""
    database.start()


@pytest.fixture(scope="session", autouse=True)
def passwords_at_once() -> Iterator[None]:
    """The product's hash takes a tenth of a second on purpose, and nearly every test has a user."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
