"""The frame of every page."""

import re

import pytest

from tests.ui.drawing import draw
from trato.ui.palette import Group, Item
from trato.ui.shell import NavItem, Person, QuickAdd, Shell

PLACES = (
    NavItem("Today", "/", "sun", active=True, key="h"),
    NavItem("Customers", "/customers/", "users", key="c", children=(NavItem("All", "/all/", "x"),)),
    NavItem("Acquisition", "/leads/", "magnet"),
    NavItem("Sales", "/sales/", "handshake"),
)
SHELL = Shell(
    company_name="Alcor & Co",
    navigation=PLACES,
    quick_add=(QuickAdd("Customer", "/customers/new/", "user-plus"),),
    user=Person("Ana García", "ana@example.com", "/me/"),
    theme="dark",
    palette_url="/palette/",
    preferences_url="/preferences/",
    sign_out_url="/out/",
)
PAGE = """{% extends "ui/shell.html" %}{% block title %}Page{% endblock %}
{% block crumbs %}{% crumb "Customers" "/c/" %}{% crumb "Ana" %}{% endblock %}
{% block heading %}Ana{% endblock %}{% block content %}<p>Here</p>{% endblock %}"""


@pytest.fixture
def page() -> str:
    return draw(PAGE, shell=SHELL)


def test_the_page_has_its_landmarks(page: str) -> None:
    assert page.count("<main ") == page.count("<h1>") == 1
    for landmark in ('<nav class="rail" aria-label="Main"', '<a class="skip" href="#main"'):
        assert landmark in page


def test_the_page_knows_its_language_theme_and_company(page: str) -> None:
    assert '<html lang="en" data-theme="dark"' in page
    assert "<title>Page · Alcor &amp; Co</title>" in page


def test_where_i_am_is_marked(page: str) -> None:
    assert re.search(r'href="/" aria-current="page" data-go="h"', page)
    assert '<span aria-current="page">Ana</span>' in page


def test_inner_places_show_where_one_is() -> None:
    assert "/all/" not in draw(PAGE, shell=SHELL)


def test_the_phone_has_three_places_and_more() -> None:
    assert [item.label for item in SHELL.bar] == ["Today", "Customers", "Acquisition"]
    assert [item.label for item in SHELL.rest] == ["Sales"]


def test_pinned_places_come_first_on_the_phone() -> None:
    pinned = [NavItem("Sales", "/s/", "x", pinned=True), NavItem("Today", "/", "x", pinned=True)]
    shell = Shell(navigation=(PLACES[1], *pinned))
    assert [item.label for item in shell.bar] == ["Sales", "Today"]


def test_nothing_in_the_page_breaks_the_content_policy(page: str) -> None:
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_pages_of_errors_need_nothing(name: str) -> None:
    shown = draw(f'{{% include "{name}.html" %}}')
    assert '<html lang="en" data-theme="system"' in shown
    assert "Go to the start" in shown


def test_who_is_signed_in_keeps_the_frame_on_a_page_of_errors() -> None:
    assert 'class="rail"' in draw('{% include "404.html" %}', shell=SHELL)
    assert 'class="rail"' not in draw('{% include "500.html" %}', shell=SHELL)


def test_a_dialog_is_also_a_page() -> None:
    source = (
        '{% extends htmx|yesno:"ui/dialog.html,ui/shell.html" %}{% block content %}Hi{% endblock %}'
    )
    assert "<html" not in draw(source, htmx=True, shell=SHELL)
    assert "<html" in draw(source, htmx=False, shell=SHELL)


def test_the_palette_can_be_read_aloud() -> None:
    groups = [
        Group("Go to", (Item("Customers", "/c/", "users"), Item("New", "/n/", in_dialog=True)))
    ]
    shown = draw('{% include "ui/palette_results.html" %}', groups=groups)
    assert shown.count('role="option"') == 2
    assert 'id="palette-1-2"' in shown
    assert shown.count("data-in-dialog") == 1
    assert "Nothing found" in draw('{% include "ui/palette_results.html" %}', groups=[])
