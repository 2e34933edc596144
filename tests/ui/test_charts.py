"""Small charts tell the truth, without a style attribute."""

from tests.ui.drawing import draw
from trato.ui.charts import WIDTH, Part, lengths, line, slices

BASE = [Part("Current", 60, "current"), Part("Lost", 40, "lost"), Part("Potential", 0, "potential")]


def test_the_parts_fill_the_bar() -> None:
    placed = slices(BASE)
    assert [slice.part.label for slice in placed] == ["Current", "Lost"]
    assert placed[-1].x + placed[-1].width == WIDTH
    assert [slice.share for slice in placed] == [0.6, 0.4]


def test_a_tiny_part_is_still_seen() -> None:
    assert slices([Part("Much", 1_000_000), Part("Little", 1)])[1].width >= 4


def test_nothing_makes_no_bar() -> None:
    assert slices([Part("None", 0)]) == []
    assert [slice.width for slice in lengths([Part("None", 0)])] == [0]


def test_bars_start_at_zero() -> None:
    assert [slice.width for slice in lengths([Part("a", 50), Part("b", 25)])] == [1000, 500]


def test_a_line_needs_two_points() -> None:
    assert line([1]) == ""
    assert line([1, 1]).startswith("0.0,")


def test_charts_name_their_numbers() -> None:
    shown = draw(
        "{% segments parts label='Base' %}{% bars parts %}{% sparkline points %}",
        parts=BASE,
        points=[1, 2],
    )
    assert "<b>60</b>" in shown
    assert "60%" in shown
    assert "style=" not in shown


def test_a_tile_tells_better_from_worse() -> None:
    assert "is-good" in draw("{% stat 'Customers' value='12' delta='+2' trend='up' good=True %}")
    assert "is-bad" in draw("{% stat 'Lost' value='12' delta='+2' trend='up' good=False %}")


def test_progress_without_an_end_has_no_value() -> None:
    assert "<progress aria-label" in draw("{% progress label='Reading' %}")
    assert '<progress value="30" max="60"' in draw("{% progress 30 max=60 label='Reading' %}")
