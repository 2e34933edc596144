"""One row a customer: everything that was worked out, put together."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics import calendar
from trato.analytics.journey import Journey
from trato.analytics.purchases import Purchases
from trato.analytics.runs import Column
from trato.customers.models import StageCause
from trato.insight.refresh.aligning import Aligned, without_nan
from trato.insight.refresh.valuing import COLUMNS as VALUES
from trato.insight.warehouse.extraction import Codes

# The columns that the database keeps, in `customers.CustomerScore`.
KEPT = (
    "customer",
    "as_of",
    "stage",
    "stage_since",
    "stage_cause",
    "purchases",
    "frequency",
    "recency",
    "age",
    "monetary",
    "margin",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_group",
    "p_alive",
    "expected_purchases",
    "lifetime_value",
    "lifetime_value_low",
    "lifetime_value_high",
    "value_decile",
    "rhythm_days",
    "rhythm_low",
    "rhythm_high",
    "next_due",
    "lapse_on",
    "habit",
    "habit_broken",
    "risk",
    "usual_weekday",
    "usual_hour",
    "usual_channel",
    "usual_store",
    "segment",
)


@dataclass(frozen=True)
class Override:
    stage: int
    on: date


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the steps of a refresh found; every table has one row a customer, sorted."""

    as_of: date
    customers: pa.Table
    codes: Codes
    bought: Purchases
    journey: Journey
    rhythms: pa.Table
    rfm: pa.Table
    values: pa.Table
    tenths: Column
    segments: pa.Table
    overrides: dict[int, Override]


def table(found: Findings) -> pa.Table:
    """The mart ``scores``: the columns of the database, and who the customers are."""
    ids = found.customers["customer"].to_numpy()
    end = calendar.number(found.as_of)
    values = Aligned(ids, found.values)
    columns: dict[str, Any] = {
        "customer": found.customers["customer"],
        "as_of": pa.repeat(pa.scalar(found.as_of, pa.date32()), ids.size),
        **_stages(found, ids),
        **_purchases(found, Aligned(ids, found.bought.table), end),
        **{name: Aligned(ids, found.rfm)[name] for name in _SCORES},
        "rfm_group": pc.fill_null(Aligned(ids, found.rfm)["rfm_group"], ""),
        **{name: values[name] for name in VALUES},
        "value_decile": tenth(values["lifetime_value"], found.tenths),
        **_habits(Aligned(ids, found.rhythms), end),
        "segment": Aligned(ids, found.segments)["segment"],
        "owner": found.customers["owner"],
        "team": found.customers["team"],
        "origin": found.customers["origin"],
        # No campaign has won anybody as long as there are none.
        "acquired_by": pa.repeat(pa.scalar("", pa.string()), ids.size),
        "kind": found.customers["kind"],
        "country": found.customers["country"],
        "region": found.customers["region"],
        "known_day": pc.cast(pc.cast(found.customers["known_day"], pa.int32()), pa.date32()),
        "may_profile": found.customers["may_profile"],
    }
    return pa.table(columns)


_SCORES = ("recency_score", "frequency_score", "monetary_score")


def _stages(found: Findings, ids: np.ndarray[Any, Any]) -> dict[str, pa.Array]:
    """Whoever became known after ``as_of`` has only just become known. What a person says holds
    until the customer moves on, or buys."""
    current = Aligned(ids, found.journey.current)
    stage = pc.fill_null(pc.cast(current["stage"], pa.int16()), 1).to_numpy(zero_copy_only=False)
    since = pc.fill_null(current["stage_since"].cast(pa.int32()), calendar.number(found.as_of))
    since = since.to_numpy(zero_copy_only=False).copy()
    cause = pc.fill_null(current["stage_cause"], StageCause.KNOWN.value).to_pylist()
    stage = stage.copy()
    bought = Aligned(ids, found.bought.table)["last_day"]
    moved = np.maximum(since, pc.fill_null(bought, 0).to_numpy(zero_copy_only=False))
    for customer, override in found.overrides.items():
        place = int(np.searchsorted(ids, customer))
        on = calendar.number(override.on)
        if place < ids.size and ids[place] == customer and moved[place] <= on:
            stage[place], since[place] = override.stage, on
            cause[place] = StageCause.OVERRIDE.value
    return {
        "stage": pa.array(stage, pa.int16()),
        "stage_since": pa.array(since, pa.int32()).cast(pa.date32()),
        "stage_cause": pa.array(cause, pa.string()),
    }


def _purchases(found: Findings, bought: Aligned, end: int) -> dict[str, pa.Array]:
    first = bought.dates("first_day", as_of=end)
    return {
        "purchases": pc.fill_null(bought["purchases"], 0),
        "frequency": pc.fill_null(bought["frequency"], 0),
        "recency": bought["recency"],
        "age": bought["age"],
        "monetary": bought["monetary"],
        "amount": pc.fill_null(bought["amount"], 0.0),
        "margin": bought["margin"],
        "first_day": first,
        "last_day": bought.dates("last_day", as_of=end),
        "cohort": pc.cast(pc.floor_temporal(first, unit="month"), pa.date32()),
        "usual_weekday": _known(bought["usual_weekday"]),
        "usual_hour": _known(bought["usual_hour"]),
        "usual_channel": bought.texts("usual_channel", found.codes.channels),
        "usual_store": bought.texts("usual_store", found.codes.stores),
    }


def _known(codes: pa.Array) -> pa.Array:
    return pc.if_else(pc.less(codes, 0), None, codes)


def _habits(rhythms: Aligned, end: int) -> dict[str, pa.Array]:
    return {
        **{name: rhythms[name] for name in ("rhythm_days", "rhythm_low", "rhythm_high", "habit")},
        "next_due": rhythms.dates("next_due", as_of=end),
        "lapse_on": rhythms.dates("lapse_on", as_of=end),
        "habit_broken": pc.fill_null(rhythms["habit_broken"], False),
        "risk": rhythms["risk"],
    }


def tenths(values: pa.Array) -> Column:
    """The nine values from which on a customer is in the next tenth; none where none is known."""
    ordered = np.sort(without_nan(values).drop_null().to_numpy())
    return np.asarray(ordered[np.arange(1, 10) * ordered.size // 10] if ordered.size else ordered)


def tenth(values: pa.Array, cuts: Column) -> pa.Array:
    """From 1 to 10, equal values in the same tenth; empty where there is no value."""
    known = without_nan(values)
    found = 1 + np.searchsorted(cuts, pc.fill_null(known, 0.0).to_numpy(), side="right")
    return pa.array(found.astype(np.int16), mask=known.is_null().to_numpy(zero_copy_only=False))
