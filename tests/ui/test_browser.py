"""The components under real hands: mouse, keyboard, phone, screen reader's rules."""

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.ui.drawing import draw
from trato.customers.actions import save_custom_field
from trato.identity.models import User
from trato.identity.rules import Role
from trato.ui.palette import Group, Item

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests here. Its event loop would make Django refuse the database."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(
    browser: Browser, transactional_db: None, live_server: LiveServer
) -> Iterator[BrowserContext]:
    """The browser of an administrator who has signed in."""
    user = User.objects.create(
        email="ana@example.com", name="Ana García", role=Role.ADMINISTRATOR, language="en"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """The gallery. At the end nothing may have offended the content policy."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("/ui/")
    yield page
    assert wrong == []


def heading(dialog: Locator) -> Locator:
    return dialog.get_by_role("heading")


def violations(context: BrowserContext, theme: Literal["light", "dark"], width: int) -> list[str]:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto("/ui/")
    # Through the debugger, which the content policy does not bind.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(
    context: BrowserContext, theme: Literal["light", "dark"], width: int
) -> None:
    assert violations(context, theme, width) == []


def test_the_palette_goes_where_the_arrows_point(page: Page) -> None:
    items = (Item("Components", "/ui/"), Item("A form", "/ui/form/"), Item("Delete", "/ui/delete/"))
    answer = draw('{% include "ui/palette_results.html" %}', groups=[Group("Go to", items)])
    page.route("**/palette/**", lambda route: route.fulfill(body=answer, content_type="text/html"))
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search or go to")
    expect(palette.get_by_role("combobox")).to_be_focused()
    expect(palette.get_by_role("option", selected=True)).to_have_text("Components")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(palette.get_by_role("option", selected=True)).to_have_text("A form")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/form/")


def test_escape_leaves_the_palette(page: Page) -> None:
    page.route("**/palette/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.get_by_role("link", name="Search or go to").click()
    palette = page.get_by_role("dialog", name="Search or go to")
    expect(palette).to_be_visible()
    page.keyboard.type("ana")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_a_form_opens_over_the_page_and_keeps_its_errors_there(page: Page) -> None:
    page.keyboard.press("n")
    dialog = page.locator("#dialog")
    expect(heading(dialog)).to_have_text("New customer")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Name").fill("Íñigo")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("“Íñigo” was saved.")


def test_what_cannot_be_taken_back_is_asked_first(page: Page) -> None:
    page.get_by_role("link", name="Delete").click()
    dialog = page.locator("#dialog")
    expect(heading(dialog)).to_have_text("Delete 3 customers")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("3 customers were deleted.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()


def test_picking_rows_brings_what_can_be_done_to_them(page: Page) -> None:
    bar = page.locator(".bulk")
    expect(bar).to_be_hidden()
    boxes = page.get_by_role("checkbox", name="Select")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected rows")
    bar.get_by_role("button", name="Delete").click()
    expect(page.locator("#confirm")).to_contain_text("Delete the selected rows?")
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_all_of_a_page_may_become_all_that_matches(page: Page) -> None:
    page.get_by_role("checkbox", name="Select all rows").check()
    expect(page.get_by_label("Everything that matches")).to_be_visible()


def test_a_menu_is_moved_through_by_keyboard(page: Page) -> None:
    page.get_by_text("Your menu, Ana García").locator("xpath=..").press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Profile")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".me .menu-panel")).to_be_hidden()


def test_a_value_is_changed_where_it_stands(page: Page) -> None:
    place = page.locator(".fact .editable-place").first
    place.get_by_role("link").click()
    field = place.get_by_label("Name")
    expect(field).to_be_focused()
    page.keyboard.type("Zoë")
    field.press("Enter")
    expect(place).to_contain_text("Zoë")
    expect(place).not_to_contain_text("Ana")
    expect(place.get_by_role("link")).to_be_focused()


def test_escape_brings_the_value_back(page: Page) -> None:
    place = page.locator(".fact .editable-place").first
    place.get_by_role("link").click()
    place.get_by_label("Name").press("Escape")
    expect(place).to_contain_text("Ana García Llorente")
    expect(place.get_by_role("link")).to_be_focused()


def test_several_of_many_are_typed(page: Page) -> None:
    page.keyboard.press("n")
    tags = page.locator("#dialog").get_by_role("combobox", name="Tags")
    tags.fill("feria")
    tags.press("Enter")
    chips = page.locator("#dialog .chips .badge")
    expect(chips).to_have_text(["Feria 2026×"])
    tags.press("Backspace")
    expect(chips).to_have_count(0)


def test_the_letters_of_the_places_go_there(page: Page) -> None:
    page.keyboard.press("?")
    expect(heading(page.locator("#shortcuts"))).to_have_text("Keyboard shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search customers")).to_be_focused()


def test_on_a_phone_the_head_of_a_customer_tells_the_next_step(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/customers/{make.customer('Ana').pk}/")
    head = page.locator("#customer-head")
    for figure in ("Bought", "Last contact", "Next step"):
        expect(head.get_by_text(figure, exact=True)).to_be_in_viewport(ratio=1)


def test_nothing_sticks_out_on_a_phone(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/ui/")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.locator(".bottom-bar")).to_be_visible()
    expect(page.locator(".rail")).to_be_hidden()


def test_a_menu_at_the_edge_of_a_phone_keeps_off_it(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/customers/{make.customer('Ana').pk}/")
    menu = page.locator("#customer-head details.menu-end:visible").last
    menu.locator("summary").click()
    panel = menu.locator(".menu-panel").bounding_box()
    assert panel
    assert panel["x"] >= 8
    assert panel["x"] + panel["width"] <= 320 - 8


def test_names_of_a_steep_curve_stand_below_each_other(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/ui/charts/")
    lines = page.locator("#concentration svg text").filter(has_text=re.compile("few|most"))
    expect(lines.filter(has_text="few")).to_have_count(3)
    boxes = [box for line in lines.all() if (box := line.bounding_box())]
    tops = sorted(box["y"] for box in boxes)
    assert all(low - high > 12 for high, low in pairwise(tops))


def test_on_a_phone_what_else_a_chart_has_is_in_one_row(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/ui/charts/")
    ways = page.locator("#concentration .chart-foot > *").all()
    assert len(ways) >= 2
    assert len({box["y"] for way in ways if (box := way.bounding_box())}) == 1
    ways[0].locator("summary").click()
    opened, other = (way.bounding_box() for way in ways[:2])
    assert opened
    assert other
    assert opened["y"] > other["y"]
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_it_works_without_javascript(
    browser: Browser, context: BrowserContext, live_server: LiveServer
) -> None:
    plain = browser.new_context(
        java_script_enabled=False, storage_state=context.storage_state(), base_url=live_server.url
    )
    page = plain.new_page()
    page.goto("/ui/")
    page.get_by_role("checkbox", name="Select Ana").check()
    expect(page.locator(".bulk")).to_be_visible()
    page.locator(".me > summary").click()
    expect(page.get_by_role("link", name="Profile")).to_be_visible()
    page.locator(".me > summary").click()
    page.get_by_role("link", name="New customer").first.click()
    expect(page.get_by_role("heading", name="New customer")).to_be_visible()
    page.get_by_label("Name").fill("Íñigo")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("“Íñigo” was saved.")
    plain.close()


def test_on_a_phone_a_card_shows_own_words_and_filter_and_sort_share_a_row(
    context: BrowserContext,
) -> None:
    field = save_custom_field(None, label="Aroma", type_="text", options=[])
    make.customer("Luis", custom={field.key: "Jazmín"})
    make.customer("Eva")
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/customers/?columns=name,custom.{field.key}")
    expect(page.get_by_role("cell", name="Jazmín")).to_be_visible()
    expect(page.locator("td[data-label=Aroma]:visible")).to_have_count(1)
    tops = [page.locator("summary", has_text=word).bounding_box() for word in ("Filter", "Sort")]
    assert len({box["y"] for box in tops if box}) == 1


def test_a_long_menu_is_searched_by_typing(page: Page) -> None:
    page.goto("/customers/")
    page.locator("summary", has_text="Filter").click()
    expect(page.get_by_role("searchbox", name="Type to find")).to_be_focused()
    page.keyboard.type("cod pos")
    page.keyboard.press("Enter")
    expect(heading(page.locator("#dialog"))).to_have_text("Filter: Postal code")


def test_what_is_typed_in_a_new_dialog_is_the_text_and_not_a_choice(page: Page) -> None:
    page.goto(f"/customers/{make.customer('Luis').pk}/")
    page.locator("header, .page-head").get_by_role("link", name="Task").first.click()
    expect(page.locator("#dialog textarea")).to_be_focused()
    page.keyboard.type("Call Luis back")
    expect(page.locator("#dialog textarea")).to_have_value("Call Luis back")
    expect(page.locator("#dialog").get_by_label("Task")).to_be_checked()


def test_tags_in_use_are_found_and_new_ones_added_as_chips(page: Page) -> None:
    make.customer("Eva", tags=("Feria",))
    luis = make.customer("Luis", tags=("VIP, old", "b"))
    page.goto(f"/customers/{luis.pk}/edit/")
    tags = page.get_by_role("combobox", name="Tags")
    tags.press_sequentially("fer")
    tags.press("Enter")
    tags.press_sequentially("new,")
    tags.press_sequentially("last")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Luis")).to_be_visible()
    luis.refresh_from_db()
    assert set(luis.tags) == {"VIP, old", "b", "Feria", "new", "last"}
