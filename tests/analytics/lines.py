"""Lines of orders for tests."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from trato.analytics import purchases


class Line(NamedTuple):
    customer: int
    day: int
    order: int
    amount: float
    is_purchase: bool = True
    margin: float = float("nan")
    hour: int = 10
    channel: int = 0
    store: int = -1
    product: int = 1


def table(lines: Sequence[Line]) -> pa.Table:
    ordered = sorted(lines, key=lambda line: line[:3])
    return pa.table(
        {
            name: np.array([getattr(line, name) for line in ordered], dtype=kind)
            for name, kind in purchases.LINES.items()
        }
    )


def chance(seed: int, orders: int, customers: int) -> pa.Table:
    """Orders of all sorts: returns on their own, returned as a whole, lines given back."""
    dice = np.random.default_rng(seed)
    lines = []
    for order in range(orders):
        customer, day = int(dice.integers(1, customers + 1)), int(dice.integers(19_000, 19_060))
        kind = str(dice.choice(["bought", "back", "void", "partly"], p=[0.7, 0.1, 0.1, 0.1]))
        where = [int(dice.integers(-1, high)) for high in (4, 12)]
        hour = int(dice.integers(0, 24))
        for _ in range(int(dice.integers(1, 4))):
            amount = round(float(dice.gamma(2, 10)), 2)
            signs = {"bought": 1, "back": -1, "void": 0, "partly": int(dice.choice([1, -1]))}
            amount *= signs[kind]
            margin = float("nan") if dice.random() < 0.3 else round(amount * 0.4, 2)
            counts = kind in {"bought", "partly"}
            line = Line(customer, day, order, amount, counts, margin, hour, *where)
            lines.append(line._replace(product=int(dice.geometric(0.7))))
    return table(lines)
