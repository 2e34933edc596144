"""Cards, menus, tabs, messages, facts, the time line."""

from datetime import UTC, datetime

from tests.ui.drawing import draw


def test_a_menu_opens_without_javascript() -> None:
    shown = draw(
        '{% menu "More" icon="ellipsis" bare=True %}{% menu_item "Edit" href="/" %}{% endmenu %}'
    )
    assert shown.startswith("<details")
    assert '<summary class="button button-secondary button-icon" aria-label="More"' in shown


def test_the_choice_in_force_is_marked() -> None:
    assert 'aria-current="true"' in draw('{% menu_item "Light" checked=True %}')
    assert "aria-current" not in draw('{% menu_item "Light" checked=False %}')


def test_the_open_tab_is_the_current_page() -> None:
    shown = draw('{% tabs "Views" %}{% tab "All" "/" active=True count=3 %}{% endtabs %}')
    assert '<nav aria-label="Views" class="tabs">' in shown
    assert 'aria-current="page"' in shown


def test_a_failure_is_announced_at_once() -> None:
    assert 'role="alert"' in draw('{% banner tone="bad" %}It failed.{% endbanner %}')
    assert 'role="status"' in draw('{% banner tone="good" title="Done" %}All.{% endbanner %}')


def test_an_empty_page_offers_the_first_step() -> None:
    shown = draw(
        '{% empty icon="users" title="No one yet" text="Bring them." %}<a>Go</a>{% endempty %}'
    )
    assert '<div class="empty-actions"><a>Go</a></div>' in shown
    assert "empty-actions" not in draw('{% empty icon="users" title="No one" %} {% endempty %}')


def test_a_fact_is_changed_where_it_stands() -> None:
    shown = draw('{% fact "Name" edit_url="/edit/" %} <b>Ana</b> {% endfact %}')
    assert 'hx-get="/edit/" hx-target="closest .editable-place"' in shown
    assert "<b>Ana</b>" in shown


def test_the_form_in_place_can_be_left() -> None:
    shown = draw('{% inline_form "/save/" "/back/" %}{% endinline_form %}', csrf_token="t0ken")
    assert 'hx-post="/save/"' in shown
    assert 'value="t0ken"' in shown
    assert 'href="/back/"' in shown


def test_an_entry_of_the_time_line_says_what_who_when_and_how_much() -> None:
    shown = draw(
        '{% timeline %}{% timeline_day at %}{% timeline_item icon="phone" title="Call" who="Ana" '
        'amount="5 €" at=at %}Later.{% endtimeline_item %}{% endtimeline %}',
        at=datetime(2024, 3, 12, 9, 5, tzinfo=UTC),
    )
    for part in ("Mar 12, 2024", "<b>Call</b>", "Ana", "5 €", "Later."):
        assert part in shown


def test_a_filter_reads_as_a_sentence() -> None:
    shown = draw('{% filter_chip "Last purchase" "more than" "90 days ago" remove_url="/" %}')
    assert 'aria-label="Remove the filter Last purchase more than 90 days ago"' in shown
