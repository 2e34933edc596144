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


WRONG = {
    "DATABASE_URL": ["postgresql://u:sekret@[bad/x", "postgresql://u:sekret@h:99999/x"],
    "TRATO_MAIL_URL": [
        "smtp://u:sekret@h:99999",
        "smtp://u:sekret@[h",
        "smtp://",
        "smtp://:587",
        "smtp://u:se#sekret@h",
    ],
    "TRATO_URL": [
        "http://[x",
        "https://",
        "https://crm.example.com:port",
        "https://u:sekret@crm.example.com",
        "https://crm.example.com/path",
        "https://two words",
    ],
    "TRATO_SPARK": ["xyz", "spark://host", "local[many]"],
    "TRATO_TRUSTED_PROXIES": ["proxy", "10.0.0.0/33"],
    "TRATO_LAKE": ["foo://bar", "s3://", "gdrive://folder"],
}
RIGHT = {
    "DATABASE_URL": ["postgresql://u:p@h/x", "postgres://u@h:6432/x?sslmode=require"],
    "TRATO_MAIL_URL": ["smtp://localhost", "smtps://u%40x:p%23@mail.example.com:465/"],
    "TRATO_URL": ["https://crm.example.com", "http://[::1]:8000/"],
    "TRATO_SPARK": ["spark://host:7077", "spark://a:7077,b:7077", "local[*]", "yarn"],
    "TRATO_LAKE": ["/var/lake", "lake", "memory://trato", "file:///var/lake"],
}


def _pairs(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, several in values.items() for value in several]


@pytest.mark.parametrize(("name", "value"), _pairs(WRONG))
def test_a_wrong_setting_is_told_in_a_line_without_its_secret(name: str, value: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        environment.check({name: value})
    told = str(caught.value)
    assert told.startswith(name)
    assert "\n" not in told
    assert "sekret" not in told


@pytest.mark.parametrize(("name", "value"), _pairs(RIGHT))
def test_a_right_setting_is_taken(name: str, value: str) -> None:
    assert environment.value(name, {name: value}).rstrip("/") == value.rstrip("/")


def test_other_programs_variables_are_left_alone() -> None:
    environment.check({"PATH": "/bin", "LANG": "es_ES.UTF-8"})
