"""Lines of orders for tests."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from trato.analytics import calendar, purchases


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


def with_pieces(lines: pa.Table) -> pa.Table:
    """With quantity, and whether the line was given back."""
    amount = lines["amount"].to_numpy()
    quantity = np.where(amount < 0, -1.0, 1.0 + np.arange(amount.size) % 3)
    return lines.append_column("quantity", pa.array(quantity)).append_column(
        "is_return", pa.array(amount < 0)
    )


def beside(lines: pa.Table, as_of: date) -> dict[str, pa.Table]:
    """The tables that `trato.analytics.sums` asks for beside lines with pieces."""
    product, customer = np.unique(lines["product"]), np.unique(lines["customer"])
    names = [f"kind {one % 3}" for one in product]
    cohort = np.datetime64("2021-01-01") + 31 * (customer % 5)
    return {
        "categories": pa.table({"product": product, "category": names}),
        "cohorts": pa.table({"customer": customer, "cohort": pa.array(cohort, pa.date32())}),
        "months": calendar.months(date(2021, 1, 1), as_of),
    }
