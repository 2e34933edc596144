"""Icons, buttons, badges, pills, avatars."""

import pytest

from tests.ui.drawing import draw
from trato.ui.components.basics import initials


def test_an_icon_says_nothing_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "user" %}')
    assert 'role="img" aria-label="Person"' in draw('{% icon "user" label="Person" %}')


def test_a_button_sends_its_form() -> None:
    assert draw('{% button "Save" variant="primary" %}') == (
        '<button type="submit" class="button button-primary"><span>Save</span></button>'
    )


def test_a_button_with_an_address_is_a_link() -> None:
    assert draw('{% button "Import" href="/imports/" %}').startswith('<a href="/imports/"')


def test_a_link_opens_in_the_dialog_and_stays_a_link() -> None:
    link = draw('{% button "Edit" href="/edit/" dialog=True %}')
    assert 'href="/edit/"' in link
    assert 'hx-get="/edit/" hx-target="#dialog"' in link


def test_further_attributes_reach_the_element() -> None:
    button = draw('{% button "Go" hx_post="/x" disabled=True data_n=None name=False %}')
    assert ' hx-post="/x" disabled' in button
    assert "data-n" not in button
    assert "name" not in button


def test_what_people_wrote_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    for source in (
        "{% button evil title=evil %}",
        "{% badge evil %}",
        "{% person evil %}",
        "{% copy evil %}",
        "{% menu_item evil %}",
        "{% tab evil '#' %}",
        "{% filter_chip evil remove_url='/' %}",
        "{% name_cell evil href='/' %}",
        "{% fact evil %}x{% endfact %}",
        "{% card title=evil %}x{% endcard %}",
        "{% empty icon='x' title=evil %}{% endempty %}",
        "{% timeline_item title=evil detail=evil %}{% endtimeline_item %}",
        "{% stat evil value=evil %}",
        "{% progress 1 label=evil %}",
    ):
        assert "<script>" not in draw(source, evil=evil), source


def test_an_icon_button_has_a_name() -> None:
    assert 'aria-label="Close" title="Close"' in draw('{% icon_button "Close" icon="x" %}')


def test_a_tag_can_be_taken_off() -> None:
    badge = draw('{% badge "VIP" remove_url="/tags/1/" %}')
    assert 'aria-label="Remove VIP"' in badge
    assert 'hx-post="/tags/1/"' in badge


@pytest.mark.parametrize(
    ("number", "name"), [(1, "Awareness"), (4, "Purchase"), (7, "Abandonment")]
)
def test_a_stage_shows_number_and_name(number: int, name: str) -> None:
    pill = draw("{% stage number %}", number=number)
    assert f"<b>{number}</b>" in pill
    assert f"<span>{name}</span>" in pill


def test_no_stage_and_no_status_are_nothing() -> None:
    assert draw("{% stage none %}{% status '' %}", none=None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana García Llorente", "AG"), ("óscar", "ÓS"), ("Peñalara, S. L.", "PS"), ("—", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_keeps_its_colour() -> None:
    assert draw('{% avatar "Ana" %}') == draw('{% avatar "Ana" %}')
    assert "avatar-square" in draw('{% avatar "Ana" square=True %}')
