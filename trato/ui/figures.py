"""Figures: charts that answer one question each, with the same numbers as a table and as a file.

A page makes a ``Chart`` and draws it with ``{% chart %}``. Rows of bars and heat maps are written
by the server; lines, columns, flows and concentration are drawn by ``dist/charts.js`` from a spec.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from trato.ui.charts import WIDTH
from trato.ui.components.data import written
from trato.ui.table import Column

LEVELS = 8
# More headings of more letters are wider than a phone.
MOST_WORDS, LONG = 3, 4
# So few ends need no more room than the lowest chart has.
FEW_NODES, LOWEST = 4, 4
USUAL, FLAT = 5, 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a chart's table; ``href`` leads to the customers behind it, each of ``hrefs`` to
    those behind a value."""

    values: tuple[Any, ...]
    href: str = ""
    hrefs: tuple[str, ...] = ()

    @property
    def links(self) -> tuple[str, ...]:
        return self.hrefs or (self.href, *("" for _rest in self.values[1:]))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from zero; ``low`` and ``high`` are its interval, ``stage`` writes its name as one."""

    label: str
    value: float | None
    shown: str
    tone: str = "pino"
    href: str = ""
    low: float | None = None
    high: float | None = None
    hint: str = ""
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A bar with its place on the common scale."""

    bar: Bar
    x: float
    width: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, the longest over the whole width; ``unit`` is what is counted, ``goal``
    what all of them should reach."""

    bars: tuple[Bar, ...]
    unit: str = ""
    goal: float | None = None
    template = "bars"

    @property
    def _scale(self) -> tuple[float, float]:
        """The value where the bars begin, and how much the whole width is."""
        ends = [0.0, self.goal or 0.0]
        for bar in self.bars:
            ends += [end for end in (bar.value, bar.low, bar.high) if end is not None]
        return min(ends), (max(ends) - min(ends)) or 1.0

    @property
    def goal_at(self) -> float | None:
        return None if self.goal is None else _scaled(self.goal, *self._scale)

    @property
    def placed(self) -> Iterator[Placed]:
        start, span = self._scale
        for bar in self.bars:
            value = bar.value or 0.0
            yield Placed(
                bar,
                x=_scaled(min(value, 0), start, span),
                width=round(WIDTH * abs(value) / span, 1),
                low=None if bar.low is None else _scaled(bar.low, start, span),
                high=None if bar.high is None else _scaled(bar.high, start, span),
            )


def _scaled(value: float, start: float, span: float) -> float:
    return round(WIDTH * (value - start) / span, 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a heat map. ``ratio`` from 0 to 1 is how dark it is; None leaves it empty."""

    shown: str
    ratio: float | None = None
    href: str = ""
    title: str = ""
    hint: str = ""

    @property
    def level(self) -> int | None:
        return None if self.ratio is None else min(int(self.ratio * LEVELS), LEVELS - 1)


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    cells: tuple[Cell, ...]
    href: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """Numbers in a grid, the darker the higher. It is a table itself where it ``tells_all`` that
    the chart's has."""

    corner: str
    headings: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    across: str = ""
    tells_all: bool = True
    template = "heat"

    @property
    def is_upright(self) -> bool:
        """Whether a phone turns the headings: many words would leave the map no room."""
        return sum(len(one) > LONG for one in self.headings) > MOST_WORDS


@dataclass(frozen=True, slots=True)
class Format:
    """How the script writes numbers: like ``trato.ui.formats``."""

    style: str = "decimal"
    currency: str = ""
    digits: int = 0

    @property
    def spec(self) -> dict[str, Any]:
        more = {"currency": self.currency} if self.currency else {}
        return {"style": self.style, "digits": self.digits, **more}


NUMBER = Format()
PERCENT = Format("percent", digits=1)


def money_format(currency: str) -> Format:
    return Format("currency", currency)


@dataclass(frozen=True, slots=True)
class Series:
    """A line; with ``low`` and ``high`` it has a band, ``step`` makes stairs of it."""

    name: str
    values: tuple[float | None, ...]
    tone: str = "pino"
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    step: bool = False
    dashed: bool = False

    @property
    def spec(self) -> dict[str, Any]:
        known = {"name": self.name, "values": self.values, "tone": self.tone}
        if self.low:
            known |= {"low": self.low, "high": self.high}
        return known | {"step": self.step, "dashed": self.dashed}


