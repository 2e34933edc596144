"""The micro-segments: who is in them, what sets them apart, what they are worth."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from trato.customers.models import MicroSegment
from trato.insight.queries.filters import Filter
from trato.insight.queries.statement import rows


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """``traits`` as kept with the segment: feature and direction, strongest first.

    ``rhythm_days`` and ``risk`` are those of half the customers who have one; ``margin`` is None
    where no cost is known. ``stages`` counts customers by stage.
    """

    segment: MicroSegment
    customers: int
    share: float
    amount: float
    amount_share: float
    margin: float | None
    lifetime_value: float
    value_per_customer: float | None
    mean_purchase: float | None
    rhythm_days: float | None
    risk: float | None
    stages: dict[int, int]
    behind: Filter

    @property
    def traits(self) -> list[dict[str, str]]:
        return self.segment.traits


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """Most customers first. ``without`` have bought, but belong to no group: those of
    ``without_behind``."""

    rows: tuple[SegmentRow, ...]
    customers: int
    without: int
    without_behind: Filter


@dataclass(frozen=True, slots=True)
class Counted:
    """What the marts say of each group: ``rows`` by its id, ``stages`` customers by stage."""

    rows: list[tuple[Any, ...]]
    stages: dict[int, dict[int, int]]


def counted(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> Counted:
    chosen = chosen.people
    found = rows(
        connection,
        "SELECT segment, count(*), coalesce(sum(amount), 0),",
        "sum(margin) FILTER (WHERE NOT isnan(margin)), coalesce(sum(lifetime_value), 0),",
        "count(lifetime_value), sum(purchases), median(rhythm_days),",
        "median(risk), count(*) FILTER (WHERE purchases > 0) FROM scores",
        chosen.customers,
        "GROUP BY segment",
    )
    return Counted(found, _stages(connection, chosen))


def table(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> SegmentTable:
    """The groups as they are now; the period plays no part."""
    return named(counted(connection, chosen), chosen)


def named(found: Counted, chosen: Filter) -> SegmentTable:
    """With the groups by the names that they have now."""
    chosen = chosen.people
    ids = [one[0] for one in found.rows if one[0] is not None]
    known = MicroSegment.objects.in_bulk(ids)
    told = [one for one in found.rows if one[0] in known]
    customers, amount = sum(one[1] for one in told), float(sum(one[2] for one in told))
    listed = (
        _row(known[one[0]], one[1:-1], (customers, amount), found.stages[one[0]], chosen)
        for one in told
    )
    return SegmentTable(
        rows=tuple(sorted(listed, key=lambda row: (-row.customers, row.segment.pk))),
        customers=customers,
        without=sum(one[-1] for one in found.rows if one[0] not in known),
        without_behind=replace(chosen, ungrouped=True),
    )


def _row(
    segment: MicroSegment,
    sums: tuple[Any, ...],
    totals: tuple[int, float],
    stages: dict[int, int],
    chosen: Filter,
) -> SegmentRow:
    customers, amount, margin, value, valued, purchases, rhythm, risk = sums
    return SegmentRow(
        segment=segment,
        customers=customers,
        share=customers / totals[0],
        amount=float(amount),
        amount_share=float(amount) / totals[1] if totals[1] else 0.0,
        margin=None if margin is None else float(margin),
        lifetime_value=float(value),
        value_per_customer=float(value) / valued if valued else None,
        mean_purchase=float(amount) / purchases if purchases else None,
        rhythm_days=None if rhythm is None else float(rhythm),
        risk=None if risk is None else float(risk),
        stages=stages,
        behind=replace(chosen, segment=segment.pk),
    )


def _stages(connection: duckdb.DuckDBPyConnection, chosen: Filter) -> dict[int, dict[int, int]]:
    found = rows(
        connection,
        "SELECT segment, stage, count(*) FROM scores",
        chosen.customers,
        "GROUP BY segment, stage ORDER BY segment, stage",
    )
    told: dict[int, dict[int, int]] = defaultdict(dict)
    for segment, stage, customers in found:
        told[segment][stage] = customers
    return told
