from pathlib import Path

import pytest

from trato.kit import environment
from trato.kit.environment import SETTINGS, WrongSetting

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["en/settings.md", "es/ajustes.md"])
def test_every_setting_is_documented(page: str) -> None:
    text = (DOCS / page).read_text()
    rows = [f"| `{known.name}` | {known.default and f'`{known.default}`'} |" for known in SETTINGS]
    assert [row for row in rows if row not in text] == []


def test_the_english_page_says_what_the_command_says() -> None:
    text = (DOCS / "en/settings.md").read_text()
    assert [known.name for known in SETTINGS if f" {known.meaning} |" not in text] == []


def test_an_empty_variable_counts_as_none() -> None:
    assert environment.value("TRATO_PORT", {"TRATO_PORT": ""}) == 8000


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(WrongSetting) as caught:
        environment.check({"DATABASE_URL": "mysql://ana:secret@host/crm"})
    assert "secret" not in str(caught.value)


def test_other_programs_variables_are_left_alone() -> None:
    environment.check({"PATH": "/bin", "LANG": "es_ES.UTF-8"})
