"""Sales by month as columns from zero: the geometry, in a box of 1000 by 100."""

from collections.abc import Sequence
from dataclasses import dataclass

from trato.sales.queries.products import Month

WIDTH, HEIGHT, GAP = 1000.0, 100.0, 8.0


@dataclass(frozen=True, slots=True)
class Column:
    month: Month
    x: float
    y: float
    width: float
    height: float


def columns(months: Sequence[Month]) -> list[Column]:
    """More came back than was sold in a month that hangs below the line."""
    amounts = [float(month.amount) for month in months]
    top, bottom = max([*amounts, 0.0]), min([*amounts, 0.0])
    span = (top - bottom) or 1.0
    step = WIDTH / max(len(months), 1)
    return [
        Column(
            month=month,
            x=round(place * step + GAP / 2, 1),
            y=round(HEIGHT * (top - max(amount, 0.0)) / span, 1),
            width=round(step - GAP, 1),
            height=round(HEIGHT * abs(amount) / span, 1),
        )
        for place, (month, amount) in enumerate(zip(months, amounts, strict=True))
    ]
