"""What Trato has, its documentation tells: in English and in Spanish."""

import re
from pathlib import Path

import pytest
from django.utils import translation
from procrastinate.contrib.django import app

import trato.kit.jobs  # noqa: F401 - not a Django app: nobody else registers its jobs
from trato.cli.main import COMMANDS
from trato.customers.models import EventKind
from trato.identity.rules import PERMISSION_WORDS, ROLE_PERMISSIONS, Role
from trato.imports.mapping import FIELDS
from trato.insight.queries.scores import SCORE_HEADINGS
from trato.kit.environment import SETTINGS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GUIDES = {"en": ROOT / "docs/en/guide.md", "es": ROOT / "docs/es/guia.md"}
TOLD = {
    language: "".join(page.read_text() for page in sorted(ROOT.glob(f"docs/{language}/*.md")))
    for language in GUIDES
}
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
both_languages = pytest.mark.parametrize("language", GUIDES)


def _missing(names: list[str], language: str) -> list[str]:
    return [name for name in names if f"`{name}`" not in TOLD[language]]


@both_languages
def test_every_setting_is_told(language: str) -> None:
    assert _missing([setting.name for setting in SETTINGS], language) == []


@both_languages
def test_every_kind_of_event_is_told(language: str) -> None:
    assert _missing(EventKind.values, language) == []


@both_languages
def test_every_command_is_told(language: str) -> None:
    assert _missing([f"trato {name}" for name in COMMANDS], language) == []


@both_languages
def test_every_job_is_told(language: str) -> None:
    own = [name for name in app.tasks if name.startswith("trato.")]
    assert len(own) > len(app.periodic_registry.periodic_tasks) > 0
    assert _missing(own, language) == []


@both_languages
def test_every_column_of_a_canonical_file_is_told(language: str) -> None:
    keys = {field.key for fields in FIELDS.values() for field in fields if field.canonical}
    assert _missing(sorted(keys), language) == []


@both_languages
def test_every_column_of_the_scores_is_told(language: str) -> None:
    told = (ROOT / f"docs/methods/{language}/README.md").read_text()
    assert [one.key for one in SCORE_HEADINGS if f"`{one.key}`" not in told] == []


@both_languages
def test_the_table_of_roles_is_that_of_the_rules(language: str) -> None:
    rows = [_cells(line) for line in GUIDES[language].read_text().splitlines()]
    with translation.override(language):
        for permission, words in PERMISSION_WORDS.items():
            may = ["✓" if permission in ROLE_PERMISSIONS[role] else "" for role in Role]
            assert [str(words), *may] in rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    inside = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in inside if not _leads_somewhere(page, link)] == []


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _hash, anchor = link.partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    """What a heading is called in an address: small letters, hyphens, no other signs."""
    plain = (
        re.sub(r"[^\w\s-]", "", heading).lower() for heading in HEADING.findall(page.read_text())
    )
    return {words.replace(" ", "-") for words in plain}


def test_the_commands_of_the_readme_exist() -> None:
    told = set(re.findall(r"\bmake ([a-z]+)\b", _code("README.md")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= told <= targets


def test_what_the_readme_has_trato_do_exists() -> None:
    assert set(re.findall(r"\btrato ([a-z]+)\b", _code("README.md"))) <= set(COMMANDS)


def _code(name: str) -> str:
    """What stands between backticks and in blocks."""
    text = (ROOT / name).read_text()
    return "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))
