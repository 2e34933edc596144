"""Charts: what they draw, and the same as a table."""

from tests.ui.drawing import draw
from trato.ui import figures
from trato.ui.figures import Bar, Cell, Chart, Heat, HeatRow, Line, Series
from trato.ui.table import Column

HEADINGS = (Column("name", "Name"), Column("count", "Count", "number"))


def drawn(chart: Chart) -> str:
    return draw("{% chart chart %}", chart=chart)


def test_a_bar_begins_at_nothing_and_the_longest_fills_the_width() -> None:
    bars = figures.Bars((Bar("A", 50, "50"), Bar("B", 100, "100")))
    assert [placed.width for placed in bars.placed] == [500.0, 1000.0]


def test_a_loss_lies_on_the_other_side_of_nothing() -> None:
    bars = figures.Bars((Bar("A", -50, "-50"), Bar("B", 50, "50")))
    assert [(placed.x, placed.width) for placed in bars.placed] == [(0, 500.0), (500.0, 500.0)]


def test_what_is_counted_stands_above_the_numbers() -> None:
    line = Line(("A", 5))
    counted = Chart("one", "Which?", figures.Bars((Bar("A", 5, "5"),), "goats"), HEADINGS, (line,))
    assert '<p class="chart-unit">goats</p>' in drawn(counted)


def test_the_table_has_every_bar_with_its_interval_and_link() -> None:
    bars = [Bar("A", 5, "5", href="/a/", low=4, high=7)]
    html = drawn(figures.bar_chart("one", "How many?", bars, headings=HEADINGS))
    assert '<a class="link" href="/a/">A</a>' in html
    assert "At least" in html
    assert "?export=one" in html


def test_a_chart_without_rows_says_so() -> None:
    html = drawn(figures.bar_chart("one", "How many?", [], headings=HEADINGS))
    assert "There is not enough for this yet." in html
    assert "<details" not in html


def test_the_darkest_cell_is_the_highest() -> None:
    assert [Cell("", ratio).level for ratio in (None, 0, 0.5, 1)] == [None, 0, 4, 7]


def test_a_heat_map_is_a_table_of_links() -> None:
    rows = (HeatRow("May", (Cell("40 %", 0.4, "/may/"), Cell(""))),)
    chart = Chart("map", "When?", Heat("Month", ("1", "2"), rows), HEADINGS, (Line(("May", 4)),))
    html = drawn(chart)
    assert '<td class="heat-3"><a href="/may/">40 %</a></td>' in html
    assert "As a table" not in html


def test_a_heat_map_that_does_not_tell_all_has_its_table_too() -> None:
    rows = (HeatRow("May", (Cell("40 %", 0.4, "/may/"),)),)
    heat = Heat("Month", ("1",), rows, tells_all=False)
    html = drawn(Chart("map", "When?", heat, HEADINGS, (Line(("May", 4), "/all/"),)))
    assert '<td class="heat-3">' in html
    assert "As a table" in html
    assert '<a class="link" href="/all/">May</a></th><td class="num">4</td>' in html


def test_a_long_table_says_where_all_of_it_is() -> None:
    lines = tuple(Line((f"Row {place}", place)) for place in range(1200))
    heat = Heat("Month", ("1",), (HeatRow("May", (Cell("1"),)),), tells_all=False)
    html = drawn(Chart("map", "When?", heat, HEADINGS, lines))
    assert "The first 100 rows of 1,200. The file has them all." in html
    assert html.count('<th scope="row">Row') == 100
    assert "The file has them all" not in drawn(Chart("map", "When?", heat, HEADINGS, lines[:100]))


def test_what_the_script_draws_is_data_and_not_a_program() -> None:
    series = Series("</script>", (1.0, 2.0), low=(0.5, 1.0), high=(2.0, 3.0))
    plot = figures.lines(["a", "b"], [series])
    html = drawn(Chart("lines", "How?", plot, HEADINGS, (Line(("a", 1)),)))
    assert 'type="application/json"' in html
    assert "\\u003C/script\\u003E" in html
    assert "style=" not in html


def test_a_flow_shows_only_the_ends_that_it_has() -> None:
    nodes = [figures.Node(name, name, 0, "pino") for name in ("a", "b", "c")]
    plot = figures.sankey(nodes, [figures.Flow("a", "b", 3, "3")])
    assert [node["name"] for node in plot.spec["nodes"]] == ["a", "b"]


def test_many_headings_of_words_stand_upright_on_a_phone() -> None:
    def heat(*headings: str) -> Heat:
        return Heat("From", headings, ())

    stages = ("Known", "Interested", "Asking", "Bought", "Reconsidering", "Buys again")
    assert heat(*stages).is_upright
    assert not heat("long ago", "", "", "", "lately").is_upright
    assert not heat(*map(str, range(18))).is_upright


def test_arrows_walk_along_what_has_an_order() -> None:
    walked = figures.lines(["May"], [Series("Sales", (1.0,))])
    flows = figures.sankey([], [])
    columns = (Column("x", "Month"),)
    assert 'tabindex="0" aria-label="When?' in drawn(
        Chart("one", "When?", walked, columns, (Line(("May",)),))
    )
    assert 'role="img" aria-label="Who?' in drawn(
        Chart("two", "Who?", flows, columns, (Line(("May",)),))
    )


def test_a_few_flows_are_no_wall() -> None:
    def height(ends: int) -> int:
        nodes = [figures.Node(f"{at}", f"{at}", at % 2, "pino") for at in range(ends)]
        flows = [figures.Flow("0", f"{at}", 1, "1") for at in range(1, ends)]
        return figures.sankey(nodes, flows).height

    assert (height(2), height(4), height(5)) == (4, 4, 7)


def test_what_is_nothing_all_along_takes_little_room() -> None:
    def height(*values: float | None) -> int:
        return figures.lines(["may", "june"], [Series("cost", values)]).height

    assert height(0, None) < height(0, 3)
    assert figures.columns(["may"], [0], shown=["0"]).height == height(0, 0)


def test_a_line_stands_where_all_bars_should_end() -> None:
    drawing = figures.Bars((Bar("a", 50, "50"), Bar("b", 80, "80")), goal=100)
    assert [placed.width for placed in drawing.placed] == [500, 800]
    assert drawing.goal_at == 1000
    assert figures.Bars((Bar("a", 50, "50"),)).goal_at is None
