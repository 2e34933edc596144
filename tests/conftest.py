"""What all tests share."""

import pytest

from tests import database


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The server starts when the first test asks for the database."""
    database.start()
