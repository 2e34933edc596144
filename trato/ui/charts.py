"""The geometry of small charts. Drawn on the server as SVG, in attributes, never in styles."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000.0
# Between two parts, so that they are told apart without colour.
GAP = 4.0
# A part that exists is seen, however small.
LEAST = 6.0


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a whole. ``tone`` names its colour: the same group, the same colour."""

    label: str
    value: float
    tone: str = "neutral"
    href: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part with its place in the bar and its share of the whole."""

    part: Part
    x: float
    width: float
    share: float


def slices(parts: Sequence[Part]) -> list[Slice]:
    """The parts side by side over the whole width."""
    total = sum(part.value for part in parts)
    if total <= 0:
        return []
    seen = [part for part in parts if part.value > 0]
    room = WIDTH - GAP * (len(seen) - 1) - LEAST * len(seen)
    x, placed = 0.0, []
    for part in seen:
        share = part.value / total
        width = LEAST + room * share
        placed.append(Slice(part, round(x, 2), round(width, 2), share))
        x += width + GAP
    return placed


def lengths(parts: Sequence[Part]) -> list[Slice]:
    """Bars from zero, the longest over the whole width."""
    longest = max((part.value for part in parts), default=0)
    total = sum(part.value for part in parts)
    if longest <= 0:
        return [Slice(part, 0, 0, 0) for part in parts]
    return [
        Slice(part, 0, round(WIDTH * part.value / longest, 2), part.value / total) for part in parts
    ]


def line(values: Sequence[float], width: float = 100, height: float = 24) -> str:
    """The points of a sparkline; its lowest value touches the ground, its highest the top."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = width / (len(values) - 1)
    inner = height - 3
    return " ".join(
        f"{index * step:.1f},{1.5 + inner - inner * (value - low) / span:.1f}"
        for index, value in enumerate(values)
    )
