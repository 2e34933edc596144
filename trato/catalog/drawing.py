"""How a price went, as steps: the geometry, in a box of 1000 by 100."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

WIDTH, HEIGHT, MARGIN = 1000.0, 100.0, 8.0


def steps(points: Sequence[tuple[datetime, Decimal]], until: datetime) -> str:
    """The path of a value that holds from each moment to the next; empty for less than two."""
    if len(points) < 2:
        return ""
    start = points[0][0].timestamp()
    span = max(until.timestamp() - start, 1.0)
    low, high = min(value for _at, value in points), max(value for _at, value in points)
    size = float(high - low) or 1.0

    def x(at: datetime) -> float:
        return round(WIDTH * min((at.timestamp() - start) / span, 1.0), 1)

    def y(value: Decimal) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * float(value - low) / size, 1)

    drawn = [f"M{x(points[0][0])} {y(points[0][1])}"]
    drawn += [f"H{x(at)}V{y(value)}" for at, value in points[1:]]
    return "".join([*drawn, f"H{WIDTH:g}"])
