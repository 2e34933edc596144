"""A small company's marts in memory."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan

import duckdb
import pyarrow as pa

from trato.analytics.moves import follow
from trato.insight.marts import ADDED_UP, CUBES, WHOSE

AS_OF = date(2026, 3, 31)

_SCORES: dict[str, object] = {
    "as_of": AS_OF,
    "stage": 1,
    "stage_since": date(2026, 3, 1),
    "purchases": 0,
    "margin": None,
    "known": 0.0,
    "known_net": 0.0,
    "recency_score": None,
    "frequency_score": None,
    "monetary_score": None,
    "rfm_group": "",
    "expected_purchases": None,
    "lifetime_value": None,
    "lifetime_value_low": None,
    "lifetime_value_high": None,
    "lifetime_value_spread": None,
    "expected_purchases_spread": None,
    "value_decile": None,
    "rhythm_days": None,
    "habit_broken": False,
    "risk": None,
    "segment": None,
    "owner": -1,
    "team": -1,
    "kind": "person",
    "country": "ES",
    "cohort": None,
    "first_day": None,
    "last_day": None,
    "amount": 0.0,
    "known_day": date(2025, 12, 1),
    "origin": "",
    "acquired_by": "",
}
_TYPES = {
    "customer": pa.int64(),
    "as_of": pa.date32(),
    "stage": pa.int16(),
    "stage_since": pa.date32(),
    "purchases": pa.int32(),
    "recency_score": pa.int16(),
    "frequency_score": pa.int16(),
    "monetary_score": pa.int16(),
    "rfm_group": pa.string(),
    "value_decile": pa.int16(),
    "habit_broken": pa.bool_(),
    "segment": pa.int64(),
    "owner": pa.int32(),
    "team": pa.int32(),
    "kind": pa.string(),
    "country": pa.string(),
    "cohort": pa.date32(),
    "first_day": pa.date32(),
    "last_day": pa.date32(),
    "known_day": pa.date32(),
    "origin": pa.string(),
    "acquired_by": pa.string(),
}


def scores(*customers: Mapping[str, object]) -> pa.Table:
    """A row a customer; what is not told is as of somebody who never bought."""
    rows = [{**_SCORES, **one} for one in customers]
    names = ["customer", *_SCORES]
    return pa.table(
        {
            name: pa.array([row[name] for row in rows], _TYPES.get(name, pa.float64()))
            for name in names
        }
    )


def transitions(*moves: tuple[int, date, int, int]) -> pa.Table:
    """Customer, day, from stage, to stage; sorted by customer and day."""
    columns = _columns(moves, 4)
    table = pa.table(
        {
            "customer": pa.array(columns[0], pa.int64()),
            "day": pa.array(columns[1], pa.date32()),
            "from_stage": pa.array(columns[2], pa.int8()),
            "to_stage": pa.array(columns[3], pa.int8()),
            "cause": pa.array([""] * len(moves)),
        }
    )
    return follow(table)


def months(*bought: tuple[int, date, date, float, float]) -> pa.Table:
    """Customer, cohort, month, amount (a fifth of it taxes), margin (NaN unknown); one
    purchase each."""
    columns = _columns(bought, 5)
    return pa.table(
        {
            "customer": pa.array(columns[0], pa.int64()),
            "cohort": pa.array(columns[1], pa.date32()),
            "month": pa.array(columns[2], pa.date32()),
            "orders": pa.array([1] * len(bought), pa.int32()),
            "amount": pa.array(columns[3], pa.float64()),
            "margin": pa.array(columns[4], pa.float64()),
            "known": pa.array([_costed(*one[3:]) for one in bought], pa.float64()),
            "known_net": pa.array([_costed(*one[3:]) / 1.25 for one in bought], pa.float64()),
        }
    )


def _costed(amount: float, margin: float) -> float:
    return 0.0 if isnan(margin) else amount


def sales(*sold: tuple[date, int, str, int | None, float, float]) -> pa.Table:
    """Month, product, channel, segment, amount (a fifth of it taxes), margin (NaN unknown)."""
    month, product, channel, segment, amount, margin = _columns(sold, 6)
    ones = [1] * len(sold)
    return pa.table(
        {
            "month": pa.array(month, pa.date32()),
            "product": pa.array(product, pa.int64()),
            "category_path": pa.array([""] * len(sold)),
            "channel": pa.array(channel, pa.string()),
            "store": pa.array([""] * len(sold)),
            "seller": pa.array([-1] * len(sold), pa.int32()),
            "team": pa.array([-1] * len(sold), pa.int32()),
            "owner": pa.array([-1] * len(sold), pa.int32()),
            "segment": pa.array(segment, pa.int64()),
            "stage": pa.array([4] * len(sold), pa.int8()),
            "orders": pa.array(ones, pa.int32()),
            "category_orders": pa.array(ones, pa.int32()),
            "whole_orders": pa.array(ones, pa.int32()),
            "customers": pa.array(ones, pa.int32()),
            "quantity": pa.array(ones, pa.float64()),
            "amount": pa.array(amount, pa.float64()),
            "net": pa.array([one[4] / 1.25 for one in sold], pa.float64()),
            "margin": pa.array(margin, pa.float64()),
        }
    )


def connection(
    scored: pa.Table | None = None,
    moved: pa.Table | None = None,
    bought: pa.Table | None = None,
    sold: pa.Table | None = None,
) -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.register("scores", scores() if scored is None else scored)
    found.register("moves_of_customers", transitions() if moved is None else moved)
    found.register("bought", months() if bought is None else bought)
    found.register("sales", sales() if sold is None else sold)
    found.execute("CREATE TEMP VIEW all_scores AS FROM scores")
    who = f"(SELECT customer, {', '.join(WHOSE)} FROM scores)"  # noqa: S608
    for noun, rows in (("transitions", "moves_of_customers"), ("months", "bought")):
        found.execute(f"CREATE TEMP VIEW {noun} AS FROM {rows} LEFT JOIN {who} USING (customer)")
        found.execute(f"CREATE TEMP VIEW all_{noun} AS FROM {noun}")
    found.execute("CREATE TEMP VIEW compared AS SELECT customer FROM scores WHERE customer % 2 = 0")
    for noun, columns in ADDED_UP.items():
        found.execute(f"CREATE TEMP TABLE {noun} ({columns})")
        found.execute(f"CREATE TEMP VIEW all_{noun} AS FROM {noun}")
    for cube, added_up in CUBES.items():
        found.execute(f"CREATE TEMP VIEW {cube} AS {added_up}")
    return found


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[at] for row in rows] for at in range(width)]
