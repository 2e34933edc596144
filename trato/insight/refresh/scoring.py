"""One row a customer: everything that was worked out, put together."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics import attribution, calendar
from trato.analytics.runs import Column
from trato.customers.models import StageCause
from trato.insight.refresh import cubes, tenths
from trato.insight.refresh.aligning import Aligned
from trato.insight.refresh.finding import Findings
from trato.insight.refresh.reading import answers
from trato.insight.refresh.valuing import COLUMNS as VALUES

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


type Overrides = dict[int, Override]
"""What a person said of the stage of each of these customers."""


def table(found: Findings, overrides: Overrides) -> pa.Table:
    """The mart ``scores``: the columns of the database, and who the customers are."""
    people = found.source.customers
    ids, end = people["customer"].to_numpy(), calendar.number(found.as_of)
    values, bought = Aligned(ids, found.values), Aligned(ids, found.bought.table)
    current = Aligned(ids, found.journey.current)
    columns: dict[str, Any] = {
        "customer": people["customer"],
        "as_of": pa.repeat(pa.scalar(found.as_of, pa.date32()), ids.size),
        **stages(ids, current, bought["last_day"], overrides, end),
        **_purchases(found, bought, end),
        "known_net": pc.fill_null(Aligned(ids, cubes.known_net(found.months))["known_net"], 0.0),
        **{name: Aligned(ids, found.rfm)[name] for name in _SCORES},
        "rfm_group": pc.fill_null(Aligned(ids, found.rfm)["rfm_group"], ""),
        **{name: values[name] for name in VALUES},
        "value_decile": tenths.of(values["lifetime_value"], found.learnt.tenths),
        **_habits(Aligned(ids, found.rhythms), end),
        "segment": Aligned(ids, found.segments)["segment"],
        **who(people, bought.dates("first_day", as_of=end)),
        "acquired_by": _acquired_by(found, ids, bought),
    }
    return pa.table(columns)


def _acquired_by(found: Findings, ids: Column, bought: Aligned) -> pa.Array:
    """The name of the campaign; empty for who came without one, or has not bought."""
    first = pc.fill_null(bought["first_day"].cast(pa.int64()), -1)
    who, day, campaign = answers(found.source)
    won = attribution.last_touch(ids, first.to_numpy(zero_copy_only=False), who, day, campaign)
    names = pa.array([*found.source.manifest.codes.campaigns, ""], pa.string())
    return names.take(pa.array(np.where(won < 0, len(names) - 1, won)))


def who(people: pa.Table, first_day: pa.Array) -> dict[str, pa.ChunkedArray]:
    """The columns that say who the customers of the lake are.

    Who bought before they were written down, as files of old orders tell, was known by then."""
    known = pc.min_element_wise(
        pc.cast(people["known_day"], pa.int32()), first_day.cast(pa.int32())
    )
    return {
        **{name: people[name] for name in ("owner", "team", "origin", "kind", "country", "region")},
        "known_day": pc.cast(known, pa.date32()),
        "may_profile": people["may_profile"],
    }


_SCORES = ("recency_score", "frequency_score", "monetary_score")


def stages(
    ids: Column, current: Aligned, last_day: pa.Array, overrides: Overrides, end: int
) -> dict[str, pa.Array]:
    """Whoever became known after the day ``end`` has only just become known. What a person says
    holds until the customer moves on, or buys."""
    stage = pc.fill_null(pc.cast(current["stage"], pa.int16()), 1).to_numpy(zero_copy_only=False)
    since = pc.fill_null(current["stage_since"].cast(pa.int32()), end)
    since = since.to_numpy(zero_copy_only=False).copy()
    cause = pc.fill_null(current["stage_cause"], StageCause.KNOWN.value).to_pylist()
    stage = stage.copy()
    moved = np.maximum(since, pc.fill_null(last_day, 0).to_numpy(zero_copy_only=False))
    for customer, override in overrides.items():
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
    codes = found.source.manifest.codes
    return {
        "purchases": pc.fill_null(bought["purchases"], 0),
        "frequency": pc.fill_null(bought["frequency"], 0),
        "recency": bought["recency"],
        "age": bought["age"],
        "monetary": bought["monetary"],
        "amount": pc.fill_null(bought["amount"], 0.0),
        "margin": bought["margin"],
        "known": pc.fill_null(bought["known"], 0.0),
        "first_day": first,
        "last_day": bought.dates("last_day", as_of=end),
        "cohort": pc.cast(pc.floor_temporal(first, unit="month"), pa.date32()),
        "usual_weekday": _known(bought["usual_weekday"]),
        "usual_hour": _known(bought["usual_hour"]),
        "usual_channel": bought.texts("usual_channel", codes.channels),
        "usual_store": bought.texts("usual_store", codes.stores),
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
