from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.api.program import Program


@pytest.fixture(autouse=True)
def _no_calls_yet() -> Iterator[None]:
    """Calls are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def program(db: None) -> Program:
    return Program()
