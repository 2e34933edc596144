from pathlib import Path

import pytest

from tests.api.operations import Operation, operations
from trato.api.words import TITLES

GUIDES = {language: Path(f"docs/{language}/api.md").read_text() for language in ("en", "es")}


@pytest.mark.parametrize("language", GUIDES)
@pytest.mark.parametrize("operation", operations(), ids=str)
def test_the_guide_has_every_operation(operation: Operation, language: str) -> None:
    assert f"| `{operation}` |" in GUIDES[language]


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_has_every_kind_of_problem(language: str) -> None:
    assert [code for code in TITLES if f"`{code.replace('_', '-')}`" not in GUIDES[language]] == []
