"""Value: who is still a customer, how much they will buy in a year, and what it leaves."""

import math
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from trato.analytics import mbgnbd, paretonbd
from trato.analytics.counting import Counting
from trato.analytics.purchases import Purchases

HORIZON = 365.0


@dataclass(frozen=True)
class Valued:
    """``table``: customer and the columns of value; ``fits``: the models, to be told."""

    table: pa.Table
    fits: dict[str, Any]


def value(bought: Purchases) -> Valued:
    if not bought.table.num_rows:
        return Valued(_NOBODY, {})
    history = [bought.table[name].to_numpy() for name in ("frequency", "recency", "age")]
    counting = {"mbgnbd": mbgnbd.fit(*history), "paretonbd": paretonbd.fit(*history)}
    chosen = max(counting, key=lambda name: counting[name].log_likelihood)
    model = counting[chosen]
    table = pa.table(
        {
            "customer": bought.table["customer"],
            "p_alive": model.p_alive(*history),
            "expected_purchases": model.expected_purchases(HORIZON, *history),
            "lifetime_value": pa.nulls(bought.table.num_rows, pa.float64()),
            "lifetime_value_low": pa.nulls(bought.table.num_rows, pa.float64()),
            "lifetime_value_high": pa.nulls(bought.table.num_rows, pa.float64()),
        }
    )
    fits = {name: _told(fitted) for name, fitted in counting.items()}
    return Valued(table, {**fits, "counting": chosen})


_NOBODY = pa.table(
    {
        "customer": pa.array([], pa.int64()),
        **{
            name: pa.array([], pa.float64())
            for name in (
                "p_alive",
                "expected_purchases",
                "lifetime_value",
                "lifetime_value_low",
                "lifetime_value_high",
            )
        },
    }
)


def _told(model: Counting) -> dict[str, Any]:
    return {
        **{name: finite(getattr(model, name)) for name in model.parameters},
        "log_likelihood": finite(model.log_likelihood),
        "customers": finite(model.customers),
        "limit": model.limit and model.limit.value,
    }


def finite(number: float) -> float | None:
    """JSON has no word for a parameter without bound."""
    return float(number) if math.isfinite(number) else None
