"""Tables: order, columns, cells, picking."""

from datetime import date
from decimal import Decimal

from django.http import QueryDict

from tests.ui.drawing import draw
from trato.ui.table import Column, Table

COLUMNS = (
    Column("name", "Name", sortable=True, fixed=True, shown=False),
    Column("value", "Value", kind="money", unit="EUR", sortable=True),
    Column("tags", "Tags", kind="tags"),
    Column("origin", "Origin", shown=False),
)


def table(query: str = "", sort: str = "") -> Table:
    return Table("customers", COLUMNS, QueryDict(query), sort, selectable=True)


def sort_urls(of: Table) -> list[str]:
    return [heading.sort_url for heading in of.headings]


def test_words_are_first_sorted_up_and_amounts_down() -> None:
    assert sort_urls(table()) == ["?sort=name", "?sort=-value", ""]


def test_a_second_press_turns_the_order() -> None:
    assert sort_urls(table(sort="name"))[0] == "?sort=-name"
    assert sort_urls(table(sort="-value"))[1] == "?sort=value"


def test_a_new_order_keeps_the_filters_and_starts_at_the_top() -> None:
    url = sort_urls(table("tag=a&tag=b&after=x&sort=name"))[1]
    assert url == "?tag=a&tag=b&sort=-value"


def test_the_sorted_column_says_so() -> None:
    shown = draw("{% table t caption='Customers' %}{% endtable %}", t=table(sort="-value"))
    assert shown.count("aria-sort") == 1
    assert 'class="num" aria-sort="descending"' in shown


def test_hidden_columns_are_not_shown_unless_fixed() -> None:
    assert [column.key for column in table().shown] == ["name", "value", "tags"]


def test_a_cell_is_written_by_its_kind() -> None:
    cells = draw(
        "{% cell money 1234.5 %}{% cell tags words %}{% cell day when %}{% cell yes True %}",
        money=COLUMNS[1],
        tags=COLUMNS[2],
        words=["VIP", "B2B"],
        day=Column("d", "Day", kind="day"),
        when=date(2024, 3, 12),
        yes=Column("y", "Yes?", kind="yes_no"),
    )
    assert '<td data-label="Value" class="num">€1,234.50</td>' in cells
    assert cells.count('class="badge ') == 2
    assert "Mar 12, 2024" in cells
    assert ">Yes</td>" in cells


def test_an_empty_cell_is_empty() -> None:
    shown = draw("{% cell money none %}{% cell tags none %}", money=COLUMNS[1], tags=COLUMNS[2])
    assert shown.count("></td>") == 2


def test_nothing_is_not_zero() -> None:
    column = Column("n", "Orders", kind="number")
    assert ">0</td>" in draw("{% cell column zero %}", column=column, zero=Decimal(0))


def test_a_cell_can_be_changed_in_place() -> None:
    shown = draw("{% cell column 'Ana' edit_url='/edit/' %}", column=COLUMNS[0])
    assert 'hx-get="/edit/"' in shown
    assert 'class="editable"' in shown
    assert 'hx-swap="outerHTML"' in shown


def test_picked_rows_belong_to_the_form_of_the_bar() -> None:
    shown = draw(
        "{% pick t 7 'Ana' %}{% bulk t action='/do/' %}{% endbulk %}", t=table("tag=a&after=x")
    )
    assert 'value="7" form="customers-bulk" aria-label="Select Ana"' in shown
    assert 'id="customers-bulk" method="post" action="/do/"' in shown
    assert 'name="query" value="tag=a"' in shown


def test_rows_are_not_picked_where_nothing_can_be_done_to_them() -> None:
    assert draw("{% pick t 7 'Ana' %}", t=Table("plain", COLUMNS)) == ""


def test_a_fixed_column_stays_in_the_choice() -> None:
    shown = draw("{% column_chooser t action='/columns/' %}", t=table())
    assert '<input type="hidden" name="columns" value="name">' in shown


def test_the_pager_has_only_the_ways_that_there_are() -> None:
    assert draw("{% pager %}") == ""
    shown = draw("{% pager older='?after=x' %}")
    assert 'href="?after=x" rel="next"' in shown
    assert shown.count("aria-disabled") == 1


def test_the_next_part_comes_by_itself_or_by_a_link() -> None:
    shown = draw("{% more '/next/' %}")
    assert 'href="/next/" hx-get="/next/" hx-trigger="intersect once, click"' in shown
    assert draw("{% more '' %}") == ""
