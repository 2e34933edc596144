"""The wizard under real hands: a file dropped, a field chosen, the work watched."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from tests.imports.test_importing import CUSTOMERS
from tests.queue import work
from tests.ui.test_browser import AXE, browser, context
from trato.customers.models import Customer, CustomField

__all__ = ["browser", "context"]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def wizard(context: BrowserContext) -> Iterator[Page]:
    """The columns of a file that was sent. Nothing may have offended the content policy."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto("/imports/new")
    text = CUSTOMERS.replace("customer_id", "Código").encode()
    content = {"name": "clientes.csv", "mimeType": "text/csv", "buffer": text}
    page.locator("input[type=file]").set_input_files(content)  # type: ignore[arg-type]
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is in each column?")
    yield page
    assert wrong == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def test_a_file_is_watched_on_its_way_in_and_out(wizard: Page) -> None:
    colour = wizard.get_by_role("row").filter(has_text="Color favorito")
    kind = colour.get_by_label("Type of the new field")
    colour.get_by_label("Color favorito", exact=True).select_option("Do not import")
    expect(kind).to_be_hidden()
    colour.get_by_label("Color favorito", exact=True).select_option("New field")
    kind.select_option("Choice")
    assert violations(wizard) == []
    wizard.get_by_role("button", name="Check the rows").click()
    expect(wizard.get_by_text("Read and check the rows")).to_be_visible()
    work()
    expect(wizard.get_by_role("heading", level=1)).to_have_text("This is what will happen")
    assert violations(wizard) == []
    wizard.get_by_role("button", name="Import", exact=True).click()
    expect(wizard.get_by_text("Write the rows")).to_be_visible()
    work()
    expect(wizard.get_by_role("heading", level=1)).to_have_text("Imported: clientes.csv")
    assert Customer.objects.count() == 3
    assert CustomField.objects.get().options == ["azul"]
    wizard.get_by_role("link", name="Undo the import").click()
    wizard.get_by_role("dialog").get_by_role("button", name="Undo the import").click()
    expect(wizard.get_by_text("Take back what was written")).to_be_visible()
    work()
    expect(wizard.get_by_text("This import was taken back")).to_be_visible()
    assert not Customer.objects.exists()
