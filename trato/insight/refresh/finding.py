"""The steps from lines and signals to what is known of each customer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from trato.analytics import habits, journey, rfm
from trato.analytics.purchases import Purchases
from trato.insight.refresh import cubes, engines, tenths, valuing
from trato.insight.refresh.learning import Learnt
from trato.insight.refresh.reading import signals
from trato.insight.refresh.recorder import Recorder
from trato.insight.warehouse.lake import Lake


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the steps found; every table has one row a customer, sorted. ``fits`` and ``figures``
    tell of what was learnt now, so of nothing when it was given."""

    as_of: date
    source: Lake
    bought: Purchases
    journey: journey.Journey
    rhythms: pa.Table
    rfm: pa.Table
    values: pa.Table
    segments: pa.Table
    learnt: Learnt
    fits: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def months(self) -> pa.Table:
        """The mart, put together when it is asked for."""
        return cubes.months(self.bought, self.source.pieces("lines", cubes.TAXED))


def find(
    recorder: Recorder,
    source: Lake,
    as_of: date,
    learnt: Learnt | None,
    group: Callable[[Purchases], pa.Table],
) -> Findings:
    """Of all customers of a lake, or of a part of them, by what was learnt before or now."""
    with recorder.step("purchases") as step:
        bought = engines.bought(source, as_of)
        step.rows = bought.days.num_rows
    with recorder.step("value") as step:
        taught = valuing.Taught(learnt.worth) if learnt else valuing.learn(bought)
        values = valuing.values(taught.worth, bought.table)
        step.rows = values.num_rows
    with recorder.step("habits") as step:
        rhythm = learnt.rhythm if learnt else habits.learn(bought.days, as_of)
        rhythms = habits.rhythms(bought.days, as_of, bought.table, learnt=rhythm)
        step.rows = rhythms.num_rows
    with recorder.step("journey") as step:
        known = source.customers.select(["customer", "known_day"])
        company = learnt.company if learnt else None
        walked = journey.trace(known, bought.days, signals(source), as_of, rhythm, company)
        step.rows = walked.transitions.num_rows
    with recorder.step("segments") as step:
        groups = group(bought)
        step.rows = groups.num_rows
    if learnt is None:
        cuts = rfm.fifths(bought.table, as_of)
        ends = tenths.ends(values["lifetime_value"])
        learnt = Learnt(taught.worth, rhythm, walked.company, cuts, ends)
    return Findings(
        as_of=as_of,
        source=source,
        bought=bought,
        journey=walked,
        rhythms=rhythms,
        rfm=rfm.score(bought.table, as_of, learnt.cuts),
        values=values,
        segments=groups,
        learnt=learnt,
        fits=taught.fits,
        figures=taught.figures,
    )