@dataclass(frozen=True, slots=True)
class Plot:
    """What the script draws. ``height`` is in steps of four rem."""

    spec: dict[str, Any]
    height: int = USUAL
    template = "plot"

    @property
    def is_walked(self) -> bool:
        """Whether arrows walk along it. Flows have no order; their table has them all."""
        return bool(self.spec["kind"] != "sankey")


def lines(
    x: Sequence[str],
    series: Sequence[Series],
    *,
    format: Format = NUMBER,
    x_name: str = "",
    top: float | None = None,
    links: Sequence[str] = (),
) -> Plot:
    return Plot(
        {
            "kind": "lines",
            "x": list(x),
            "x_name": x_name,
            "format": format.spec,
            "top": top,
            "series": [one.spec for one in series],
            "links": list(links),
        },
        height=_height(value for one in series for value in (*one.values, *one.high)),
    )


def columns(
    x: Sequence[str],
    values: Sequence[float],
    *,
    shown: Sequence[str],
    format: Format = NUMBER,
    x_name: str = "",
    tone: str = "pino",
    links: Sequence[str] = (),
) -> Plot:
    """Upright bars side by side: a distribution, or a number through time."""
    return Plot(
        {
            "kind": "columns",
            "x": list(x),
            "x_name": x_name,
            "values": list(values),
            "shown": list(shown),
            "format": format.spec,
            "tone": tone,
            "links": list(links),
        },
        height=_height(values),
    )


def _height(values: Iterable[float | None]) -> int:
    """Where all is nothing, what would be above it is empty, too."""
    return USUAL if any(values) else FLAT


@dataclass(frozen=True, slots=True)
class Node:
    """An end of flows: ``depth`` is its column, ``tone`` its colour."""

    name: str
    label: str
    depth: int
    tone: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    source: str
    target: str
    value: float
    shown: str
    href: str = ""


def sankey(nodes: Sequence[Node], flows: Sequence[Flow], *, height: int = 7) -> Plot:
    """Who went from where to where."""
    seen = {name for flow in flows for name in (flow.source, flow.target)}
    if len(seen) <= FEW_NODES:
        height = LOWEST
    return Plot(
        {
            "kind": "sankey",
            "format": NUMBER.spec,
            "nodes": [_fields(node) for node in nodes if node.name in seen],
            "links": [_fields(flow) for flow in flows],
        },
        height=height,
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a curve that is named."""

    x: float
    y: float
    label: str
    href: str = ""


def lorenz(
    points: Sequence[tuple[float, float]], marks: Sequence[Mark], *, x_name: str = ""
) -> Plot:
    """How much of the whole the first share of all has; the diagonal is where all have the same."""
    return Plot(
        {
            "kind": "lorenz",
            "format": PERCENT.spec,
            "points": [list(point) for point in points],
            "marks": [_fields(mark) for mark in marks],
            "x_name": x_name,
        }
    )


def _fields(of: Any) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__slots__}


@dataclass(frozen=True, slots=True)
class Chart:
    """A question, what answers it, the same as a table, and how it is worked out.

    ``count``: how many lines there are, where ``lines`` may be only the first of them.
    """

    name: str
    title: str
    drawing: Bars | Heat | Plot
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    note: str = ""
    formula: str = ""
    answer: str = ""
    is_wide: bool = False
    count: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.lines

    def table(self, most: int) -> list[list[tuple[Column, str, str]]]:
        """The cells of the first lines: in words, and where they lead."""
        return [
            [
                (column, written(column, value), href)
                for column, value, href in zip(self.columns, line.values, line.links, strict=True)
            ]
            for line in self.lines[:most]
        ]

    @property
    def is_table(self) -> bool:
        """A heat map can show every number where it stands."""
        return isinstance(self.drawing, Heat) and self.drawing.tells_all


def bar_chart(
    name: str,
    title: str,
    bars: Sequence[Bar],
    *,
    headings: tuple[Column, Column],
    note: str = "",
    formula: str = "",
    **more: Any,
) -> Chart:
    """Bars whose table has the name, the number and, where known, its interval."""
    has_interval = any(bar.low is not None for bar in bars)
    label, value = headings
    ends: tuple[Column, ...] = ()
    if has_interval:
        ends = (
            Column("low", gettext("At least"), kind=value.kind, unit=value.unit),
            Column("high", gettext("At most"), kind=value.kind, unit=value.unit),
        )
    rows = tuple(
        Line((bar.label, bar.value, *((bar.low, bar.high) if has_interval else ())), bar.href)
        for bar in bars
    )
    return Chart(name, title, Bars(tuple(bars)), (label, value, *ends), rows, note, formula, **more)
